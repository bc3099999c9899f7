// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// What a process may still do after fork(): only the forking thread exists in the child, and locks
/// that other threads held stay locked there.

#include <sys/types.h>

#include <functional>
#include <memory>
#include <thread>

namespace demask::core {

/// Marks, while it lives, that the calling thread may hold locks of demask, LibTorch or Exiv2.
/// Create one before taking such a lock or calling such a library. Any number may be nested.
class Activity {
 public:
  /// @throws Error internal if this process is a child that was forked while another thread had an
  ///         activity: a lock that this thread would wait for might never be released.
  Activity();
  ~Activity();
  Activity(const Activity&) = delete;
  Activity& operator=(const Activity&) = delete;
};

/// Work on a thread that the library itself starts. fork() waits until all such work is done.
class BackgroundTask {
 public:
  BackgroundTask() = default;
  /// Waits until the work is done. In a child that was forked after the start there is nothing to
  /// wait for.
  ~BackgroundTask();
  BackgroundTask(const BackgroundTask&) = delete;
  BackgroundTask& operator=(const BackgroundTask&) = delete;

  /// Starts the work; call it once. The work must not throw, fork, or wait for anything that the
  /// host holds. @throws std::system_error if no thread can be started.
  void start(std::function<void()> work);
  bool is_started() const noexcept { return thread_ != nullptr; }

 private:
  std::unique_ptr<std::thread> thread_;
  pid_t process_ = 0;  // that has the thread
};

/// Whether the calling thread came into this process by fork(). GNU OpenMP believes that the
/// threads of its earlier parallel regions still exist and would wait for them for ever, so such a
/// thread may only run regions of one thread. Threads that the child starts are free to use more.
bool came_through_fork() noexcept;

}  // namespace demask::core
