// SPDX-License-Identifier: Apache-2.0
#include "core/fork.hpp"

#include <pthread.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <utility>

#include "demask/error.hpp"

namespace demask::core {
namespace {

thread_local int own_activities = 0;
thread_local bool is_forked_thread = false;
std::atomic<int> activities{0};
std::atomic<bool> inherited_locks{false};

/// The threads that the library started and that are at work.
struct Background {
  std::mutex mutex;
  std::condition_variable changed;
  int count = 0;
};

/// Points to an object that is never destroyed, because handlers of fork() may run while the
/// process ends.
std::atomic<Background*>& background_pointer() {
  static std::atomic<Background*> pointer{new Background};
  return pointer;
}

Background& background() { return *background_pointer(); }

void change_background_count(int difference) {
  Background& work = background();
  {
    const std::lock_guard lock(work.mutex);
    work.count += difference;
  }
  work.changed.notify_all();
}

// The lock is kept until the parent releases it. The child gets new objects instead, because other
// threads of the parent may be waiting for the old ones.
void prepare_fork() {
  Background& work = background();
  std::unique_lock lock(work.mutex);
  work.changed.wait(lock, [&work] { return work.count == 0; });
  static_cast<void>(lock.release());
}

void release_parent() { background().mutex.unlock(); }

void enter_child() {
  is_forked_thread = true;
  if (activities != own_activities) {
    inherited_locks = true;
  }
  activities = own_activities;
  background_pointer() = new Background;
}

[[maybe_unused]] const int registered = [] {
  background();
  return ::pthread_atfork(prepare_fork, release_parent, enter_child);
}();

}  // namespace

Activity::Activity() {
  if (inherited_locks) {
    throw Error(ErrorCode::internal,
                "process: it was forked while another thread used demask, whose locks it "
                "inherited; fork when no call runs, or start the process by spawn or exec");
  }
  ++own_activities;
  ++activities;
}

Activity::~Activity() {
  --own_activities;
  --activities;
}

BackgroundTask::~BackgroundTask() {
  if (thread_ && process_ == ::getpid()) {
    thread_->join();
  } else {
    static_cast<void>(thread_.release());  // Joining a thread that does not exist would fail.
  }
}

void BackgroundTask::start(std::function<void()> work) {
  process_ = ::getpid();
  thread_ = std::make_unique<std::thread>([work = std::move(work)] {
    change_background_count(1);
    work();
    change_background_count(-1);
  });
}

bool came_through_fork() noexcept { return is_forked_thread; }

}  // namespace demask::core
