#pragma once

/// @file
/// What other libraries throw, as errors of this one.

#include <fmt/format.h>

#include <new>
#include <opencv2/core.hpp>

#include "demask/error.hpp"

namespace demask::pipeline {

/// Calls `work`; what OpenCV and the allocator throw becomes an Error.
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
