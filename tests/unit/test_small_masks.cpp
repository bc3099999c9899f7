// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <limits>
#include <opencv2/core.hpp>

#include "pipeline/small_masks.hpp"

using demask::Similarity;
using demask::pipeline::certainty_of;
using demask::pipeline::Face;
using demask::pipeline::is_small;

TEST_CASE("A face is small if its square shows fewer than 64 pixels of the photo",
          "[small_masks]") {
  Face face;
  face.side = 256;
  face.to_canonical = Similarity(256.0 / 63.0, 0.0, 5.0, 7.0);
  CHECK(is_small(face));
  face.to_canonical = Similarity(0.0, 256.0 / 65.0, 5.0, 7.0);
  CHECK_FALSE(is_small(face));
  face.side = 128;
  face.to_canonical = Similarity(128.0 / 63.0, 0.0, 0.0, 0.0);
  CHECK(is_small(face));
}

TEST_CASE("Certainty is the mean distance of the probabilities from one half", "[small_masks]") {
  cv::Mat map(10, 10, CV_32FC1, cv::Scalar(0.05));
  CHECK(certainty_of(map) == 1.0F);
  map.rowRange(0, 3).setTo(1.0);
  CHECK(certainty_of(map) == Approx(1.0));
  map.row(3).setTo(0.5);
  CHECK(certainty_of(map) == Approx(0.75));
  map.rowRange(3, 6).setTo(0.2);
  CHECK(certainty_of(map) == Approx(0.8));
  map.rowRange(6, 10).setTo(std::numeric_limits<float>::quiet_NaN());
  CHECK(certainty_of(map) == Approx(0.8));
}
