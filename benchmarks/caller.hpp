// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// A thread that calls the library repeatedly.

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace demask::benchmarks {

/// A thread that stays alive between calls, like a host's worker threads, so that LibTorch's
/// per-thread state is created only once.
class Caller {
 public:
  explicit Caller(std::function<void()> work);
  ~Caller();
  Caller(const Caller&) = delete;
  Caller& operator=(const Caller&) = delete;

  /// Starts one run of the work; call wait() before the next start().
  void start();
  void wait();

 private:
  enum class State { idle, working, ended };

  void change(State state);
  void live();

  std::function<void()> work_;
  std::mutex mutex_;
  std::condition_variable changed_;
  State state_ = State::idle;
  std::thread thread_;  // last: it uses the other members
};

}  // namespace demask::benchmarks
