// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// An image of the best, median and worst cases of an evaluation.

#include <cstdint>
#include <filesystem>
#include <map>
#include <opencv2/core.hpp>
#include <string>
#include <vector>

namespace demask::training {

/// Collects the cases of each stage and draws the best, median and worst of them.
class CaseSheet {
 public:
  /// @param enabled if false, all cases are discarded.
  explicit CaseSheet(bool enabled) : enabled_(enabled) {}

  bool enabled() const noexcept { return enabled_; }
  /// Adds a case. @param score larger is better. @param tile RGB, CV_8UC3.
  void add(const std::string& group, double score, const cv::Mat& tile);
  /// @throws Error unwritable_file.
  void write(const std::filesystem::path& file) const;
  /// Writes one image per group with its 40 worst cases at full size, the worst first, into a
  /// folder, which is created. The files are named after the groups up to " (", such as hd.jpg.
  /// @throws Error unwritable_file.
  void write_worst(const std::filesystem::path& folder) const;

 private:
  struct Case {
    double score;
    std::vector<std::uint8_t> jpeg;
  };
  /// The cases of a group, best first.
  static std::vector<const Case*> sorted(const std::vector<Case>& cases);
  bool enabled_;
  std::map<std::string, std::vector<Case>> groups_;
};

/// Draws the outlines of a mask on an RGB image.
void draw_outline(cv::Mat& rgb, const cv::Mat& mask, const cv::Scalar& color);

}  // namespace demask::training
