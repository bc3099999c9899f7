// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Errors of the C++ API.

#include <stdexcept>
#include <string>

#include "demask/export.hpp"

namespace demask {

/// What kind of error occurred. The values match `demask_status` of the C ABI.
enum class ErrorCode : int {
  invalid_argument = 1,     ///< A parameter is outside its documented range.
  invalid_image = 2,        ///< An image view is malformed: zero size, stride too small, null data.
  image_too_large = 3,      ///< An image has more pixels than the limit in force.
  unreadable_file = 4,      ///< A file does not exist, cannot be opened, or cannot be decoded.
  unsupported_format = 5,   ///< A file holds pixels or several pictures that demask cannot edit.
  unwritable_file = 6,      ///< An output cannot be created, written in full or renamed into place.
  bundle_not_found = 7,     ///< No model bundle in the given folder or in any default place.
  bundle_invalid = 8,       ///< A manifest is missing, malformed, of another schema, or wrong.
  hash_mismatch = 9,        ///< A model file differs from the one in the manifest.
  model_invalid = 10,       ///< A model file does not load, or its outputs break the contract.
  device_unavailable = 11,  ///< This machine lacks the requested device or number format.
  cancelled = 12,           ///< The caller's cancellation callback asked to stop.
  out_of_memory = 13,       ///< An allocation failed.
  internal = 14             ///< A bug in demask (report it), or a process forked during a call.
};

/// The name of a code, such as "invalid_image". Never fails; the string is valid for the life of
/// the process.
[[nodiscard]] DEMASK_API const char* to_string(ErrorCode code) noexcept;

/// The only exception type that demask throws. `what()` says what failed, why, and how to remedy
/// it.
///
/// @code
/// try {
///   const demask::Image photo = demask::read_image("photo.jpg");
/// } catch (const demask::Error& error) {
///   const bool is_missing = error.code() == demask::ErrorCode::unreadable_file;
///   std::fprintf(stderr, "%s%s\n", error.what(), is_missing ? " (skipped)" : "");
/// }
/// @endcode
class DEMASK_API Error : public std::runtime_error {
 public:
  /// `message` has the form "thing: reason; remedy".
  Error(ErrorCode code, const std::string& message);
  ~Error() override;
  Error(const Error&) = default;
  Error& operator=(const Error&) = default;
  /// The kind of error.
  [[nodiscard]] ErrorCode code() const noexcept { return code_; }

 private:
  ErrorCode code_;
};

}  // namespace demask
