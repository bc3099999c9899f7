// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <limits>
#include <opencv2/core.hpp>

#include "pipeline/face.hpp"
#include "pipeline/face_history.hpp"

using namespace demask;  // NOLINT(google-build-using-namespace)

TEST_CASE("A face in a photo has no history", "[face_history]") {
  pipeline::Face face;
  pipeline::FaceHistory& history = *face.history;
  const pipeline::FrameTime time;
  // A second call gives the same results: nothing is remembered.
  for (int i = 0; i < 2; ++i) {
    CHECK(history.trusts(0.4F, 0.4F, time));
    CHECK_FALSE(history.trusts(0.39F, 0.4F, time));
    CHECK_FALSE(history.trusts(std::numeric_limits<float>::quiet_NaN(), 0.4F, time));
    CHECK(history.trusts_mask(0.8F, 0.8F, time));
    CHECK_FALSE(history.trusts_mask(0.79F, 0.8F, time));
    CHECK(history.max_scale() == 1.0);
    history.keep_scale(0.8);
    CHECK(history.follows_straps(true));
    CHECK_FALSE(history.follows_straps(false));
    CHECK(history.wants_gender(time));
    const GenderEstimate male = history.decide_gender(GenderEstimate{Gender::male, 0.6F});
    CHECK(male.gender == Gender::male);
    CHECK(male.probability == 0.6F);
    const GenderEstimate female = history.decide_gender(GenderEstimate{Gender::female, 0.7F});
    CHECK(female.gender == Gender::female);
  }
}

TEST_CASE("The planes of a face in a photo are neither blended nor copied", "[face_history]") {
  pipeline::FaceHistory& history = *pipeline::no_history();
  const pipeline::MaskPlanes planes{cv::Mat(8, 8, CV_32FC1, cv::Scalar(0.3)),
                                    cv::Mat(8, 8, CV_32FC1, cv::Scalar(0.6))};
  for (const pipeline::MaskPlanes& same :
       {history.blend_mask(planes, {}, 1.0), history.blend_surround(planes, {}, 1.0)}) {
    CHECK(same.mask.data == planes.mask.data);
    CHECK(same.straps.data == planes.straps.data);
  }
  Image painted(8, 8, PixelFormat::rgb);
  painted.row(3)[5] = 77;
  history.blend_painted(painted, cv::Mat(8, 8, CV_8UC1, cv::Scalar(255)), {}, 1.0);
  CHECK(painted.row(3)[5] == 77);
  CHECK(painted.row(3)[6] == 0);
}
