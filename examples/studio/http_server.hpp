// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// An HTTP server on the loopback address that no slow or silent client can hold up.

#include <httplib.h>

#include <atomic>

#include "limits.hpp"

namespace demask::studio {

/// httplib's server, with a deadline for each request instead of one for each read, one request for
/// each connection, and a bound on the connections that are handled at once: others wait in the
/// kernel. Handlers are set before serve() and run on several threads.
class HttpServer : public httplib::Server {
 public:
  explicit HttpServer(const Limits& limits);

  /// Takes a port on 127.0.0.1; 0 stands for any that is free. Returns the port.
  /// @throws std::runtime_error if the port is taken or may not be used.
  int bind(int port);

  /// Answers requests until end() is called.
  void serve();

  /// Ends serve() from another thread; running handlers find their connection closed.
  void end();

 private:
  bool process_and_close_socket(socket_t socket) override;

  Limits limits_;
  std::atomic<bool> ending_{false};
};

}  // namespace demask::studio
