#pragma once

/// @file
/// Version of the library.

#include "demask/export.hpp"

/// Major version of these headers.
#define DEMASK_VERSION_MAJOR 0
/// Minor version of these headers.
#define DEMASK_VERSION_MINOR 2
/// Patch version of these headers.
#define DEMASK_VERSION_PATCH 0
/// Version of these headers, such as "0.2.0".
#define DEMASK_VERSION_STRING "0.2.0"

namespace demask {

/// The version of the library that is linked, such as "0.2.0".
[[nodiscard]] DEMASK_API const char* version() noexcept;

/// What the linked library was built from. The texts live as long as the process.
struct BuildInfo {
  const char* version = "";        ///< The version of demask, such as "0.1.0".
  const char* torch_version = "";  ///< The LibTorch it was compiled against, such as "1.13.0".
  bool with_exiv2 = false;         ///< Metadata are carried over; see DEMASK_WITH_EXIV2.
  /// The SPDX license under which this build may be distributed, its models aside. The code is
  /// under Apache-2.0; Exiv2 is under GPL-2.0-or-later, of which version 3 alone goes with
  /// Apache-2.0.
  const char* license = "";
  /// All but `version` in one line, such as "LibTorch 1.13.0, with Exiv2, GPL-3.0-or-later".
  const char* description = "";
};

/// What the linked library was built from. Any thread may call it.
DEMASK_API BuildInfo build_info() noexcept;

}  // namespace demask
