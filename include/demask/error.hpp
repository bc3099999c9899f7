#pragma once

/// @file
/// Errors of the C++ API.

#include <stdexcept>
#include <string>

#include "demask/export.hpp"

namespace demask {

/// What kind of thing went wrong. The numeric values are those of `demask_status` in the C ABI.
enum class ErrorCode : int {
  invalid_argument = 1,     ///< A parameter is outside its documented range.
  invalid_image = 2,        ///< An image view is malformed: zero size, stride too small, null data.
  image_too_large = 3,      ///< An image has more pixels than the limit in force.
  unreadable_file = 4,      ///< A file does not exist, cannot be opened, or cannot be decoded.
  unsupported_format = 5,   ///< A file decodes, but its pixels are not 8-bit gray, RGB or RGBA.
  unwritable_file = 6,      ///< An output cannot be created, written in full or renamed into place.
  bundle_not_found = 7,     ///< No model bundle at the place named, or at any default place.
  bundle_invalid = 8,       ///< A manifest is missing, malformed, of another schema, or lies.
  hash_mismatch = 9,        ///< A model file is not the one that the manifest describes.
  model_invalid = 10,       ///< A model file does not load, or its outputs break the contract.
  device_unavailable = 11,  ///< The device or number format asked for does not exist here.
  cancelled = 12,           ///< The caller's cancellation callback asked to stop.
  out_of_memory = 13,       ///< An allocation failed.
  internal = 14             ///< A defect of demask itself; please report it.
};

/// The name of a code, such as "invalid_image". Never fails; the text lives forever.
[[nodiscard]] DEMASK_API const char* to_string(ErrorCode code) noexcept;

/// The one exception type that demask throws. `what()` names the thing, the reason and the remedy.
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
  /// `message` names the thing, the reason and the remedy.
  Error(ErrorCode code, const std::string& message);
  ~Error() override;
  Error(const Error&) = default;
  Error& operator=(const Error&) = default;
  /// What kind of error it is.
  [[nodiscard]] ErrorCode code() const noexcept { return code_; }

 private:
  ErrorCode code_;
};

}  // namespace demask
