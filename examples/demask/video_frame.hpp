// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// A frame on its way from a video file through the models into another one.

#include <memory>
#include <opencv2/core.hpp>

namespace demask::program {

/// The pixels as they are coded in the file. Only the reader and the writer look inside.
struct CodedFrame;

/// A frame of a video, upright.
struct FilmFrame {
  std::shared_ptr<CodedFrame> coded;
  cv::Mat pixels;        ///< BGR, 8 bits.
  double seconds = 0.0;  ///< Greater than that of the frame before.
};

}  // namespace demask::program
