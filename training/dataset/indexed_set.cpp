// SPDX-License-Identifier: Apache-2.0
#include "dataset/indexed_set.hpp"

#include <fmt/format.h>

#include <regex>
#include <system_error>
#include <utility>

#include "data/csv.hpp"
#include "demask/error.hpp"
#include "demask/image_io.hpp"
#include "imaging/mat.hpp"
#include "io/whole_file.hpp"

namespace demask::training {
namespace {

std::regex parse_pattern(const std::string& pattern) {
  try {
    std::regex expression(pattern);
    if (expression.mark_count() > 0) {
      return expression;
    }
  } catch (const std::regex_error&) {
  }
  throw Error(ErrorCode::invalid_argument,
              fmt::format("person pattern '{}': not a regular expression with a group; write one "
                          "such as '^(.+)_[0-9]+$'",
                          pattern));
}

}  // namespace

IndexedSetWriter::IndexedSetWriter(std::filesystem::path folder, std::string person_pattern)
    : folder_(std::move(folder)), person_pattern_(std::move(person_pattern)) {
  if (!person_pattern_.empty()) {
    parse_pattern(person_pattern_);
  }
  for (const char* part : {"images", "masks"}) {
    std::error_code failure;
    std::filesystem::create_directories(folder_ / part, failure);
    if (failure) {
      throw Error(ErrorCode::unwritable_file,
                  fmt::format("{}: {}; choose a writable folder", (folder_ / part).string(),
                              failure.message()));
    }
  }
}

std::string IndexedSetWriter::person_of(const std::string& stem) const {
  std::smatch match;
  if (person_pattern_.empty() || !std::regex_search(stem, match, parse_pattern(person_pattern_))) {
    return "";
  }
  return match[1];
}

void IndexedSetWriter::add(const LabeledImage& image, const std::string& origin) {
  const std::string name = origin + "_" + image.stem;
  if (!names_.insert(name).second) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("{}: two images of one origin have this name; rename one", name));
  }
  const std::string image_file = "images/" + name + image.extension;
  io::write_whole_file(folder_ / image_file, image.bytes);
  std::string mask_file;
  std::string mask_share;
  if (!image.mask.empty()) {
    mask_file = "masks/" + name + ".png";
    write_image(folder_ / mask_file, imaging::as_view(image.mask, PixelFormat::gray));
    mask_share = fmt::format(
        "{:.4f}", cv::countNonZero(image.mask) / static_cast<double>(image.mask.total()));
  }
  index_.push_back({image_file, mask_file, origin, person_of(image.stem),
                    std::to_string(image.size.width), std::to_string(image.size.height),
                    mask_share});
  for (const auto& [label, box] : image.boxes) {
    boxes_.push_back({image_file, label, origin, fmt::format("{:.2f}", box.x),
                      fmt::format("{:.2f}", box.y), fmt::format("{:.2f}", box.width),
                      fmt::format("{:.2f}", box.height)});
  }
}

void IndexedSetWriter::finish() const {
  write_csv(folder_ / "index.csv",
            {"image", "mask", "origin", "person", "width", "height", "mask_share"}, index_);
  write_csv(folder_ / "boxes.csv", {"file", "label", "origin", "box_x", "box_y", "box_w", "box_h"},
            boxes_);
}

}  // namespace demask::training
