// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "video/track_association.hpp"

using demask::Box;
using demask::video::associate;
using Matches = std::vector<std::optional<std::size_t>>;

TEST_CASE("Boxes are paired with the one that overlaps them most", "[association]") {
  const std::vector<Box> known = {{0, 0, 10, 10}, {20, 0, 10, 10}};
  CHECK(associate(known, {{21, 0, 10, 10}, {1, 0, 10, 10}}, 0.3F) == Matches{1, 0});
}

TEST_CASE("A box is used once, in its better pair", "[association]") {
  const std::vector<Box> known = {{0, 0, 10, 10}};
  // Overlaps 9 / 11 and 8 / 12.
  CHECK(associate(known, {{2, 0, 10, 10}, {1, 0, 10, 10}}, 0.3F) == Matches{std::nullopt, 0});
  CHECK(associate({{2, 0, 10, 10}, {1, 0, 10, 10}}, {{0, 0, 10, 10}}, 0.3F) == Matches{1});
}

TEST_CASE("The best pair is matched first, even if another box remains unmatched",
          "[association]") {
  const std::vector<Box> known = {{0, 0, 10, 10}, {4, 0, 10, 10}};
  // The first found box is nearest to the second known one; the remaining pair overlaps too little.
  CHECK(associate(known, {{3, 0, 10, 10}, {12, 0, 10, 10}}, 0.3F) == Matches{1, std::nullopt});
}

TEST_CASE("Boxes that overlap too little belong to different faces", "[association]") {
  const std::vector<Box> known = {{0, 0, 10, 10}};
  const std::vector<Box> found = {{5, 0, 10, 10}};  // 1 / 3
  CHECK(associate(known, found, 0.34F) == Matches{std::nullopt});
  CHECK(associate(known, found, 0.33F) == Matches{0});
  CHECK(associate({}, found, 0.3F) == Matches{std::nullopt});
  CHECK(associate(known, {}, 0.3F).empty());
}

TEST_CASE("Among equal pairs the earlier boxes are matched first", "[association]") {
  const Box box{0, 0, 10, 10};
  CHECK(associate({box, box}, {box, box}, 0.3F) == Matches{0, 1});
}
