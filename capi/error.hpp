#pragma once

/// @file
/// The line that no exception crosses, and the error text of each thread.

#include <string>

#include "demask.h"
#include "demask/error.hpp"

namespace demask::capi {

/// Keeps `text` as the calling thread's last error, logs it, and passes the status on.
demask_status fail(demask_status status, const char* text) noexcept;

/// Turns the exception in flight into a status and the thread's last error. Only within a handler.
demask_status fail_with_current_exception() noexcept;

/// Runs the body of a C function; whatever it throws becomes a status.
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

/// @throws Error invalid_argument naming the parameter if it is null.
template <typename T>
T& require(T* pointer, const char* name) {
  if (pointer == nullptr) {
    invalid_argument(std::string(name) + ": is NULL; pass a pointer to a valid object");
  }
  return *pointer;
}

}  // namespace demask::capi
