// SPDX-License-Identifier: Apache-2.0
#include <omp.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <catch2/catch.hpp>
#include <functional>
#include <future>
#include <memory>
#include <numeric>
#include <string>
#include <thread>

#include "core/fork.hpp"
#include "core/workers.hpp"
#include "demask/error.hpp"

namespace {

using demask::core::Activity;
using demask::core::BackgroundTask;
using demask::core::Workers;

/// Runs a check in a child of fork(). A child that hangs is ended by a signal and fails.
bool holds_in_child(const std::function<bool()>& check) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::alarm(60);
    bool holds = false;
    try {
      holds = check();
    } catch (...) {
      // Counts as a check that does not hold.
    }
    ::_exit(holds ? 0 : 1);
  }
  int status = 0;
  return ::waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

int sum_in_parallel() {
  std::array<int, 64> values{};
  Workers(4).for_each(values.size(), [&](std::size_t i) { values[i] = static_cast<int>(i); });
  return std::accumulate(values.begin(), values.end(), 0);
}

bool is_refused() {
  try {
    const Activity activity;
    return false;
  } catch (const demask::Error& error) {
    return error.code() == demask::ErrorCode::internal &&
           std::string(error.what()).find("forked") != std::string::npos;
  }
}

}  // namespace

TEST_CASE("a child of fork() works alone where its parent used several threads", "[fork]") {
  CHECK(sum_in_parallel() == 2016);
  CHECK_FALSE(demask::core::came_through_fork());
  CHECK(holds_in_child(
      [] { return demask::core::came_through_fork() && sum_in_parallel() == 2016; }));
  CHECK(holds_in_child([] { return holds_in_child([] { return sum_in_parallel() == 2016; }); }));
  CHECK(sum_in_parallel() == 2016);
}

TEST_CASE("a fork during the activity of another thread is refused in the child", "[fork]") {
  std::promise<void> started;
  std::promise<void> end;
  std::thread other([&] {
    const Activity activity;
    started.set_value();
    end.get_future().wait();
  });
  started.get_future().wait();
  CHECK(holds_in_child(is_refused));
  CHECK(holds_in_child([] { return holds_in_child(is_refused); }));
  end.set_value();
  other.join();
  CHECK(holds_in_child([] { return !is_refused(); }));
  CHECK_FALSE(is_refused());
}

TEST_CASE("a fork during activities of its own thread is allowed", "[fork]") {
  const Activity outer;
  const Activity inner;
  CHECK(holds_in_child([] {
    const Activity third;
    return holds_in_child([] { return !is_refused(); });
  }));
}

TEST_CASE("a fork waits for work in the background", "[fork]") {
  std::promise<void> started;
  std::atomic<bool> is_done{false};
  auto task = std::make_unique<BackgroundTask>();
  task->start([&] {
    const Activity activity;
    started.set_value();
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    is_done = true;
  });
  started.get_future().wait();
  CHECK(holds_in_child([&] {
    task.reset();
    return is_done && !is_refused();
  }));
  CHECK(task->is_started());
}
