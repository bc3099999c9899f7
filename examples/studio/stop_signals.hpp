// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Waits for the signals that end the studio.

#include <chrono>
#include <csignal>

namespace demask::studio {

/// While an object lives, SIGINT and SIGTERM do not end the process but wait() reports them. Make
/// it before any thread that should not be interrupted: threads inherit the mask of signals.
class StopSignals {
 public:
  StopSignals();
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  /// Whether one of the signals came within a time.
  bool wait(std::chrono::milliseconds time) const;

 private:
  sigset_t signals_{};
  sigset_t before_{};
};

}  // namespace demask::studio
