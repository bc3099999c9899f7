// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// What a process may still do after fork(): only the forking thread exists in the child, and locks
/// that other threads held stay locked there.

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

/// Marks, while it lives, work on a thread that the library itself started. fork() waits until all
/// such work is done. The work must not wait for anything that the host holds, and must not fork.
class BackgroundWork {
 public:
  BackgroundWork();
  ~BackgroundWork();
  BackgroundWork(const BackgroundWork&) = delete;
  BackgroundWork& operator=(const BackgroundWork&) = delete;
};

/// Whether the calling thread came into this process by fork(). GNU OpenMP believes that the
/// threads of its earlier parallel regions still exist and would wait for them for ever, so such a
/// thread may only run regions of one thread. Threads that the child starts are free to use more.
bool came_through_fork() noexcept;

}  // namespace demask::core
