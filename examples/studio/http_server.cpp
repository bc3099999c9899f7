// SPDX-License-Identifier: Apache-2.0
#include "http_server.hpp"

#include <fmt/format.h>
#include <sys/socket.h>

#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <mutex>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <vector>

#include "request_stream.hpp"

namespace demask::studio {
namespace {

// Connections that the kernel keeps until they are accepted.
constexpr int backlog = 1024;

/// Threads that handle connections. enqueue() waits while all threads are busy and as many
/// connections wait, so that the process never holds more than twice as many.
class ConnectionThreads : public httplib::TaskQueue {
 public:
  explicit ConnectionThreads(std::size_t count) : capacity_(count) {
    for (std::size_t i = 0; i < count; ++i) {
      threads_.emplace_back([this] { work(); });
    }
  }

  void enqueue(std::function<void()> task) override {
    std::unique_lock<std::mutex> lock(mutex_);
    has_room_.wait(lock, [this] { return tasks_.size() < capacity_; });
    tasks_.push_back(std::move(task));
    has_task_.notify_one();
  }

  void shutdown() override {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      is_ending_ = true;
    }
    has_task_.notify_all();
    for (std::thread& thread : threads_) {
      thread.join();
    }
  }

 private:
  void work() {
    for (;;) {
      std::function<void()> task;
      {
        std::unique_lock<std::mutex> lock(mutex_);
        has_task_.wait(lock, [this] { return !tasks_.empty() || is_ending_; });
        if (tasks_.empty()) {
          return;
        }
        task = std::move(tasks_.front());
        tasks_.pop_front();
      }
      has_room_.notify_one();
      task();
    }
  }

  std::size_t capacity_;
  std::vector<std::thread> threads_;
  std::mutex mutex_;
  std::condition_variable has_task_;
  std::condition_variable has_room_;
  std::deque<std::function<void()>> tasks_;
  bool is_ending_ = false;
};

}  // namespace

HttpServer::HttpServer(const Limits& limits) : limits_(limits) {
  new_task_queue = [count = limits.connections] { return new ConnectionThreads(count); };
  set_tcp_nodelay(true);
  // Without SO_REUSEPORT, which httplib would set: a second studio must not share the port.
  set_socket_options([](socket_t socket) {
    const int yes = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
  });
}

int HttpServer::bind(int port) {
  errno = 0;
  const int bound =
      port == 0 ? bind_to_any_port("127.0.0.1") : (bind_to_port("127.0.0.1", port) ? port : -1);
  if (bound <= 0) {
    throw std::system_error(errno != 0 ? errno : EADDRINUSE, std::generic_category());
  }
  // httplib asks for five.
  ::listen(svr_sock_, backlog);
  return bound;
}

void HttpServer::serve() { listen_after_bind(); }

void HttpServer::end() {
  ending_ = true;
  stop();
}

bool HttpServer::process_and_close_socket(socket_t socket) {
  RequestStream stream(socket, limits_, ending_);
  bool is_closed = false;
  const bool is_answered = process_request(stream, true, is_closed, nullptr);
  stream.drain();
  ::close(socket);
  return is_answered;
}

}  // namespace demask::studio
