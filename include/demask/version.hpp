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

}  // namespace demask
