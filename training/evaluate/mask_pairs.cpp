// SPDX-License-Identifier: Apache-2.0
#include "evaluate/mask_pairs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <opencv2/imgproc.hpp>
#include <utility>

#include "data/csv.hpp"
#include "data/spread.hpp"
#include "demask/error.hpp"
#include "imaging/mask_morphology.hpp"

namespace demask::training {
namespace {

constexpr double difference_sigma = 1.5;
constexpr float min_difference = 25.0F;  // levels; what is visible in both differs by less
constexpr int closing = 4;               // radius in pixels

cv::Mat largest_part(const cv::Mat& mask) {
  cv::Mat labels;
  cv::Mat statistics;
  cv::Mat centers;
  const int count = cv::connectedComponentsWithStats(mask, labels, statistics, centers);
  int best = 0;
  int best_area = 0;
  for (int part = 1; part < count; ++part) {
    const int area = statistics.at<int>(part, cv::CC_STAT_AREA);
    if (area > best_area) {
      best = part;
      best_area = area;
    }
  }
  return best == 0 ? cv::Mat(mask.size(), CV_8UC1, cv::Scalar(0)) : cv::Mat(labels == best);
}

}  // namespace

std::vector<MaskPair> read_mask_pairs(const EvaluationOptions& options) {
  const std::filesystem::path folder = options.data / "pairs";
  const CsvTable table = CsvTable::read(folder / "index.csv");
  std::vector<MaskPair> all;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (table.text(row, table.column("split")) != options.split) {
      continue;
    }
    std::string worn = table.text(row, table.column("worn"));
    std::replace(worn.begin(), worn.end(), ' ', '_');
    all.push_back({folder / table.text(row, table.column("masked")),
                   folder / table.text(row, table.column("bare")), worn});
  }
  if (all.empty()) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("{}: no pair in split '{}'; check the column 'split' of index.csv",
                            folder.string(), options.split));
  }
  return spread(std::move(all), options.limit);
}

cv::Mat mask_of_pair(const cv::Mat& masked, const cv::Mat& bare) {
  if (masked.size() != bare.size() || masked.type() != CV_8UC3 || bare.type() != CV_8UC3) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("pair: pictures of {} x {} and {} x {}; give two RGB pictures of the "
                            "same size",
                            masked.cols, masked.rows, bare.cols, bare.rows));
  }
  cv::Mat difference;
  cv::absdiff(masked, bare, difference);
  std::vector<cv::Mat> channels;
  cv::split(difference, channels);
  cv::Mat largest = cv::max(channels[0], cv::max(channels[1], channels[2]));
  largest.convertTo(largest, CV_32F);
  cv::GaussianBlur(largest, largest, {}, difference_sigma);
  return largest_part(imaging::clean_mask(largest, min_difference, closing));
}

}  // namespace demask::training
