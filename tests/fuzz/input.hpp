// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Turns the fuzzer's bytes into arguments, and decides which outcomes are defects.

#include <fuzzer/FuzzedDataProvider.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <string>
#include <vector>

#include "demask.h"
#include "demask/error.hpp"

namespace demask::fuzz {

/// Ends the program as a sanitizer would.
[[noreturn]] inline void report_defect(const std::string& what) {
  std::fprintf(stderr, "defect: %s\n", what.c_str());
  std::abort();
}

/// Calls `work`, which may throw nothing but a well-formed Error.
template <typename Work>
void call(const Work& work) {
  try {
    work();
  } catch (const Error& error) {
    if (error.code() == ErrorCode::internal) report_defect(error.what());
    if (*error.what() == '\0') report_defect("an error without a text");
  }
}

/// Checks that the status of a C function and its error text are well formed.
inline demask_status checked(demask_status status) {
  if (status < DEMASK_OK || status >= DEMASK_ERROR_INTERNAL) report_defect(demask_last_error());
  if (status != DEMASK_OK && *demask_last_error() == '\0') {
    report_defect("an error without a text");
  }
  return status;
}

/// Mostly ordinary numbers, and sometimes one that breaks careless code.
inline float any_float(FuzzedDataProvider& input) {
  using Limits = std::numeric_limits<float>;
  constexpr std::array<float, 14> edges = {0.0F,
                                           -0.0F,
                                           0.5F,
                                           1.0F,
                                           -1.0F,
                                           128.0F,
                                           -1e9F,
                                           1e9F,
                                           Limits::max(),
                                           Limits::lowest(),
                                           Limits::min(),
                                           Limits::infinity(),
                                           -Limits::infinity(),
                                           Limits::quiet_NaN()};
  const auto choice = input.ConsumeIntegral<std::uint8_t>();
  if (choice < edges.size()) return edges[choice];
  return input.ConsumeFloatingPointInRange<float>(choice < 128 ? 0.0F : -400.0F,
                                                  choice < 128 ? 1.0F : 400.0F);
}

/// Mostly small numbers, and sometimes an arbitrary one.
inline std::int32_t any_integer(FuzzedDataProvider& input) {
  return input.ConsumeProbability<float>() < 0.9F ? input.ConsumeIntegralInRange<int>(-2, 40)
                                                  : input.ConsumeIntegral<std::int32_t>();
}

/// Appends the 68 points of a plausible face whose top left corner is (x, y), as x, y, x, y, ...
inline void append_face(std::vector<float>& points, float x, float y, float side) {
  for (int i = 0; i < 68; ++i) {
    const bool is_eye = i >= 36 && i < 48;
    points.push_back(
        x + side * (is_eye ? (i < 42 ? 0.35F : 0.65F) : 0.1F * static_cast<float>(i % 10)));
    points.push_back(y + side * (is_eye ? 0.42F : 0.1F * static_cast<float>(i / 10)));
  }
}

/// An image view of the C ABI with exactly as much memory as may be read through it.
class View {
 public:
  static constexpr std::int64_t max_bytes = 1 << 18;

  explicit View(FuzzedDataProvider& input) {
    view_.struct_size = sizeof view_;
    view_.width = any_integer(input);
    view_.height = any_integer(input);
    view_.stride = input.ConsumeBool() ? 0 : any_integer(input);
    view_.format = input.ConsumeIntegralInRange<int>(-1, 5);
    constexpr std::array<int, 5> channels = {1, 3, 3, 4, 4};
    const bool is_known = view_.format >= 0 && view_.format < 5;
    const std::int64_t tight =
        is_known ? std::int64_t{view_.width} * channels[static_cast<std::size_t>(view_.format)] : 0;
    const bool is_valid = is_known && view_.width > 0 && view_.height > 0 &&
                          (view_.stride == 0 || view_.stride >= tight);
    const std::int64_t stride = view_.stride == 0 ? tight : view_.stride;
    std::int64_t size = 64;  // A refused view is not read at all.
    if (is_valid && std::max(tight, stride) > max_bytes / view_.height) {
      // Too large to allocate here, though a caller could have such an image.
      view_.width = 3;
      view_.height = 2;
      view_.stride = 0;
    } else if (is_valid) {
      size = stride * (view_.height - 1) + tight;
    }
    fill(static_cast<std::size_t>(size), input);
  }

  const demask_image_view* get() const { return &view_; }

 private:
  void fill(std::size_t size, FuzzedDataProvider& input) {
    const auto seed = input.ConsumeIntegral<std::uint8_t>();
    pixels_.resize(size);
    for (std::size_t i = 0; i < pixels_.size(); ++i) {
      pixels_[i] = static_cast<std::uint8_t>(seed * i + (i >> 4U));
    }
    view_.data = input.ConsumeProbability<float>() < 0.95F ? pixels_.data() : nullptr;
  }

  demask_image_view view_{};
  std::vector<std::uint8_t> pixels_;
};

}  // namespace demask::fuzz
