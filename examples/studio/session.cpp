// SPDX-License-Identifier: Apache-2.0
#include "session.hpp"

#include <utility>

#include "access.hpp"
#include "request_error.hpp"

namespace demask::studio {

Session::Session(std::string id, const Limits& limits) : id_(std::move(id)), limits_(limits) {}

int Session::next_photo_id() {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (photos_.size() >= limits_.photos) {
    throw RequestError(429, "too_many_photos",
                       "session: it holds as many photos as it may; remove some that are done");
  }
  return ++last_photo_;
}

void Session::add(std::shared_ptr<Photo> photo) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const int id = photo->id();
  photos_[id] = std::move(photo);
}

void Session::remove(int photo) {
  const std::lock_guard<std::mutex> lock(mutex_);
  photos_.erase(photo);
}

std::shared_ptr<Photo> Session::photo(int id) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto found = photos_.find(id);
  if (found == photos_.end()) {
    throw RequestError(404, "not_found", "photo: the session has no such photo; upload it");
  }
  return found->second;
}

bool Session::stream_opened() {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (streams_ >= limits_.streams) {
    return false;
  }
  ++streams_;
  return true;
}

bool Session::stream_closed() {
  const std::lock_guard<std::mutex> lock(mutex_);
  --streams_;
  last_seen_ = Clock::now();
  return streams_ == 0;
}

bool Session::is_abandoned() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return streams_ == 0 && Clock::now() - last_seen_ > limits_.absence;
}

std::shared_ptr<Session> Sessions::open() {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (sessions_.size() >= limits_.sessions) {
    throw RequestError(429, "too_many_sessions",
                       "studio: too many pages are open; close some and reload this one");
  }
  auto session = std::make_shared<Session>(make_secret(), limits_);
  sessions_[session->id()] = session;
  return session;
}

std::shared_ptr<Session> Sessions::find(const std::string& id) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto found = sessions_.find(id);
  if (found == sessions_.end()) {
    throw RequestError(404, "session_gone", "session: it has ended; reload the page");
  }
  return found->second;
}

void Sessions::close(const std::string& id) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto found = sessions_.find(id);
  if (found != sessions_.end()) {
    found->second->events().close();
    sessions_.erase(found);
  }
}

std::vector<std::shared_ptr<Session>> Sessions::close_abandoned() {
  const std::lock_guard<std::mutex> lock(mutex_);
  std::vector<std::shared_ptr<Session>> closed;
  for (auto entry = sessions_.begin(); entry != sessions_.end();) {
    if (entry->second->is_abandoned()) {
      closed.push_back(entry->second);
      entry->second->events().close();
      entry = sessions_.erase(entry);
    } else {
      ++entry;
    }
  }
  return closed;
}

void Sessions::close_all() {
  const std::lock_guard<std::mutex> lock(mutex_);
  for (const auto& entry : sessions_) {
    entry.second->events().close();
  }
  sessions_.clear();
}

}  // namespace demask::studio
