// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Pixels of coded frames: pixel formats, turning upright, and conversion from and to BGR by the
/// frame's own color tags.

extern "C" {
#include <libswscale/swscale.h>
}

#include <array>
#include <cstdint>
#include <memory>
#include <opencv2/core.hpp>

#include "video_libav.hpp"

namespace demask::program {

/// How a stored frame is turned to be upright: first transposed, then mirrored.
struct Orientation {
  bool is_transposed = false;
  bool mirrors_x = false;  ///< Left and right change places.
  bool mirrors_y = false;  ///< Top and bottom change places.

  bool turns() const { return is_transposed || mirrors_x || mirrors_y; }
};

/// The orientation that a display matrix (nine numbers, as of av_display_rotation_get()) stands
/// for; angles between quarter turns are rounded to one.
Orientation orientation_of(const std::int32_t* display_matrix);

/// The planar YUV format, of 8 or 10 bits, that is nearest to a format: what frames are worked on
/// in. Chroma is sampled as in the source; gray becomes 4:2:0, and RGB 4:4:4.
AVPixelFormat planar_format(AVPixelFormat format);

/// The format of the same depth with 4:4:4 chroma.
AVPixelFormat full_chroma_format(AVPixelFormat planar);

/// The bits of a color channel, such as 10.
int depth_of(AVPixelFormat format);

/// Converts frames between pixel formats, matrices and sizes; keeps its tables from frame to frame.
class PixelConverter {
 public:
  /// Fills `to`, whose format, size and color tags say what is wanted. Frames without a tag are
  /// taken for what players take them for: BT.709 from 1280 x 720 on, BT.601 below.
  /// @throws std::bad_alloc.
  void convert(const AVFrame& from, AVFrame& to);
  /// @throws std::bad_alloc.
  cv::Mat to_bgr(const AVFrame& from);
  /// The reverse of to_bgr() for a part of a frame. `to` has the format and the color tags.
  /// @throws std::bad_alloc.
  void from_bgr(const cv::Mat& bgr, AVFrame& to, const AVFrame& whole);

 private:
  /// A side of a conversion.
  struct Side {
    int format = -1;
    int width = 0;
    int height = 0;
    int matrix = 0;  ///< AVColorSpace, which swscale uses for its own tables too.
    bool full_range = false;

    bool operator==(const Side& other) const {
      return format == other.format && width == other.width && height == other.height &&
             matrix == other.matrix && full_range == other.full_range;
    }
  };
  struct FreeContext {
    void operator()(SwsContext* context) const noexcept { sws_freeContext(context); }
  };

  static Side side_of(const AVFrame& frame, const AVFrame& whole);
  static Side bgr_side(const cv::Mat& bgr);
  SwsContext& context(const Side& from, const Side& to);

  std::unique_ptr<SwsContext, FreeContext> context_;
  Side from_;
  Side to_;
};

/// Turns a planar frame upright. Frames with 4:2:2 chroma can be mirrored but not transposed.
/// @throws std::bad_alloc.
libav::Frame turned(const AVFrame& frame, const Orientation& orientation);

/// Puts the pixels of a BGR picture into a planar frame of its size where `changed` (gray) is not
/// 0; the others stay as they are coded.
/// @throws std::bad_alloc.
void paint(AVFrame& frame, const cv::Mat& bgr, const cv::Mat& changed, PixelConverter& converter);

}  // namespace demask::program
