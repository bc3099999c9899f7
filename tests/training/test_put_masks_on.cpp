// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <cmath>
#include <opencv2/core.hpp>

#include "augment/put_masks_on.hpp"
#include "demask/error.hpp"

using namespace demask;
using namespace demask::training;

namespace {

/// A schematic frontal face, `size` pixels from temple to temple.
Landmarks schematic_face(float x, float y, float size) {
  Landmarks face;
  const auto add = [&](double px, double py) {
    face.points.push_back({x + size * static_cast<float>(px), y + size * static_cast<float>(py)});
  };
  const auto row = [&](int count, double x0, double x1, double py) {
    for (int i = 0; i < count; ++i) add(x0 + (x1 - x0) * i / (count - 1), py);
  };
  const auto ring = [&](int count, double cx, double cy, double rx, double ry) {
    for (int i = 0; i < count; ++i) {
      const double angle = CV_PI + 2.0 * CV_PI * i / count;
      add(cx + rx * std::cos(angle), cy + ry * std::sin(angle));
    }
  };
  for (int i = 0; i < 17; ++i) {
    const double angle = CV_PI * (1.0 - i / 16.0);
    add(0.5 + 0.5 * std::cos(angle), 0.2 + 0.75 * std::sin(angle));
  }
  row(5, 0.12, 0.42, 0.10);
  row(5, 0.58, 0.88, 0.10);
  for (int i = 0; i < 4; ++i) add(0.5, 0.22 + 0.1 * i);
  row(5, 0.40, 0.60, 0.57);
  ring(6, 0.29, 0.22, 0.08, 0.03);
  ring(6, 0.71, 0.22, 0.08, 0.03);
  ring(12, 0.5, 0.72, 0.16, 0.06);
  ring(8, 0.5, 0.72, 0.12, 0.02);
  return face;
}

cv::Mat photo(int side) {
  cv::Mat image(side, side, CV_8UC3);
  cv::RNG(1).fill(image, cv::RNG::UNIFORM, 90, 160);
  return image;
}

}  // namespace

TEST_CASE("masks change no pixel that they do not cover") {
  const int side = GENERATE(240, 1400);  // the larger photo is processed at reduced size
  const cv::Mat before = photo(side);
  const auto unit = static_cast<float>(side);
  const PhotoWithMasks after =
      put_masks_on(before, {schematic_face(0.3F * unit, 0.3F * unit, 0.4F * unit)},
                   synthesis::MaskSynthesizer::procedural(), 5);
  REQUIRE(after.kinds.size() == 1);
  CHECK(cv::countNonZero(after.mask) > 0.01 * side * side);
  cv::Mat difference;
  cv::absdiff(before, after.rgb, difference);
  cv::Mat changed;
  cv::transform(difference, changed, cv::Matx13f(1.0F, 1.0F, 1.0F));
  CHECK(cv::countNonZero(changed) > 0);
  CHECK(cv::countNonZero((changed > 0) & (after.alpha == 0)) == 0);
}

TEST_CASE("equal seeds give equal masks") {
  const cv::Mat before = photo(240);
  const std::vector<Landmarks> faces = {schematic_face(10.0F, 60.0F, 90.0F),
                                        schematic_face(130.0F, 60.0F, 90.0F)};
  const auto synthesizer = synthesis::MaskSynthesizer::procedural();
  const PhotoWithMasks a = put_masks_on(before, faces, synthesizer, 5);
  const PhotoWithMasks b = put_masks_on(before, faces, synthesizer, 5);
  const PhotoWithMasks c = put_masks_on(before, faces, synthesizer, 6);
  CHECK(a.kinds.size() == 2);
  CHECK(cv::norm(a.rgb, b.rgb, cv::NORM_INF) == 0.0);
  CHECK(cv::norm(a.rgb, c.rgb, cv::NORM_INF) > 0.0);
}

TEST_CASE("a face outside the photo is refused") {
  CHECK_THROWS_AS(put_masks_on(photo(240), {schematic_face(900.0F, 60.0F, 90.0F)},
                               synthesis::MaskSynthesizer::procedural(), 5),
                  Error);
}

TEST_CASE("training data for the segmenter has many masks that leave the nose uncovered") {
  const Landmarks face = schematic_face(60.0F, 60.0F, 120.0F);
  synthesis::LandmarkPoints points;
  for (std::size_t i = 0; i < points.size(); ++i) points[i] = {face.points[i].x, face.points[i].y};
  constexpr int draws = 400;
  const auto share_of_free_noses = [&](const synthesis::MaskSynthesizer& synthesizer) {
    std::mt19937_64 random(3);
    int free = 0;
    for (int i = 0; i < draws; ++i) {
      const cv::Mat mask = synthesizer.coverage(points, {256, 256}, random);
      free += mask.at<std::uint8_t>(cv::Point(points[30])) == 0 ? 1 : 0;
    }
    return static_cast<double>(free) / draws;
  };
  const auto plain = synthesis::MaskSynthesizer::procedural();
  CHECK(share_of_free_noses(plain) < 0.25);
  CHECK(share_of_free_noses(plain.for_training()) > 0.28);
}

TEST_CASE("wide straps are frequent in training") {
  const cv::Mat before = photo(240);
  const std::vector<Landmarks> faces = {schematic_face(60.0F, 60.0F, 120.0F)};
  const auto usual = synthesis::MaskSynthesizer::procedural();
  const auto mean_strap_area = [&](const synthesis::MaskSynthesizer& synthesizer) {
    constexpr int masks = 240;
    double sum = 0.0;
    for (int seed = 0; seed < masks; ++seed) {
      const PhotoWithMasks after = put_masks_on(before, faces, synthesizer, seed);
      sum += cv::countNonZero((after.alpha > 127) & (after.mask == 0));
    }
    return sum / masks;
  };
  const double area = mean_strap_area(usual);
  CHECK(area > 0.0);
  CHECK(mean_strap_area(usual.for_training()) > 1.3 * area);
}
