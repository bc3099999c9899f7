// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Compares results, and checks that pixels change only where a result says so.

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>

#include "demask/face_reconstructor.hpp"

namespace demask::test {

inline bool same_pixels(const Image& a, const Image& b) {
  return a.width() == b.width() && a.height() == b.height() && a.format() == b.format() &&
         a.size_bytes() == b.size_bytes() &&
         std::equal(a.data(), a.data() + a.size_bytes(), b.data());
}

inline bool same_points(const std::vector<Point>& a, const std::vector<Point>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](Point p, Point q) { return p.x == q.x && p.y == q.y; });
}

inline int covered(const Image& mask) {
  return static_cast<int>(std::count(mask.data(), mask.data() + mask.size_bytes(), 255));
}

/// Compares everything except the times.
inline void check_same(const Result& a, const Result& b) {
  CHECK(same_pixels(a.photo, b.photo));
  CHECK(same_pixels(a.changed, b.changed));
  CHECK(same_pixels(a.alternative_photo, b.alternative_photo));
  REQUIRE(a.faces.size() == b.faces.size());
  for (std::size_t i = 0; i < a.faces.size(); ++i) {
    const FaceResult& x = a.faces[i];
    const FaceResult& y = b.faces[i];
    CHECK(x.status == y.status);
    CHECK(x.score == y.score);
    CHECK(same_points({{x.box.x, x.box.y}, {x.box.width, x.box.height}},
                      {{y.box.x, y.box.y}, {y.box.width, y.box.height}}));
    CHECK(same_points(x.landmarks.points, y.landmarks.points));
    CHECK(x.landmarks.confidence == y.landmarks.confidence);
    CHECK(x.mask.x == y.mask.x);
    CHECK(x.mask.y == y.mask.y);
    CHECK(same_pixels(x.mask.pixels, y.mask.pixels));
    REQUIRE(x.gender.has_value() == y.gender.has_value());
    if (x.gender) {
      CHECK(x.gender->gender == y.gender->gender);
      CHECK(x.gender->probability == y.gender->probability);
    }
    CHECK(x.gender_uncertain == y.gender_uncertain);
    CHECK(same_pixels(x.aligned_before, y.aligned_before));
    CHECK(same_pixels(x.aligned_mask, y.aligned_mask));
    CHECK(same_pixels(x.aligned_after, y.aligned_after));
    CHECK(same_pixels(x.aligned_alternative, y.aligned_alternative));
  }
}

/// The number of bytes outside `changed`, or of alpha, that differ between `before` and `after`.
inline int count_leaks(const ImageView& before, const Image& after, const Image& changed) {
  const int step = channels(before.format);
  int leaks = 0;
  for (int y = 0; y < before.height; ++y) {
    for (int x = 0; x < before.width; ++x) {
      for (int c = 0; c < step; ++c) {
        const bool may_change = changed.row(y)[x] == 255 && c < 3;
        const bool differs = before.row(y)[x * step + c] != after.row(y)[x * step + c];
        leaks += differs && !may_change ? 1 : 0;
      }
    }
  }
  return leaks;
}

/// Checks that the photo keeps its size, its format and every bit outside the changed pixels, and
/// that the changed pixels are those of the faces' masks.
inline void check_contained(const ImageView& before, const Result& result) {
  REQUIRE(result.photo.width() == before.width);
  REQUIRE(result.photo.height() == before.height);
  REQUIRE(result.photo.format() == before.format);
  REQUIRE(result.changed.format() == PixelFormat::gray);
  CHECK(count_leaks(before, result.photo, result.changed) == 0);
  if (!result.alternative_photo.empty()) {
    CHECK(count_leaks(before, result.alternative_photo, result.changed) == 0);
  }
  Image expected(before.width, before.height, PixelFormat::gray);
  for (const FaceResult& face : result.faces) {
    const Image& mask = face.mask.pixels;
    CHECK(mask.empty() == (face.status != FaceStatus::reconstructed));
    for (int y = 0; y < mask.height(); ++y) {
      for (int x = 0; x < mask.width(); ++x) {
        if (mask.row(y)[x] == 255) {
          expected.row(face.mask.y + y)[face.mask.x + x] = 255;
        }
      }
    }
  }
  CHECK(same_pixels(result.changed, expected));
}
inline void check_contained(const Image& before, const Result& result) {
  check_contained(before.view(), result);
}

}  // namespace demask::test
