// SPDX-License-Identifier: Apache-2.0
#include "request_stream.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace demask::studio {
namespace {

using std::chrono::milliseconds;

// How long a wait lasts before it looks whether the server ends.
constexpr milliseconds slice{100};
constexpr milliseconds drain_time{1000};

int poll_for(socket_t socket, short events, milliseconds time) {
  pollfd entry{socket, events, 0};
  const int count = ::poll(&entry, 1, static_cast<int>(time.count()));
  return count > 0 ? entry.revents : count;
}

}  // namespace

RequestStream::RequestStream(socket_t socket, const Limits& limits, const std::atomic<bool>& ending)
    : socket_(socket),
      limits_(limits),
      ending_(ending),
      deadline_(Clock::now() + limits.head_time) {}

bool RequestStream::wait_for(short events, Clock::time_point deadline) const {
  while (!ending_) {
    const auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now());
    if (left.count() <= 0) {
      return false;
    }
    const int found = poll_for(socket_, events, std::min(slice, left));
    if (found > 0) {
      return true;
    }
    if (found < 0 && errno != EINTR) {
      return false;
    }
  }
  return false;
}

bool RequestStream::is_readable() const {
  return first_ < last_ || poll_for(socket_, POLLIN, milliseconds(0)) > 0;
}

bool RequestStream::is_writable() const {
  if (ending_) {
    return false;
  }
  const int found = poll_for(socket_, POLLOUT | POLLRDHUP, milliseconds(0));
  return found >= 0 && (static_cast<unsigned>(found) & (POLLRDHUP | POLLHUP | POLLERR)) == 0;
}

ssize_t RequestStream::fill() {
  if (!wait_for(POLLIN, deadline_)) {
    return -1;
  }
  const ssize_t count = ::recv(socket_, buffer_.data(), buffer_.size(), 0);
  first_ = 0;
  last_ = count > 0 ? static_cast<std::size_t>(count) : 0;
  return count;
}

ssize_t RequestStream::read(char* target, size_t size) {
  if (Clock::now() > deadline_) {
    return -1;
  }
  if (first_ == last_) {
    const ssize_t count = fill();
    if (count <= 0) {
      return count;
    }
  }
  const std::size_t count = std::min(size, last_ - first_);
  std::memcpy(target, buffer_.data() + first_, count);
  first_ += count;
  // httplib reads the head byte by byte; the body begins behind its empty line.
  if (!in_body_ && count == 1) {
    static constexpr const char* empty_line = "\r\n\r\n";
    head_end_ = *target == empty_line[head_end_] ? head_end_ + 1 : (*target == '\r' ? 1 : 0);
    if (head_end_ == 4) {
      in_body_ = true;
      deadline_ = Clock::now() + limits_.body_time;
    }
  }
  return static_cast<ssize_t>(count);
}

ssize_t RequestStream::write(const char* bytes, size_t size) {
  const Clock::time_point deadline = Clock::now() + limits_.response_time;
  std::size_t written = 0;
  while (written < size) {
    if (!wait_for(POLLOUT, deadline)) {
      return -1;
    }
    const ssize_t count =
        ::send(socket_, bytes + written, size - written, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count < 0 && errno != EAGAIN && errno != EINTR) {
      return -1;
    }
    written += count > 0 ? static_cast<std::size_t>(count) : 0;
  }
  return static_cast<ssize_t>(size);
}

void RequestStream::get_remote_ip_and_port(std::string& ip, int& port) const {
  ip = "127.0.0.1";
  port = 0;
}

void RequestStream::get_local_ip_and_port(std::string& ip, int& port) const {
  ip = "127.0.0.1";
  port = 0;
}

void RequestStream::drain() {
  ::shutdown(socket_, SHUT_WR);
  deadline_ = Clock::now() + drain_time;
  while (fill() > 0) {
  }
}

}  // namespace demask::studio
