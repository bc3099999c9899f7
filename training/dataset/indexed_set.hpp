// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Writes labeled images of any origin into one indexed folder.

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "data/labeled_image.hpp"

namespace demask::training {

/// Writes labeled images of any origin into one folder with this layout:
///
///     images/ORIGIN_STEM.EXT   the images, byte for byte
///     masks/ORIGIN_STEM.png    0 or 255, for images with outlined masks
///     index.csv                image, mask, origin, person, width, height, mask_share
///     boxes.csv                file, label, origin, box_x, box_y, box_w, box_h
class IndexedSetWriter {
 public:
  /// @param person_pattern regular expression searched for in the stem; its first group is the
  ///   person. Empty: persons are unknown.
  /// @throws Error invalid_argument (pattern), unwritable_file.
  IndexedSetWriter(std::filesystem::path folder, std::string person_pattern);

  /// Adds an image.
  /// @param origin format that the labels came in, such as "labelme".
  /// @throws Error unwritable_file, invalid_argument if the name ORIGIN_STEM is taken.
  void add(const LabeledImage& image, const std::string& origin);

  /// Writes the tables.
  void finish() const;

  std::size_t images() const noexcept { return index_.size(); }
  std::size_t boxes() const noexcept { return boxes_.size(); }

 private:
  std::string person_of(const std::string& stem) const;

  std::filesystem::path folder_;
  std::string person_pattern_;
  std::set<std::string> names_;
  std::vector<std::vector<std::string>> index_;
  std::vector<std::vector<std::string>> boxes_;
};

}  // namespace demask::training
