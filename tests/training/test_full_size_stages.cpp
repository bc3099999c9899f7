// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <string>

#include "../support/synthetic_landmarks.hpp"
#include "demask/error.hpp"
#include "evaluate/evaluation.hpp"
#include "evaluate/face_groups.hpp"
#include "evaluate/feature_network.hpp"
#include "evaluate/hole_quality.hpp"
#include "evaluate/mask_pairs.hpp"
#include "metrics/median.hpp"
#include "temporary_folder.hpp"

using namespace demask;
using namespace demask::training;

namespace {

const std::filesystem::path modules = DEMASK_TEST_MODULES;

/// Gray noise around 102, the level that the bundle paints.
cv::Mat gray_noise(int side, std::uint64_t seed) {
  cv::Mat gray(side, side, CV_8UC1);
  cv::RNG(seed).fill(gray, cv::RNG::UNIFORM, 82, 123);
  cv::Mat image;
  cv::merge(std::vector<cv::Mat>{gray, gray, gray}, image);
  return image;
}

EvaluationOptions options_for(const std::filesystem::path& folder, const std::string& stage) {
  EvaluationOptions options;
  options.models = modules / "portrait_bundle";
  options.data = folder;
  options.teachers = modules;
  options.stages = {stage};
  options.json = folder / "figures.json";
  options.runtime.threads = 1;
  return options;
}

nlohmann::json figures_of(const EvaluationOptions& options) {
  evaluate(options);
  return nlohmann::json::parse(std::ifstream(options.json));
}

/// Two large faces, the second one enlarged.
void write_hd(const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder / "hd/faces");
  std::ofstream table(folder / "hd/faces.csv");
  table << "file,source,person,gender,age,split,box_x,box_y,box_w,box_h,right_eye_x,right_eye_y,"
           "left_eye_x,left_eye_y,nose_x,nose_y,right_mouth_x,right_mouth_y,left_mouth_x,"
           "left_mouth_y\n";
  const std::string place = ",test,100,95,120,140,136,147,184,147,160,176,144,202,176,202\n";
  table << "faces/a.png,studio,,f,25" << place << "faces/b.png,web,,," << place;
  std::ofstream(folder / "hd/crops.csv") << "file,detail\nfaces/a.png,17\nfaces/b.png,36\n";
  cv::imwrite((folder / "hd/faces/a.png").string(), gray_noise(320, 1));
  cv::imwrite((folder / "hd/faces/b.png").string(), gray_noise(320, 2));
}

/// A pair whose mask is a red rectangle over the lower half of the face.
void write_pair(const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder / "pairs");
  std::ofstream(folder / "pairs/index.csv")
      << "number,worn,split,masked,bare\n0,nose free,test,masked.png,bare.png\n";
  const cv::Mat bare = gray_noise(256, 3);
  cv::Mat masked = bare.clone();
  masked(cv::Rect(94, 124, 68, 50)).setTo(cv::Scalar(30, 30, 250));
  cv::imwrite((folder / "pairs/bare.png").string(), bare);
  cv::imwrite((folder / "pairs/masked.png").string(), masked);
}

}  // namespace

TEST_CASE("large faces are measured at full size and by group") {
  const test::TemporaryFolder folder;
  write_hd(folder.path());
  EvaluationOptions options = options_for(folder.path(), "hd");
  options.worst = folder / "worst";
  const nlohmann::json figures = figures_of(options);
  CHECK(figures.at("hd.found") == 1.0);
  // Flat paint on noise: no detail, and an error of the noise's own deviation of 11.8 levels.
  CHECK(figures.at("hd.detail").get<double>() < 0.3);
  CHECK(figures.at("hd.hole_psnr").get<double>() == Approx(26.7).margin(1.0));
  CHECK(figures.at("hd.perceptual").get<double>() > 0.0);
  CHECK(figures.at("hd.frechet").get<double>() > 0.0);
  CHECK(figures.at("hd.identity_cosine").get<double>() <= 1.0);
  for (const char* key :
       {"hd.hole_psnr.telea", "hd.hole_psnr.segmented", "hd.hole_psnr.source.studio",
        "hd.hole_psnr.source.web", "hd.frechet.gender.female", "hd.identity_cosine.age.20_39",
        "hd.detail.size.under_224", "hd.detail.source.studio", "hd.perceptual.source.studio"}) {
    CAPTURE(key);
    CHECK(figures.contains(key));
  }
  // The second photo was enlarged, and has neither gender nor age.
  CHECK_FALSE(figures.contains("hd.detail.source.web"));
  CHECK_FALSE(figures.contains("hd.perceptual.source.web"));
  CHECK_FALSE(figures.contains("hd.hole_psnr.gender.male"));
  const cv::Mat worst = cv::imread((options.worst / "hd.jpg").string());
  CHECK(worst.cols == 3 * 320);
  CHECK(worst.rows > 320);
}

TEST_CASE("a second bundle is measured on the same masks") {
  const test::TemporaryFolder folder;
  write_hd(folder.path());
  EvaluationOptions options = options_for(folder.path(), "hd");
  options.against = {options.models};
  const nlohmann::json figures = figures_of(options);
  for (const std::string name : {"hole_psnr", "detail", "perceptual", "frechet"}) {
    CHECK(figures.at("hd." + name + ".bundle_tiny") == figures.at("hd." + name));
    CHECK(figures.at("hd." + name + ".segmented.bundle_tiny") ==
          figures.at("hd." + name + ".segmented"));
  }
}

