// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <atomic>
#include <catch2/catch.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/workers.hpp"

namespace {

using demask::core::Workers;

TEST_CASE("Each item is processed once, whatever the number of threads", "[workers][threads]") {
  for (const int threads : {0, 1, 2, 7}) {
    for (const std::size_t count : {0U, 1U, 2U, 100U}) {
      CAPTURE(threads, count);
      std::vector<std::atomic<int>> visits(count);
      Workers(threads).for_each(count, [&visits](std::size_t i) { ++visits[i]; });
      for (const std::atomic<int>& of_item : visits) CHECK(of_item == 1);
    }
  }
}

TEST_CASE("Among several exceptions, that of the first item is thrown", "[workers][threads]") {
  for (const int threads : {1, 2, 7}) {
    const auto work = [](std::size_t i) {
      if (i >= 3) throw std::runtime_error("item " + std::to_string(i));
    };
    CHECK_THROWS_WITH(Workers(threads).for_each(20, work), "item 3");
  }
}

TEST_CASE("Workers may be used within their own work", "[workers][threads]") {
  std::array<std::atomic<int>, 4> sums{};
  const Workers workers(2);
  workers.for_each(4, [&](std::size_t i) {
    workers.for_each(10, [&](std::size_t j) { sums.at(i) += static_cast<int>(j); });
  });
  for (const std::atomic<int>& sum : sums) CHECK(sum == 45);
}

}  // namespace
