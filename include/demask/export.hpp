#pragma once

/// @file
/// Symbol visibility of the C++ API.

/// What the shared library exports carries this.
#if defined(DEMASK_STATIC)
#define DEMASK_API
#elif defined(DEMASK_BUILDING)
#define DEMASK_API __attribute__((visibility("default")))
#else
#define DEMASK_API __attribute__((visibility("default")))
#endif
