// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// The bytes of one request and its response, with deadlines.

#include <httplib.h>

#include <array>
#include <atomic>
#include <chrono>

#include "limits.hpp"

namespace demask::studio {

/// A connection that carries one request. Reading fails once the head or the body has not arrived
/// in its time, writing once the response is not taken in its time; both fail when the server ends.
class RequestStream : public httplib::Stream {
 public:
  RequestStream(socket_t socket, const Limits& limits, const std::atomic<bool>& ending);

  bool is_readable() const override;
  /// False once the client has closed the connection.
  bool is_writable() const override;
  ssize_t read(char* target, size_t size) override;
  ssize_t write(const char* bytes, size_t size) override;
  void get_remote_ip_and_port(std::string& ip, int& port) const override;
  void get_local_ip_and_port(std::string& ip, int& port) const override;
  socket_t socket() const override { return socket_; }

  /// Reads and drops what the client still sends, for a short time, so that it gets the response
  /// instead of a reset connection.
  void drain();

 private:
  using Clock = std::chrono::steady_clock;
  bool wait_for(short events, Clock::time_point deadline) const;
  ssize_t fill();

  socket_t socket_;
  const Limits& limits_;
  const std::atomic<bool>& ending_;
  Clock::time_point deadline_;  // of reading
  bool in_body_ = false;
  unsigned head_end_ = 0;  // how many characters of the empty line after the head were just read
  std::array<char, 65536> buffer_{};
  std::size_t first_ = 0;
  std::size_t last_ = 0;
};

}  // namespace demask::studio
