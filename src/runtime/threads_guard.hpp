// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Sets LibTorch's number of threads for a call.

namespace demask::runtime {

/// Sets the number of threads for the calling thread's parallel regions while the guard lives: one
/// for a thread that came through fork(). 0 leaves the number as it is. ATen's own setter would
/// also change the number that other threads start with.
class ThreadsGuard {
 public:
  explicit ThreadsGuard(int wanted);
  ~ThreadsGuard();
  ThreadsGuard(const ThreadsGuard&) = delete;
  ThreadsGuard& operator=(const ThreadsGuard&) = delete;

 private:
  int previous_ = 0;
};

}  // namespace demask::runtime
