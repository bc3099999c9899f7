#pragma once

/// @file
/// Version of the library.

#include "demask/export.hpp"

/// Version of these headers.
#define DEMASK_VERSION_MAJOR 0
/// Version of these headers.
#define DEMASK_VERSION_MINOR 1
/// Version of these headers.
#define DEMASK_VERSION_PATCH 0
/// Version of these headers, such as "0.1.0".
#define DEMASK_VERSION_STRING "0.1.0"

namespace demask {

/// The version of the library that is linked, such as "0.1.0".
DEMASK_API const char* version() noexcept;

}  // namespace demask
