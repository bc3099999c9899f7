#pragma once

/// @file
/// A thread that calls the library again and again.

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace demask::benchmarks {

/// A thread that lives on between its calls, as a host's workers do: what LibTorch keeps for each
/// thread is made once.
class Caller {
 public:
  explicit Caller(std::function<void()> work);
  ~Caller();
  Caller(const Caller&) = delete;
  Caller& operator=(const Caller&) = delete;

  /// Starts the work once; wait() before the next.
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
  std::thread thread_;  // last: it uses the others
};

}  // namespace demask::benchmarks
