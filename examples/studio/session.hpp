// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// The sessions: one for each page that is open.

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "event_log.hpp"
#include "limits.hpp"
#include "photo.hpp"

namespace demask::studio {

/// What one open page works on. Any number of threads may use it at once.
class Session {
 public:
  Session(std::string id, const Limits& limits);

  const std::string& id() const noexcept { return id_; }
  EventLog& events() noexcept { return events_; }

  /// Makes room for a photo and returns its id. @throws RequestError if there are too many.
  int next_photo_id();
  void add(std::shared_ptr<Photo> photo);
  void remove(int photo);
  /// @throws RequestError if there is no such photo.
  std::shared_ptr<Photo> photo(int id) const;

  /// False if as many are open as may be.
  bool stream_opened();
  /// Returns whether it was the last one.
  bool stream_closed();
  /// Whether no stream was open for so long that the page must be gone.
  bool is_abandoned() const;

 private:
  using Clock = std::chrono::steady_clock;
  const std::string id_;
  const Limits& limits_;
  EventLog events_;
  mutable std::mutex mutex_;
  std::map<int, std::shared_ptr<Photo>> photos_;
  int last_photo_ = 0;
  int streams_ = 0;
  Clock::time_point last_seen_ = Clock::now();
};

/// All sessions of the studio.
class Sessions {
 public:
  explicit Sessions(const Limits& limits) : limits_(limits) {}

  /// @throws RequestError if there are too many.
  std::shared_ptr<Session> open();
  /// @throws RequestError if there is none with this id.
  std::shared_ptr<Session> find(const std::string& id) const;
  void close(const std::string& id);
  /// Ends and returns the sessions whose page is gone.
  std::vector<std::shared_ptr<Session>> close_abandoned();
  void close_all();

 private:
  const Limits& limits_;
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Session>> sessions_;
};

}  // namespace demask::studio
