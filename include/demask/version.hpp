#pragma once

/// @file
/// Version of the library.

#include "demask/export.hpp"

#define DEMASK_VERSION_MAJOR 0
#define DEMASK_VERSION_MINOR 1
#define DEMASK_VERSION_PATCH 0
#define DEMASK_VERSION_STRING "0.1.0"

namespace demask {

/// The version of the library that is linked, such as "0.1.0".
DEMASK_API const char* version() noexcept;

}  // namespace demask
