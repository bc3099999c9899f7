// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Symbol visibility of the C++ API.

/// Marks symbols that the shared library exports; empty for programs that link the static library.
#if defined(DEMASK_STATIC)
#define DEMASK_API
#else
#define DEMASK_API __attribute__((visibility("default")))
#endif
