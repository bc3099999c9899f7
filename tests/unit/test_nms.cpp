// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <vector>

#include "stages/nms.hpp"

namespace {

using demask::Box;
using demask::Detection;
using demask::stages::suppress_overlaps;

Detection detection(float score, const Box& box) {
  Detection result;
  result.score = score;
  result.box = box;
  return result;
}

std::vector<float> scores(const std::vector<Detection>& detections) {
  std::vector<float> result;
  for (const Detection& d : detections) {
    result.push_back(d.score);
  }
  return result;
}

TEST_CASE("Among overlapping boxes the best score is kept", "[nms]") {
  const std::vector<Detection> kept =
      suppress_overlaps({detection(0.5F, {0, 0, 10, 10}), detection(0.9F, {1, 0, 10, 10}),
                         detection(0.7F, {100, 0, 10, 10})},
                        0.4F);
  CHECK(scores(kept) == std::vector<float>{0.9F, 0.7F});
  CHECK(kept[0].box.x == 1.0F);
}

TEST_CASE("An overlap as large as the limit is allowed", "[nms]") {
  // Intersection 5 x 10 of a union of 15 x 10.
  const std::vector<Detection> pair = {detection(0.9F, {0, 0, 10, 10}),
                                       detection(0.8F, {5, 0, 10, 10})};
  CHECK(suppress_overlaps(pair, 1.0F / 3.0F).size() == 2);
  CHECK(suppress_overlaps(pair, 0.33F).size() == 1);
}

TEST_CASE("A suppressed box does not suppress another", "[nms]") {
  // The first and the last overlap only the middle one.
  const std::vector<Detection> kept =
      suppress_overlaps({detection(0.9F, {0, 0, 10, 10}), detection(0.8F, {5, 0, 10, 10}),
                         detection(0.7F, {10, 0, 10, 10})},
                        0.2F);
  CHECK(scores(kept) == std::vector<float>{0.9F, 0.7F});
}

TEST_CASE("Among equal scores the first is kept", "[nms]") {
  const std::vector<Detection> kept =
      suppress_overlaps({detection(0.5F, {0, 0, 10, 10}), detection(0.5F, {1, 0, 10, 10})}, 0.4F);
  REQUIRE(kept.size() == 1);
  CHECK(kept[0].box.x == 0.0F);
}

TEST_CASE("Limits of 0 and 1 and an empty list", "[nms]") {
  const std::vector<Detection> same = {detection(0.9F, {0, 0, 10, 10}),
                                       detection(0.8F, {0, 0, 10, 10}),
                                       detection(0.7F, {10, 0, 10, 10})};
  CHECK(suppress_overlaps(same, 1.0F).size() == 3);
  CHECK(suppress_overlaps(same, 0.0F).size() == 2);
  CHECK(suppress_overlaps({}, 0.4F).empty());
}

}  // namespace
