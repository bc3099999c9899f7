// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <catch2/catch.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <opencv2/core.hpp>
#include <random>
#include <utility>
#include <vector>

#include "../support/synthetic_landmarks.hpp"
#include "core/landmarks.hpp"
#include "core/prior_square.hpp"
#include "demask/inpainter.hpp"
#include "imaging/mat.hpp"
#include "samples/hole_guess.hpp"

using namespace demask;            // NOLINT(google-build-using-namespace)
using namespace demask::training;  // NOLINT(google-build-using-namespace)

namespace {

constexpr int side = 128;
const cv::Scalar visible_color(90, 120, 150);
const cv::Scalar true_color(200, 30, 60);

/// Calls bright faces male.
class Brightness final : public GenderClassifier {
  std::vector<GenderEstimate> do_classify(const std::vector<ImageView>& faces) const override {
    std::vector<GenderEstimate> estimates;
    for (const ImageView& face : faces) {
      estimates.push_back({face.row(0)[0] > 128 ? Gender::male : Gender::female, 0.9F});
    }
    return estimates;
  }
};

/// Paints the hole in one gray level.
class OneLevel final : public Inpainter {
 public:
  explicit OneLevel(double level) : level_(level) {}

 private:
  std::vector<Image> do_inpaint(const std::vector<InpaintInput>& inputs) const override {
    std::vector<Image> results;
    for (const InpaintInput& input : inputs) {
      cv::Mat face = imaging::as_mat(input.face).clone();
      face.setTo(cv::Scalar::all(level_), imaging::as_mat(input.mask) > 127);
      results.push_back(imaging::to_image(face, PixelFormat::rgb));
    }
    return results;
  }

  double level_;
};

HoleGuess guess() {
  return {std::make_unique<Brightness>(),
          {std::make_unique<OneLevel>(40.0), std::make_unique<OneLevel>(220.0)}};
}

Landmarks square_face() {
  const Landmarks face = test::face_landmarks({});
  return core::transformed(face, core::prior_similarity(face, side));
}

/// Faces of one color whose lower half is a hole over another color.
PriorBatch half_hidden(int count, const cv::Scalar& color = visible_color) {
  PriorBatch batch(count, side);
  const cv::Rect lower(0, side / 2, side, side / 2);
  for (int i = 0; i < count; ++i) {
    batch.truth.at(i).setTo(true_color);
    batch.visible.at(i).setTo(color);
    batch.visible.at(i)(lower).setTo(cv::Scalar::all(0.0));
    batch.hole.at(i)(lower).setTo(255);
    batch.unknown.at(i)(lower).setTo(255);
    batch.landmarks[static_cast<std::size_t>(i)] = square_face();
  }
  return batch;
}

}  // namespace

TEST_CASE("Holes are filled by the inpainter of the likelier gender", "[prior]") {
  const std::vector<std::pair<double, double>> cases = {{90.0, 40.0}, {180.0, 220.0}};
  for (const auto& [visible, painted] : cases) {
    PriorBatch batch = half_hidden(1, cv::Scalar::all(visible));
    guess().fill(batch);
    const cv::Mat face = batch.visible.at(0);
    const cv::Vec3b expected = cv::Vec3b::all(static_cast<std::uint8_t>(painted));
    CHECK(face.at<cv::Vec3b>(side * 3 / 4, side / 2) == expected);
    CHECK(face.at<cv::Vec3b>(side / 4, side / 2) ==
          cv::Vec3b::all(static_cast<std::uint8_t>(visible)));
    CHECK(batch.unknown.at(0).at<std::uint8_t>(side * 3 / 4, side / 2) == 191);
    CHECK(batch.unknown.at(0).at<std::uint8_t>(side / 4, side / 2) == 0);
  }
}

TEST_CASE("Some holes stay empty and some show the true face", "[prior]") {
  constexpr int count = 200;
  PriorBatch batch = half_hidden(count);
  std::mt19937_64 engine(5);
  guess().fill_variously(batch, engine);
  int empty = 0;
  int shown = 0;
  for (int i = 0; i < count; ++i) {
    const int level = batch.unknown.at(i).at<std::uint8_t>(side * 3 / 4, side / 2);
    const cv::Vec3b pixel = batch.visible.at(i).at<cv::Vec3b>(side * 3 / 4, side / 2);
    empty += static_cast<int>(level == 255);
    shown += static_cast<int>(level == 128);
    if (level == 255) {
      CHECK(pixel == cv::Vec3b::all(0));
    } else if (level == 128) {
      CHECK(pixel[0] > pixel[1]);  // Red, as the truth is.
      // Beyond the face, the other photo shows nothing.
      CHECK(batch.unknown.at(i).at<std::uint8_t>(side - 1, 0) == 191);
    } else {
      CHECK(level == 191);
    }
    CHECK(batch.visible.at(i).at<cv::Vec3b>(side / 4, side / 2) == cv::Vec3b(90, 120, 150));
  }
  CHECK(empty > 8);
  CHECK(empty < 40);
  CHECK(shown > 30);
  CHECK(shown < 75);
}

TEST_CASE("The same engine gives the same guesses", "[prior]") {
  PriorBatch first = half_hidden(8);
  PriorBatch second = half_hidden(8);
  std::mt19937_64 engine(5);
  std::mt19937_64 again(5);
  guess().fill_variously(first, engine);
  guess().fill_variously(second, again);
  for (int i = 0; i < 8; ++i) {
    CHECK(cv::norm(first.visible.at(i), second.visible.at(i), cv::NORM_INF) == 0.0);
    CHECK(cv::norm(first.unknown.at(i), second.unknown.at(i), cv::NORM_INF) == 0.0);
  }
}

TEST_CASE("Another look bends a face by little", "[prior]") {
  cv::Mat face(side, side, CV_8UC3, cv::Scalar::all(100.0));
  face(cv::Rect(40, 40, 40, 40)).setTo(cv::Scalar::all(200.0));
  for (unsigned seed = 0; seed < 20; ++seed) {
    std::mt19937_64 engine(seed);
    const cv::Mat look = another_look(face, engine);
    REQUIRE(look.size() == face.size());
    const int inside = look.at<cv::Vec3b>(60, 60)[1];
    CHECK(inside > look.at<cv::Vec3b>(20, 20)[1]);
    CHECK(inside > look.at<cv::Vec3b>(100, 100)[1]);
  }
}
