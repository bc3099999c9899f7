// SPDX-License-Identifier: Apache-2.0
#include "allocations.hpp"

#include <atomic>
#include <cstdlib>
#include <new>
#include <opencv2/core.hpp>

namespace demask::test {
namespace {

std::atomic<std::size_t> live{0};

struct Countdown {
  bool is_set = false;
  bool has_happened = false;
  Failing failing = Failing::one;
  std::size_t left = 0;
};
thread_local Countdown countdown;

bool should_fail() noexcept {
  if (!countdown.is_set) return false;
  if (countdown.has_happened) return countdown.failing == Failing::all;
  if (countdown.left-- > 0) return false;
  countdown.has_happened = true;
  return true;
}

void* allocate(std::size_t size, std::size_t alignment) noexcept {
  if (should_fail()) return nullptr;
  void* memory = nullptr;
  if (::posix_memalign(&memory, alignment, size > 0 ? size : 1) != 0) return nullptr;
  ++live;
  return memory;
}

void release(void* memory) noexcept {
  if (memory == nullptr) return;
  --live;
  std::free(memory);
}

void* allocate_or_throw(std::size_t size, std::size_t alignment) {
  void* memory = allocate(size, alignment);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

class CountingMatAllocator final : public cv::MatAllocator {
 public:
  cv::UMatData* allocate(int dims, const int* sizes, int type, void* data, std::size_t* step,
                         cv::AccessFlag flags, cv::UMatUsageFlags usage) const override {
    // The exception that OpenCV itself throws, without the line that it prints.
    if (data == nullptr && should_fail()) {
      throw cv::Exception(cv::Error::StsNoMem, "no memory", "", "", 0);
    }
    cv::UMatData* memory =
        cv::Mat::getStdAllocator()->allocate(dims, sizes, type, data, step, flags, usage);
    memory->currAllocator = memory->prevAllocator = this;  // It will be asked to deallocate it.
    ++live;
    return memory;
  }
  bool allocate(cv::UMatData* data, cv::AccessFlag flags, cv::UMatUsageFlags usage) const override {
    return cv::Mat::getStdAllocator()->allocate(data, flags, usage);
  }
  void deallocate(cv::UMatData* data) const override {
    --live;
    cv::Mat::getStdAllocator()->deallocate(data);
  }
};

}  // namespace

std::size_t live_allocations() { return live; }

void count_matrices() {
  static CountingMatAllocator allocator;
  cv::Mat::setDefaultAllocator(&allocator);
}

AllocationFailure::AllocationFailure(std::size_t number, Failing failing) {
  countdown = {true, false, failing, number};
}

AllocationFailure::~AllocationFailure() { countdown.is_set = false; }

bool AllocationFailure::happened() { return countdown.has_happened; }

}  // namespace demask::test

// NOLINTBEGIN: this file exists to replace the global operators.
constexpr std::size_t plain = __STDCPP_DEFAULT_NEW_ALIGNMENT__;
using demask::test::allocate;
using demask::test::allocate_or_throw;
using demask::test::release;

void* operator new(std::size_t size) { return allocate_or_throw(size, plain); }
void* operator new[](std::size_t size) { return allocate_or_throw(size, plain); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  return allocate_or_throw(size, static_cast<std::size_t>(alignment));
}
void* operator new[](std::size_t size, std::align_val_t alignment) {
  return allocate_or_throw(size, static_cast<std::size_t>(alignment));
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return allocate(size, plain);
}
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
  return allocate(size, plain);
}
void operator delete(void* memory) noexcept { release(memory); }
void operator delete[](void* memory) noexcept { release(memory); }
void operator delete(void* memory, std::size_t) noexcept { release(memory); }
void operator delete[](void* memory, std::size_t) noexcept { release(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { release(memory); }
void operator delete[](void* memory, std::align_val_t) noexcept { release(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { release(memory); }
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept { release(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { release(memory); }
void operator delete[](void* memory, const std::nothrow_t&) noexcept { release(memory); }
// NOLINTEND
