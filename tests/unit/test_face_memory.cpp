// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <limits>
#include <opencv2/core.hpp>

#include "video/face_memory.hpp"

using namespace demask;  // NOLINT(google-build-using-namespace)

TEST_CASE("Straps that have left the square once are followed from then on", "[face_memory]") {
  video::FaceMemory memory(0.2, 0.4);
  CHECK_FALSE(memory.follows_straps(false));
  CHECK(memory.follows_straps(true));
  CHECK(memory.follows_straps(false));
}

TEST_CASE("A face's square grows with the face and shrinks only with a much smaller one",
          "[face_memory]") {
  video::FaceMemory memory(0.2, 0.4);
  CHECK(memory.side(256) == 256);
  CHECK(memory.side(192) == 256);
  CHECK(memory.side(384) == 384);
  CHECK(memory.side(192) == 384);
  CHECK(memory.side(128) == 128);
}

TEST_CASE("A face near the confidence limit does not flicker", "[face_memory]") {
  video::FaceMemory memory(0.2, 0.4);
  const auto trusts = [&memory](float confidence, int frame) {
    return memory.trusts(confidence, 0.4F, {frame, 0.04});
  };
  CHECK_FALSE(trusts(0.39F, 0));
  CHECK(trusts(0.4F, 1));
  CHECK(trusts(0.31F, 2));
  CHECK_FALSE(trusts(0.29F, 3));
  CHECK_FALSE(trusts(0.39F, 4));
  CHECK_FALSE(trusts(std::numeric_limits<float>::quiet_NaN(), 5));
  CHECK(trusts(0.4F, 6));
  // After a gap, the face may show another side of the head.
  CHECK_FALSE(trusts(0.39F, 8));
}

TEST_CASE("A mask near the certainty limit does not flicker, whatever the landmarks say",
          "[face_memory]") {
  video::FaceMemory memory(0.2, 0.4);
  CHECK(memory.trusts(0.9F, 0.4F, {0, 0.04}));
  CHECK_FALSE(memory.trusts_mask(0.79F, 0.8F, {1, 0.04}));
  CHECK(memory.trusts_mask(0.8F, 0.8F, {2, 0.04}));
  CHECK(memory.trusts_mask(0.61F, 0.8F, {3, 0.04}));
  CHECK_FALSE(memory.trusts_mask(0.59F, 0.8F, {4, 0.04}));
  CHECK_FALSE(memory.trusts_mask(0.79F, 0.8F, {5, 0.04}));
}

TEST_CASE("Masks in the surround are blended only within a scale and across consecutive frames",
          "[face_memory]") {
  video::FaceMemory memory(0.2, 0.4);
  const auto blended = [&memory](float probability, int frame, double scale) {
    const pipeline::MaskPlanes planes{cv::Mat(8, 8, CV_32FC1, cv::Scalar(0.1)),
                                      cv::Mat(8, 8, CV_32FC1, cv::Scalar(probability))};
    return memory.blend_surround(planes, {frame, 0.04}, scale).straps.at<float>(3, 3);
  };
  CHECK(blended(0.55F, 0, 1.0) == 0.55F);
  const float steady = blended(0.46F, 1, 1.0);
  CHECK(steady > 0.5F);
  CHECK(steady < 0.55F);
  CHECK(blended(0.46F, 2, 0.8) == 0.46F);
  CHECK(blended(0.5F, 4, 0.8) == 0.5F);
}
