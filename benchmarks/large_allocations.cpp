// SPDX-License-Identifier: Apache-2.0
#include "large_allocations.hpp"

#include <atomic>
#include <cerrno>
#include <limits>

// Every allocation of the process reaches these functions, with which this program replaces those
// of the C library.
// NOLINTBEGIN(bugprone-reserved-identifier,cppcoreguidelines-no-malloc): glibc names them.
extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* block, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
}

namespace {

std::atomic<std::size_t> large_from{std::numeric_limits<std::size_t>::max()};
std::atomic<int> large_count{0};

void note(std::size_t size) {
  if (size >= large_from.load(std::memory_order_relaxed)) {
    large_count.fetch_add(1, std::memory_order_relaxed);
  }
}

}  // namespace

extern "C" {

void* malloc(std::size_t size) {
  note(size);
  return __libc_malloc(size);
}

void* calloc(std::size_t count, std::size_t size) {
  note(count * size);
  return __libc_calloc(count, size);
}

void* realloc(void* block, std::size_t size) {
  note(size);
  return __libc_realloc(block, size);
}

void* memalign(std::size_t alignment, std::size_t size) {
  note(size);
  return __libc_memalign(alignment, size);
}

void* aligned_alloc(std::size_t alignment, std::size_t size) {
  note(size);
  return __libc_memalign(alignment, size);
}

int posix_memalign(void** block, std::size_t alignment, std::size_t size) {
  note(size);
  *block = __libc_memalign(alignment, size);
  return *block == nullptr ? ENOMEM : 0;
}
}
// NOLINTEND(bugprone-reserved-identifier,cppcoreguidelines-no-malloc)

namespace demask::benchmarks {

int count_large_allocations(std::size_t bytes, const std::function<void()>& work) {
  large_count = 0;
  large_from = bytes;
  work();
  large_from = std::numeric_limits<std::size_t>::max();
  return large_count;
}

}  // namespace demask::benchmarks
