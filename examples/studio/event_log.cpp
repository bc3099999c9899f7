// SPDX-License-Identifier: Apache-2.0
#include "event_log.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace demask::studio {

using nlohmann::json;

void EventLog::add(const json& event) {
  const std::lock_guard<std::mutex> lock(mutex_);
  events_.push_back(fmt::format("id: {}\ndata: {}\n\n", next_,
                                event.dump(-1, ' ', false, json::error_handler_t::replace)));
  ++next_;
  if (events_.size() > max_events) {
    events_.pop_front();
  }
  has_changed_.notify_all();
}

std::string EventLog::wait(std::size_t& last, std::chrono::milliseconds time) {
  std::unique_lock<std::mutex> lock(mutex_);
  has_changed_.wait_for(lock, time, [&] { return last < next_ - 1 || is_closed_; });
  std::string text;
  last = std::min(last, next_ - 1);
  const std::size_t oldest = next_ - events_.size();
  for (std::size_t number = std::max(last + 1, oldest); number < next_; ++number) {
    text += events_[number - oldest];
  }
  last = next_ - 1;
  return text;
}

void EventLog::close() {
  const std::lock_guard<std::mutex> lock(mutex_);
  is_closed_ = true;
  has_changed_.notify_all();
}

bool EventLog::is_closed() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return is_closed_;
}

}  // namespace demask::studio
