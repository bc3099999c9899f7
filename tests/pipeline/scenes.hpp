// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Synthetic photos with known faces, and readings of their pixels and masks.

#include <algorithm>
#include <vector>

#include "fake_stages.hpp"

namespace demask::test {

/// A large masked woman, a smaller man without a mask and a small masked man, in order of score.
inline Scene group() {
  Scene scene{500, 360, {}};
  scene.faces.push_back({placed(20, 40, 220, 0.1), female_skin, true, 70.0F, 0.95F});
  scene.faces.push_back({placed(270, 20, 120), male_skin, false, 70.0F, 0.9F});
  scene.faces.push_back({placed(300, 190, 150, -0.15), male_skin, true, 70.0F, 0.6F});
  return scene;
}

inline Scene one_face(int width = 320) {
  return {width, 300, {{placed(30, 20, 240), female_skin, true, 70.0F, 0.9F}}};
}

inline Scenes scenes_of(const std::vector<Scene>& list) {
  Scenes scenes;
  for (const Scene& scene : list) {
    scenes[scene.width] = scene;
  }
  return scenes;
}

inline Color pixel(const Image& photo, Point p) {
  const auto x = static_cast<int>(p.x + 0.5F);
  const std::uint8_t* value = photo.row(static_cast<int>(p.y + 0.5F)) + 3 * x;
  return {value[0], value[1], value[2]};
}

/// The pixel at the center of a face's mask in the photo.
inline Color mask_middle(const Image& photo, const SceneFace& face) {
  return pixel(photo, face.place({128, 190}));
}

inline std::vector<FaceStatus> statuses(const Result& result) {
  std::vector<FaceStatus> list;
  for (const FaceResult& face : result.faces) {
    list.push_back(face.status);
  }
  return list;
}

/// A gray image of the photo's size with the level `inside` where the scene's masks are.
inline Image drawn_mask(const Scene& scene, std::uint8_t inside, std::uint8_t outside) {
  Image mask(scene.width, scene.height, PixelFormat::gray);
  for (int y = 0; y < scene.height; ++y) {
    for (int x = 0; x < scene.width; ++x) {
      const Point p{static_cast<float>(x), static_cast<float>(y)};
      const bool in = std::any_of(scene.faces.begin(), scene.faces.end(),
                                  [&](const SceneFace& face) { return face.mask_covers(p); });
      mask.row(y)[x] = in ? inside : outside;
    }
  }
  return mask;
}

/// The number of pixels of the scene's masks that are not painted.
inline int mask_left(const Scene& scene, const Result& result) {
  int left = 0;
  for (int y = 0; y < scene.height; ++y) {
    for (int x = 0; x < scene.width; ++x) {
      left += scene.color_at(x, y) == mask_color && result.changed.row(y)[x] != 255 ? 1 : 0;
    }
  }
  return left;
}

}  // namespace demask::test
