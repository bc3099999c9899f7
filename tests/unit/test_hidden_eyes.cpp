// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "../support/synthetic_landmarks.hpp"
#include "pipeline/hidden_eyes.hpp"
#include "pipeline/reasons.hpp"

using demask::Landmarks;
using demask::Point;
using demask::pipeline::hidden_eyes;
using demask::pipeline::mask_over_eyes;

namespace {

// A frontal face of 256 pixels whose eyes were found with this confidence.
Landmarks face(float confidence = 0.95F) {
  Landmarks landmarks = demask::test::face_landmarks(demask::Similarity());
  std::fill(landmarks.confidence.begin() + 36, landmarks.confidence.begin() + 48, confidence);
  return landmarks;
}

// A mask on these eye points.
cv::Mat mask_on(const Landmarks& landmarks, const std::vector<std::size_t>& points) {
  cv::Mat mask(256, 256, CV_8UC1, cv::Scalar(0));
  for (const std::size_t i : points) {
    const Point& p = landmarks.points[i];
    mask.at<std::uint8_t>(cvRound(p.y), cvRound(p.x)) = 255;
  }
  return mask;
}

}  // namespace

TEST_CASE("A mask below the eyes, or on their lower lids, leaves them visible", "[hidden_eyes]") {
  const Landmarks landmarks = face();
  cv::Mat mask(256, 256, CV_8UC1, cv::Scalar(0));
  mask.rowRange(120, 256).setTo(255);
  CHECK_FALSE(hidden_eyes(mask, landmarks));
  CHECK_FALSE(hidden_eyes(mask_on(landmarks, {36, 39, 40, 41, 42, 45, 46, 47}), landmarks));
}

TEST_CASE("Five of the six points of one eye are too many", "[hidden_eyes]") {
  const Landmarks landmarks = face();
  CHECK_FALSE(hidden_eyes(mask_on(landmarks, {42, 43, 44, 45}), landmarks));
  const auto eyes = hidden_eyes(mask_on(landmarks, {42, 43, 44, 45, 46, 36}), landmarks);
  REQUIRE(eyes);
  CHECK(eyes->covered == 6);
  CHECK(eyes->of_one == 5);
  CHECK(mask_over_eyes(*eyes) ==
        "the mask covers 5 of the 6 points of an eye, more than 4: it is worn over the eyes");
}

TEST_CASE("Two covered points are too many if the eyes were found uncertainly", "[hidden_eyes]") {
  const std::vector<std::size_t> two = {37, 44};
  CHECK_FALSE(hidden_eyes(mask_on(face(0.75F), two), face(0.75F)));
  CHECK_FALSE(hidden_eyes(mask_on(face(0.6F), {37}), face(0.6F)));
  const auto eyes = hidden_eyes(mask_on(face(0.6F), two), face(0.6F));
  REQUIRE(eyes);
  CHECK(mask_over_eyes(*eyes) ==
        "the mask covers 2 of the 12 points of the eyes, more than 1, and their mean confidence is "
        "0.60, below 0.75: it is worn over the eyes");
}

TEST_CASE("Eyes of unknown confidence count as certain, those outside the square as visible",
          "[hidden_eyes]") {
  Landmarks landmarks = face(0.1F);
  landmarks.confidence.clear();
  CHECK_FALSE(hidden_eyes(mask_on(landmarks, {37, 44}), landmarks));
  for (Point& p : landmarks.points) {
    p.y -= 300.0F;
  }
  CHECK_FALSE(hidden_eyes(cv::Mat(256, 256, CV_8UC1, cv::Scalar(255)), landmarks));
}
