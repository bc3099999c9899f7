// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Translates exceptions of other libraries into demask::Error.

#include <fmt/format.h>

#include <new>
#include <opencv2/core.hpp>

#include "demask/error.hpp"

namespace demask::pipeline {

/// Calls `work` and turns exceptions of OpenCV and the allocator into an Error.
template <typename Work>
auto with_errors_translated(const Work& work) {
  try {
    return work();
  } catch (const std::bad_alloc&) {
    throw Error(ErrorCode::out_of_memory,
                "reconstruct: an allocation failed; use smaller photos or fewer at once");
  } catch (const cv::Exception& error) {
    const bool memory = error.code == cv::Error::StsNoMem;
    throw Error(memory ? ErrorCode::out_of_memory : ErrorCode::internal,
                fmt::format("reconstruct: image processing failed ({}); {}", error.err,
                            memory ? "use smaller photos or fewer at once"
                                   : "please report it with the photo"));
  }
}

}  // namespace demask::pipeline
