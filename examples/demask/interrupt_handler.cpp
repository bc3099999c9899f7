// SPDX-License-Identifier: Apache-2.0
#include "interrupt_handler.hpp"

#include <atomic>

namespace demask::program {
namespace {

std::atomic<bool> interrupted_flag{false};
static_assert(std::atomic<bool>::is_always_lock_free,
              "a signal handler may only use lock-free atomics");

}  // namespace

InterruptHandler::InterruptHandler() {
  struct sigaction action {};
  action.sa_handler = [](int) { interrupted_flag = true; };
  action.sa_flags = static_cast<int>(SA_RESETHAND | SA_RESTART);
  ::sigaction(SIGINT, &action, &before_);
}

InterruptHandler::~InterruptHandler() { ::sigaction(SIGINT, &before_, nullptr); }

bool is_interrupted() { return interrupted_flag; }

}  // namespace demask::program
