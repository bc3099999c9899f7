// SPDX-License-Identifier: Apache-2.0
#include "caller.hpp"

#include <utility>

namespace demask::benchmarks {

Caller::Caller(std::function<void()> work) : work_(std::move(work)), thread_([this] { live(); }) {}

Caller::~Caller() {
  wait();
  change(State::ended);
  thread_.join();
}

void Caller::start() { change(State::working); }

void Caller::wait() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return state_ == State::idle; });
}

void Caller::change(State state) {
  {
    const std::lock_guard lock(mutex_);
    state_ = state;
  }
  changed_.notify_all();
}

void Caller::live() {
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return state_ != State::idle; });
      if (state_ == State::ended) {
        return;
      }
    }
    work_();
    change(State::idle);
  }
}

}  // namespace demask::benchmarks
