#pragma once

/// @file
/// Messages to the log callback of the process.

#include <chrono>
#include <string>

#include "demask.h"

namespace demask::capi {

/// Hands a message to the callback, if there is one. Messages of a callback itself are dropped.
void log_message(demask_log_level level, const char* message) noexcept;

/// Logs what was loaded and the time since `start`, if anybody listens.
void log_loaded(const std::string& what, std::chrono::steady_clock::time_point start);

/// Sets the callback of the process; null for none. Returns false, and changes nothing, if called
/// from within a callback.
bool set_log_callback(demask_log_callback callback, void* user_data) noexcept;

}  // namespace demask::capi
