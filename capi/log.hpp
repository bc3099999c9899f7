// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Sends messages to the log callback of the process.

#include <chrono>
#include <string>

#include "demask.h"

namespace demask::capi {

/// Passes a message to the callback, if one is set. Drops messages caused by a callback itself.
void log_message(demask_log_level level, const char* message) noexcept;

/// Logs what was loaded and the time since `start`, if a callback is set.
void log_loaded(const std::string& what, std::chrono::steady_clock::time_point start);

/// Sets the callback of the process; null for none. Returns false, and changes nothing, if called
/// from within a callback.
bool set_log_callback(demask_log_callback callback, void* user_data) noexcept;

}  // namespace demask::capi
