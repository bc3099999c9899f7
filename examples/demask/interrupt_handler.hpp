#pragma once

/// @file
/// Stopping on Ctrl-C with what is done so far.

#include <csignal>

namespace demask::program {

/// While it lives the first Ctrl-C asks to stop; the second ends the program at once. One at a
/// time.
class InterruptHandler {
 public:
  InterruptHandler();
  ~InterruptHandler();
  InterruptHandler(const InterruptHandler&) = delete;
  InterruptHandler& operator=(const InterruptHandler&) = delete;

 private:
  struct sigaction before_ {};
};

/// True once Ctrl-C has been pressed.
bool is_interrupted();

}  // namespace demask::program
