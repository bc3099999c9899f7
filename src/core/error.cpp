// SPDX-License-Identifier: Apache-2.0
#include "demask/error.hpp"

namespace demask {

const char* to_string(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::invalid_argument:
      return "invalid_argument";
    case ErrorCode::invalid_image:
      return "invalid_image";
    case ErrorCode::image_too_large:
      return "image_too_large";
    case ErrorCode::unreadable_file:
      return "unreadable_file";
    case ErrorCode::unsupported_format:
      return "unsupported_format";
    case ErrorCode::unwritable_file:
      return "unwritable_file";
    case ErrorCode::bundle_not_found:
      return "bundle_not_found";
    case ErrorCode::bundle_invalid:
      return "bundle_invalid";
    case ErrorCode::hash_mismatch:
      return "hash_mismatch";
    case ErrorCode::model_invalid:
      return "model_invalid";
    case ErrorCode::device_unavailable:
      return "device_unavailable";
    case ErrorCode::cancelled:
      return "cancelled";
    case ErrorCode::out_of_memory:
      return "out_of_memory";
    case ErrorCode::internal:
      return "internal";
  }
  return "unknown";
}

Error::Error(ErrorCode code, const std::string& message)
    : std::runtime_error(message), code_(code) {}

// Defined out of line so that only this library holds the type information and catch clauses match
// across shared libraries.
Error::~Error() = default;

}  // namespace demask
