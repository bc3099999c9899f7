// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "programs/bounded_queue.hpp"

using demask::programs::BoundedQueue;

TEST_CASE("A bounded queue hands items over in order", "[programs]") {
  BoundedQueue<std::unique_ptr<int>> queue(2);
  CHECK(queue.push(std::make_unique<int>(1)));
  CHECK(queue.push(std::make_unique<int>(2)));
  CHECK(**queue.pop() == 1);
  CHECK(**queue.pop() == 2);
}

TEST_CASE("A closed queue returns its remaining items and accepts no more", "[programs]") {
  BoundedQueue<int> queue(2);
  CHECK(queue.push(1));
  queue.close();
  CHECK_FALSE(queue.push(2));
  CHECK(queue.pop() == 1);
  CHECK_FALSE(queue.pop().has_value());
}

TEST_CASE("A bounded queue makes the faster thread wait", "[programs][threads]") {
  constexpr int capacity = 2;
  constexpr int count = 200;
  BoundedQueue<int> queue(capacity);
  std::atomic<int> pushed{0};
  std::thread producer([&] {
    for (int i = 0; i < count; ++i) {
      queue.push(i);
      ++pushed;
    }
    queue.close();
  });
  std::vector<int> popped;
  int max_ahead = 0;
  while (const std::optional<int> item = queue.pop()) {
    popped.push_back(*item);
    max_ahead = std::max(max_ahead, pushed - static_cast<int>(popped.size()));
  }
  producer.join();
  REQUIRE(popped.size() == count);
  for (int i = 0; i < count; ++i) {
    CHECK(popped[static_cast<std::size_t>(i)] == i);
  }
  CHECK(max_ahead <= capacity);
}

TEST_CASE("Closing a queue wakes the waiting threads of both sides", "[programs][threads]") {
  BoundedQueue<int> full(1);
  REQUIRE(full.push(1));
  BoundedQueue<int> empty(1);
  std::thread closer([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    full.close();
    empty.close();
  });
  CHECK_FALSE(full.push(2));
  CHECK_FALSE(empty.pop().has_value());
  closer.join();
}
