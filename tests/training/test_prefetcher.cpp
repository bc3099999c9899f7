// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <cstdint>
#include <stdexcept>

#include "learn/prefetcher.hpp"

using demask::training::Prefetcher;

TEST_CASE("A prefetcher returns the batches in order, starting with the first", "[threads]") {
  Prefetcher<std::uint64_t> batches([](std::uint64_t number) { return 10 * number; }, 7);
  CHECK(batches.next() == 70);
  CHECK(batches.next() == 80);
  CHECK(batches.next() == 90);
}

TEST_CASE("A prefetcher rethrows the error of making a batch after returning the batches before it",
          "[threads]") {
  Prefetcher<std::uint64_t> batches(
      [](std::uint64_t number) {
        if (number == 2) {
          throw std::runtime_error("no batch 2");
        }
        return number;
      },
      0, 1);
  CHECK(batches.next() == 0);
  CHECK(batches.next() == 1);
  CHECK_THROWS_WITH(batches.next(), "no batch 2");
  CHECK_THROWS_WITH(batches.next(), "no batch 2");
}

TEST_CASE("A prefetcher can be destroyed before all its batches are read", "[threads]") {
  const Prefetcher<int> batches([](std::uint64_t) { return 1; }, 0, 2);
}
