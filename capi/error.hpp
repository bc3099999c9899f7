// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Turns exceptions into statuses, and keeps each thread's last error message.

#include <string>

#include "demask.h"
#include "demask/error.hpp"

namespace demask::capi {

/// Stores `text` as the calling thread's last error, logs it, and returns `status`.
demask_status fail(demask_status status, const char* text) noexcept;

/// Turns the current exception into a status and the thread's last error. Call it only in a
/// handler.
demask_status fail_with_current_exception() noexcept;

/// Runs the body of a C function and turns whatever it throws into a status.
template <typename Body>
demask_status guarded(Body&& body) noexcept {
  try {
    body();
    return DEMASK_OK;
  } catch (...) {
    return fail_with_current_exception();
  }
}

[[noreturn]] inline void invalid_argument(const std::string& message) {
  throw Error(ErrorCode::invalid_argument, message);
}

/// Returns the object pointed to. @throws Error invalid_argument, naming the parameter, if null.
template <typename T>
T& require(T* pointer, const char* name) {
  if (pointer == nullptr) {
    invalid_argument(std::string(name) + ": is NULL; pass a pointer to a valid object");
  }
  return *pointer;
}

}  // namespace demask::capi
