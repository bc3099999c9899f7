// SPDX-License-Identifier: Apache-2.0
#include "log.hpp"

#include <pthread.h>

#include <atomic>
#include <cmath>
#include <mutex>
#include <new>

namespace demask::capi {
namespace {

struct LogSink {
  std::mutex mutex;
  demask_log_callback callback = nullptr;
  void* user_data = nullptr;
  std::atomic<bool> is_set{false};  // Avoids the lock when no callback is set.
};

LogSink& sink() noexcept {
  static LogSink instance;
  return instance;
}

thread_local bool inside_callback = false;

/// In the child of fork(), only the forking thread may still hold the lock.
void unlock_in_child() {
  if (!inside_callback) {
    new (&sink().mutex) std::mutex;
  }
}

[[maybe_unused]] const int registered = ::pthread_atfork(nullptr, nullptr, unlock_in_child);

}  // namespace

void log_message(demask_log_level level, const char* message) noexcept {
  LogSink& log = sink();
  if (inside_callback || !log.is_set.load(std::memory_order_acquire)) {
    return;
  }
  const std::lock_guard<std::mutex> lock(log.mutex);
  if (log.callback == nullptr) {
    return;
  }
  inside_callback = true;
  log.callback(log.user_data, level, message);
  inside_callback = false;
}

void log_loaded(const std::string& what, std::chrono::steady_clock::time_point start) {
  if (!sink().is_set.load(std::memory_order_acquire)) {
    return;
  }
  const std::chrono::duration<double, std::milli> elapsed =
      std::chrono::steady_clock::now() - start;
  // Integers look alike in every locale.
  const long tenths = std::lround(10.0 * elapsed.count());
  const std::string milliseconds = std::to_string(tenths / 10) + "." + std::to_string(tenths % 10);
  log_message(DEMASK_LOG_INFO, (what + " in " + milliseconds + " ms").c_str());
}

bool set_log_callback(demask_log_callback callback, void* user_data) noexcept {
  if (inside_callback) {
    return false;
  }
  LogSink& log = sink();
  const std::lock_guard<std::mutex> lock(log.mutex);
  log.callback = callback;
  log.user_data = user_data;
  log.is_set.store(callback != nullptr, std::memory_order_release);
  return true;
}

}  // namespace demask::capi
