// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Draws photos of simple faces with and without masks.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "../support/synthetic_landmarks.hpp"
#include "demask/geometry.hpp"
#include "demask/image.hpp"

namespace demask::test {

struct Color {
  std::uint8_t red = 0;
  std::uint8_t green = 0;
  std::uint8_t blue = 0;

  bool operator==(const Color& other) const {
    return red == other.red && green == other.green && blue == other.blue;
  }
};

inline constexpr Color mask_color{20, 40, 220};
inline constexpr Color female_skin{210, 160, 140};
inline constexpr Color male_skin{170, 130, 110};

/// A face of a synthetic photo. Sizes are in pixels of the canonical face.
struct SceneFace {
  Similarity place;  ///< From the canonical face to the photo.
  Color skin = female_skin;
  bool masked = true;
  float mask_half_width = 70.0F;
  float score = 0.9F;
  float mask_end = 230.0F;

  Landmarks landmarks() const { return face_landmarks(place); }
  Box box() const { return bounding_box(landmarks().points); }
  /// The worn mask: a rectangle on the lower face.
  bool mask_covers(Point photo) const {
    const Point p = place.inverse()(photo);
    return masked && std::abs(p.x - 128.0F) <= mask_half_width && p.y >= 140.0F && p.y <= mask_end;
  }
  bool head_covers(Point photo) const {
    const Point p = place.inverse()(photo);
    const float x = (p.x - 128.0F) / 95.0F;
    const float y = (p.y - 125.0F) / 120.0F;
    return x * x + y * y <= 1.0F;
  }
};

/// A photo of drawn faces on a patterned background that never has the color of a mask.
struct Scene {
  int width = 0;  ///< Fake stages identify scenes by it.
  int height = 0;
  std::vector<SceneFace> faces;  ///< Best score first.

  Color color_at(int x, int y) const {
    const Point p{static_cast<float>(x), static_cast<float>(y)};
    for (const SceneFace& face : faces) {
      if (face.mask_covers(p)) {
        return mask_color;
      }
    }
    for (const SceneFace& face : faces) {
      if (face.head_covers(p)) {
        return face.skin;
      }
    }
    return {static_cast<std::uint8_t>(60 + (7 * x + 3 * y) % 120),
            static_cast<std::uint8_t>(100 + (x + 5 * y) % 80), 60};
  }

  Image photo() const {
    Image image(width, height, PixelFormat::rgb);
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        const Color color = color_at(x, y);
        std::uint8_t* pixel = image.row(y) + 3 * x;
        pixel[0] = color.red;
        pixel[1] = color.green;
        pixel[2] = color.blue;
      }
    }
    return image;
  }
};

/// The canonical face of `side` pixels with its top left corner at (x, y) of the photo, turned by
/// `angle` radians about that corner.
inline Similarity placed(double x, double y, double side, double angle = 0.0) {
  const double scale = side / canonical_size;
  return {scale * std::cos(angle), scale * std::sin(angle), x, y};
}

}  // namespace demask::test