TEST_CASE("pairs are measured inside the mask") {
  const test::TemporaryFolder folder;
  write_pair(folder.path());
  const nlohmann::json figures = figures_of(options_for(folder.path(), "pairs"));
  CHECK(figures.at("pairs.found") == 1.0);
  CHECK(figures.at("pairs.hole_psnr").get<double>() == Approx(26.7).margin(1.5));
  CHECK(figures.at("pairs.detail").get<double>() < 0.4);
  CHECK(figures.at("pairs.hole_psnr.worn.nose_free") == figures.at("pairs.hole_psnr"));
  CHECK(figures.contains("pairs.frechet"));
  CHECK(figures.contains("pairs.perceptual"));
  CHECK_FALSE(figures.contains("pairs.identity_cosine"));
}

TEST_CASE("a missing teacher is named") {
  const test::TemporaryFolder folder;
  write_pair(folder.path());
  EvaluationOptions options = options_for(folder.path(), "pairs");
  options.teachers = folder.path();
  try {
    evaluate(options);
    FAIL("evaluated without a teacher");
  } catch (const Error& error) {
    CHECK(std::string(error.what()).find("image_features.pt") != std::string::npos);
    CHECK(std::string(error.what()).find("--teachers") != std::string::npos);
  }
}

TEST_CASE("the mask of a pair is where the pictures differ") {
  const cv::Mat bare = gray_noise(128, 5);
  cv::Mat masked = bare.clone();
  const cv::Rect place(40, 60, 50, 40);
  masked(place) += cv::Scalar(90, 10, 0);
  masked(cv::Rect(5, 5, 6, 6)) += cv::Scalar::all(90);  // a smaller difference elsewhere
  cv::Mat expected(bare.size(), CV_8UC1, cv::Scalar(0));
  expected(place).setTo(255);
  const cv::Mat mask = mask_of_pair(masked, bare);
  CHECK(cv::countNonZero(mask != expected) < 0.12 * place.area());
  CHECK(cv::countNonZero(mask(cv::Rect(0, 0, 20, 20))) == 0);
  CHECK(cv::countNonZero(mask_of_pair(bare, bare)) == 0);
  CHECK_THROWS_AS(mask_of_pair(masked, bare(cv::Rect(0, 0, 8, 8))), Error);
}

TEST_CASE("features are taken at the places that the mask covers by half") {
  const FeatureNetwork features(modules / "image_features.pt", {});
  cv::Mat image(40, 50, CV_8UC3, cv::Scalar(0, 0, 0));  // padded to 64 x 64
  image(cv::Rect(16, 16, 16, 16)).setTo(cv::Scalar(255, 51, 0));
  const FeatureMaps maps = features.maps(image);
  CHECK(maps.at(16).shape == std::vector<std::int64_t>{1, 3, 4, 4});
  cv::Mat mask(image.size(), CV_8UC1, cv::Scalar(0));
  mask(cv::Rect(16, 16, 9, 16)).setTo(1);
  const Eigen::MatrixXd inside = features_in(maps.at(16), mask);
  REQUIRE(inside.rows() == 1);
  CHECK(inside(0, 0) == Approx(1.0));
  CHECK(inside(0, 1) == Approx(0.2));
  CHECK(inside(0, 2) == Approx(0.0).margin(1e-6));
  mask.setTo(0);
  mask(cv::Rect(16, 16, 7, 16)).setTo(1);
  CHECK(features_in(maps.at(16), mask).rows() == 0);
}

TEST_CASE("the median and the groups of a face") {
  CHECK(median({3.0, 1.0, 2.0}) == 2.0);
  CHECK(median({4.0, 1.0, 2.0, 3.0}) == 2.5);
  FaceRecord face;
  face.source = "scut";
  face.box = {0.0F, 0.0F, 200.0F, 330.0F};
  CHECK(groups_of(face) == std::vector<std::string>{"source.scut", "size.320_up"});
  face.gender = Gender::male;
  face.age = 61.0F;
  CHECK(groups_of(face) ==
        std::vector<std::string>{"source.scut", "size.320_up", "gender.male", "age.60_up"});
}

TEST_CASE("The yaw of a head follows from its nose and jaw", "[hd_stage]") {
  const auto band_at = [](double degrees, double roll) {
    // The outline of a head as wide as deep, seen from a yaw: its nose lies at 1.25 radii.
    const double yaw = degrees * CV_PI / 180.0;
    Landmarks face = test::face_landmarks(Similarity());
    const auto place = [&](std::size_t index, double x) {
      face.points[index].x = static_cast<float>(128.0 + 80.0 * x);
    };
    place(2, -std::cos(yaw));
    place(14, std::cos(yaw));
    place(30, 1.25 * std::sin(yaw));
    const Similarity turned(std::cos(roll), std::sin(roll), 10.0, 20.0);
    for (Point& point : face.points) {
      point = turned(point);
    }
    return yaw_band(face);
  };
  for (const double roll : {0.0, 0.5, 3.0}) {
    CHECK(band_at(0.0, roll) == "0_19");
    CHECK(band_at(15.0, roll) == "0_19");
    CHECK(band_at(-30.0, roll) == "20_44");
    CHECK(band_at(40.0, roll) == "20_44");
    CHECK(band_at(60.0, roll) == "45_up");
  }
}
