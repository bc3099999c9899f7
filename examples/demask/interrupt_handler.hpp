// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Lets Ctrl-C stop a run cleanly and keep the finished work.

#include <csignal>

namespace demask::program {

/// While an object lives, the first Ctrl-C asks the run to stop and the second ends the program at
/// once. Only one object may live at a time.
class InterruptHandler {
 public:
  InterruptHandler();
  ~InterruptHandler();
  InterruptHandler(const InterruptHandler&) = delete;
  InterruptHandler& operator=(const InterruptHandler&) = delete;

 private:
  struct sigaction before_ {};
};

/// Whether Ctrl-C was pressed.
bool is_interrupted();

}  // namespace demask::program
