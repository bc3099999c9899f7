// SPDX-License-Identifier: Apache-2.0
#include "runs.hpp"

#include <algorithm>
#include <cstdint>

#include "request_error.hpp"

namespace demask::studio {
namespace {

using nlohmann::json;

std::int64_t whole_number(const json& object, const char* name, std::int64_t min,
                          std::int64_t max) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_number_integer()) {
    throw bad_request(std::string("mask: ") + name + " is missing or no whole number; give one");
  }
  const auto value = found->get<std::int64_t>();
  if (value < min || value > max) {
    throw bad_request(std::string("mask: ") + name +
                      " leaves the photo; give a rectangle inside the photo");
  }
  return value;
}

RequestError wrong_runs() {
  return bad_request("mask: its runs do not fill its rectangle; give as many pixels as it has");
}

}  // namespace

json to_runs(const MaskRegion& mask) {
  if (mask.pixels.empty()) {
    return nullptr;
  }
  json runs = json::array();
  bool is_covered = false;
  std::int64_t length = 0;
  for (int y = 0; y < mask.pixels.height(); ++y) {
    const std::uint8_t* row = mask.pixels.row(y);
    for (int x = 0; x < mask.pixels.width(); ++x) {
      if ((row[x] != 0) != is_covered) {
        runs.push_back(length);
        length = 0;
        is_covered = !is_covered;
      }
      ++length;
    }
  }
  runs.push_back(length);
  return {{"x", mask.x},
          {"y", mask.y},
          {"width", mask.pixels.width()},
          {"height", mask.pixels.height()},
          {"runs", std::move(runs)}};
}

MaskRegion from_runs(const json& mask, int width, int height) {
  if (!mask.is_object()) {
    throw bad_request("mask: is no object; give x, y, width, height and runs");
  }
  const std::int64_t x = whole_number(mask, "x", 0, width - 1);
  const std::int64_t y = whole_number(mask, "y", 0, height - 1);
  const std::int64_t columns = whole_number(mask, "width", 1, width - x);
  const std::int64_t rows = whole_number(mask, "height", 1, height - y);
  const auto runs = mask.find("runs");
  if (runs == mask.end() || !runs->is_array()) {
    throw bad_request("mask: runs are missing or no list; give the lengths of the runs");
  }
  MaskRegion region{static_cast<int>(x), static_cast<int>(y),
                    Image(static_cast<int>(columns), static_cast<int>(rows), PixelFormat::gray)};
  std::uint8_t* pixel = region.pixels.data();
  std::int64_t left = columns * rows;
  std::uint8_t level = 0;
  for (const json& run : *runs) {
    const std::int64_t length = run.is_number_integer() ? run.get<std::int64_t>() : -1;
    if (length < 0 || length > left) {
      throw wrong_runs();
    }
    pixel = std::fill_n(pixel, length, level);
    left -= length;
    level = level == 0 ? 255 : 0;
  }
  if (left != 0) {
    throw wrong_runs();
  }
  return region;
}

Image in_photo(const MaskRegion& mask, int width, int height) {
  Image image(width, height, PixelFormat::gray);
  for (int row = 0; row < mask.pixels.height(); ++row) {
    std::copy_n(mask.pixels.row(row), mask.pixels.width(), image.row(mask.y + row) + mask.x);
  }
  return image;
}

}  // namespace demask::studio
