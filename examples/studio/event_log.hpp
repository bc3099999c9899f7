// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// The events of a session, which streams to the page read.

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>

namespace demask::studio {

/// The latest events of a session, numbered from 1. Any number of threads may use it at once.
class EventLog {
 public:
  void add(const nlohmann::json& event);

  /// Waits until there is an event after number `last`, the log is closed, or the time is over.
  /// Returns the events in the text form of server-sent events and sets `last` to the number of the
  /// last one.
  std::string wait(std::size_t& last, std::chrono::milliseconds time);

  /// Ends all waits, now and later.
  void close();
  bool is_closed() const;

 private:
  static constexpr std::size_t max_events = 4096;
  mutable std::mutex mutex_;
  std::condition_variable has_changed_;
  std::deque<std::string> events_;
  std::size_t next_ = 1;  // number of the next event
  bool is_closed_ = false;
};

}  // namespace demask::studio
