// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Reconstructs synthetic videos frame by frame with fake stages.

#include <cmath>
#include <functional>
#include <vector>

#include "demask/video_reconstructor.hpp"
#include "fake_stages.hpp"
#include "result_checks.hpp"

namespace demask::test {

inline constexpr double frame_seconds = 0.04;
inline constexpr int interval = 10;

inline SceneFace face_at(double x, double y, double side = 140.0, Color skin = female_skin) {
  return {placed(x, y, side), skin, true, 70.0F, 0.9F};
}

inline Scene scene_of(const std::vector<SceneFace>& faces) { return {400, 220, faces}; }

inline VideoOptions options_of(int detect_interval = interval) {
  VideoOptions options;
  options.detect_interval = detect_interval;
  options.reconstruct.blend = BlendMode::none;
  return options;
}

/// Passes frames to a VideoReconstructor with fake stages.
class Film {
 public:
  explicit Film(const VideoOptions& options = options_of())
      : fakes(Scenes{}), video(fakes.reconstructor(), options) {
    // Without a face, landmarks have a low confidence.
    fakes.landmark_detector->tamper = [this](const auto& regions, auto& found) {
      for (std::size_t i = 0; i < regions.size(); ++i) {
        const bool is_face =
            !found[i].empty() &&
            intersection_over_union(regions[i].box, bounding_box(found[i].points)) > 0.1F;
        if (!is_face) {
          found[i] = face_landmarks(placed(regions[i].box.x, regions[i].box.y, 100.0));
          found[i].confidence.assign(68, 0.05F);
        }
      }
      if (tamper) tamper(found);
    };
  }

  VideoFrame next(const Scene& scene) { return next(scene, scene.photo()); }
  VideoFrame next(const Scene& scene, const Image& photo) {
    fakes.show(scene);
    if (is_detector_blind) fakes.face_detector->show(scene_of({}));
    last = photo;
    time += frame_seconds;
    return video.reconstruct(photo, time);
  }

  FakeStages fakes;
  VideoReconstructor video;
  bool is_detector_blind = false;
  Image last;
  double time = 0.0;
  std::function<void(std::vector<Landmarks>&)> tamper;
};

using Ids = std::vector<std::int64_t>;

inline Color mask_middle(const Image& photo, const SceneFace& face) {
  const Point p = face.place({128, 190});
  const std::uint8_t* value =
      photo.row(static_cast<int>(p.y + 0.5F)) + 3 * static_cast<int>(p.x + 0.5F);
  return {value[0], value[1], value[2]};
}

}  // namespace demask::test
