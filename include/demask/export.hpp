#pragma once

/// @file
/// Symbol visibility of the C++ API.

/// Marks what the shared library exports; empty for programs that link the archive.
#if defined(DEMASK_STATIC)
#define DEMASK_API
#else
#define DEMASK_API __attribute__((visibility("default")))
#endif
