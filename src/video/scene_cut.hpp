#pragma once

/// @file
/// Where a video jumps to another scene.

#include <opencv2/core.hpp>

#include "demask/image.hpp"

namespace demask::video {

/// Compares each frame with the one before. Not safe for concurrent calls.
class SceneCutDetector {
 public:
  /// True if the frame shows another scene than the one before: both its pixels and its
  /// distribution of colors have changed, seen on a thumbnail. Motion within a scene changes the
  /// pixels alone. False for the first frame.
  bool is_cut(const ImageView& frame);
  void reset() { thumbnail_.release(); }

 private:
  cv::Mat thumbnail_;  ///< RGB.
};

}  // namespace demask::video
