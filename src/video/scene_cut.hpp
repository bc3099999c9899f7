// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Detects where a video cuts to another scene.

#include <opencv2/core.hpp>

#include "demask/image.hpp"

namespace demask::video {

/// Compares each frame with the previous one. Not safe for concurrent calls.
class SceneCutDetector {
 public:
  /// True if the frame shows a different scene than the previous one: on thumbnails, both the
  /// pixels and the distribution of colors have changed. Motion within a scene changes only the
  /// pixels. False for the first frame.
  bool is_cut(const ImageView& frame);
  void reset() { thumbnail_.release(); }

 private:
  cv::Mat thumbnail_;  ///< RGB.
};

}  // namespace demask::video
