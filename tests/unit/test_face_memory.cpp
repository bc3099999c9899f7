#include <catch2/catch.hpp>
#include <limits>
#include <opencv2/core.hpp>

#include "pipeline/face_memory.hpp"

using namespace demask;  // NOLINT(google-build-using-namespace)

TEST_CASE("Straps that once left the square are followed ever after", "[face_memory]") {
  pipeline::FaceMemory memory(0.2, 0.4);
  CHECK_FALSE(memory.note_straps(false));
  CHECK(memory.note_straps(true));
  CHECK(memory.note_straps(false));
}

TEST_CASE("A face near the limit of confidence neither comes nor goes", "[face_memory]") {
  pipeline::FaceMemory memory(0.2, 0.4);
  CHECK_FALSE(memory.trusts(0.39F, 0.4F));
  CHECK(memory.trusts(0.4F, 0.4F));
  CHECK(memory.trusts(0.31F, 0.4F));
  CHECK_FALSE(memory.trusts(0.29F, 0.4F));
  CHECK_FALSE(memory.trusts(0.39F, 0.4F));
  CHECK_FALSE(memory.trusts(std::numeric_limits<float>::quiet_NaN(), 0.4F));
}

TEST_CASE("Ends of straps are steady within a scale", "[face_memory]") {
  pipeline::FaceMemory memory(0.2, 0.4);
  const auto blended = [&memory](float probability, int frame, double scale) {
    const cv::Mat map(8, 8, CV_32FC1, cv::Scalar(probability));
    return memory.blend_strap_ends(map, {frame, 0.04}, scale).at<float>(3, 3);
  };
  CHECK(blended(0.55F, 0, 1.0) == 0.55F);
  const float steady = blended(0.46F, 1, 1.0);
  CHECK(steady > 0.5F);
  CHECK(steady < 0.55F);
  CHECK(blended(0.46F, 2, 0.8) == 0.46F);
}
