// SPDX-License-Identifier: Apache-2.0
#include "studio.hpp"

#include <atomic>
#include <thread>

#include "access.hpp"
#include "http_server.hpp"
#include "painter.hpp"
#include "routes.hpp"
#include "session.hpp"
#include "stop_signals.hpp"

namespace demask::studio {
namespace {

// How often the sessions are searched for those whose page is gone.
constexpr std::chrono::milliseconds rounds{250};
constexpr std::chrono::milliseconds end_wait{20};

/// Serves on a thread of its own. The destructor ends it.
class ServerThread {
 public:
  explicit ServerThread(HttpServer& server)
      : server_(server), thread_([this] {
          server_.serve();
          is_over_ = true;
        }) {}
  ~ServerThread() {
    // The server cannot be ended before it has begun.
    while (!is_over_) {
      server_.end();
      std::this_thread::sleep_for(end_wait);
    }
    thread_.join();
  }
  ServerThread(const ServerThread&) = delete;
  ServerThread& operator=(const ServerThread&) = delete;

  bool is_over() const { return is_over_; }

 private:
  HttpServer& server_;
  std::atomic<bool> is_over_{false};
  std::thread thread_;
};

}  // namespace

void run_studio(const ModelBundle& bundle, const StudioOptions& options,
                const std::function<void(const std::string& link)>& announce) {
  const Limits& limits = options.limits;
  const StopSignals signals;
  HttpServer server(limits);
  const Access access(server.bind(options.port));
  const FaceReconstructor reconstructor(bundle, options.runtime);
  reconstructor.load_all();

  MemoryBudget memory(limits.memory_bytes - limits.decoded_bytes);
  ImageCache images(limits.decoded_bytes);
  const Storage storage{memory, images, limits.pixels, limits.versions};
  Sessions sessions(limits);
  Painter painter(reconstructor, limits);
  add_routes(server, {bundle, limits, access, storage, sessions, painter});

  const ServerThread thread(server);
  announce(access.link());
  while (!signals.wait(rounds) && !thread.is_over()) {
    for (const std::shared_ptr<Session>& gone : sessions.close_abandoned()) {
      painter.cancel([&gone](const Job& job) { return job.session == gone; });
    }
  }
  sessions.close_all();
  painter.cancel([](const Job&) { return true; });
}

}  // namespace demask::studio
