// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// The version of the library and what it was built from.

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

/// The version of the linked library, such as "0.2.0".
[[nodiscard]] DEMASK_API const char* version() noexcept;

/// What the linked library was built from. The strings are valid for the life of the process.
struct BuildInfo {
  const char* version = "";        ///< The version of demask, such as "0.2.0".
  const char* torch_version = "";  ///< The LibTorch version it was built with, such as "1.13.0".
  bool with_exiv2 = false;         ///< Whether metadata is copied; see DEMASK_WITH_EXIV2.
  /// The SPDX identifier of the license under which this build, without its models, may be
  /// distributed. The code is under Apache-2.0; Exiv2 is under GPL-2.0-or-later, of which only
  /// version 3 is compatible with Apache-2.0.
  const char* license = "";
  /// LibTorch version, Exiv2 and license in one line, such as "LibTorch 1.13.0, with Exiv2,
  /// GPL-3.0-or-later".
  const char* description = "";
};

/// What the linked library was built from. May be called from any thread.
[[nodiscard]] DEMASK_API BuildInfo build_info() noexcept;

}  // namespace demask
