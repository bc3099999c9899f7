// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Real photos with masks outlined by hand.

#include <cstddef>
#include <filesystem>
#include <opencv2/core.hpp>
#include <string>
#include <vector>

#include "data/csv.hpp"
#include "demask/image.hpp"
#include "evaluate/evaluation.hpp"

namespace demask::training {

/// A photo and the mask in it.
struct OutlinedPhoto {
  Image photo;
  cv::Mat mask;  ///< CV_8UC1, 0 or 255, of the photo's size.
};

/// The photos of the evaluated split in one folder of photos with outlined masks.
class OutlinedPhotos {
 public:
  /// The set is empty if the data has no such folder.
  /// @throws Error unreadable_file, invalid_argument (malformed table).
  OutlinedPhotos(const EvaluationOptions& options, const std::string& folder);

  std::size_t size() const noexcept { return rows_.size(); }
  /// @throws Error unreadable_file, invalid_argument.
  OutlinedPhoto read(std::size_t index) const;
  /// The subgroups that a photo belongs to, by the columns of the table.
  std::vector<std::string> groups_of(std::size_t index) const;

 private:
  std::filesystem::path root_;
  CsvTable table_;
  std::vector<std::size_t> rows_;
};

}  // namespace demask::training
