// SPDX-License-Identifier: Apache-2.0
#include "imaging/membrane.hpp"

#include <algorithm>
#include <array>
#include <opencv2/imgproc.hpp>

namespace demask::imaging {
namespace {

// After the coarser grids, only short-wave errors are left for a finer grid's sweeps, and these
// decay quickly. Each coarser grid costs a quarter as much per sweep, so it gets twice the sweeps.
constexpr int finest_sweeps = 24;
constexpr int max_sweeps = 200;
constexpr float relaxation = 1.5F;

void solve(cv::Mat& values, const cv::Mat& hole, int sweeps);

// Over-relaxes the hole's pixels whose x + y has this parity; they depend only on pixels of the
// other parity.
void relax(cv::Mat& values, const cv::Mat& hole, int parity) {
  for (int y = 0; y < values.rows; ++y) {
    const auto* inside = hole.ptr<std::uint8_t>(y);
    auto* row = values.ptr<cv::Vec3f>(y);
    const auto* above = y > 0 ? values.ptr<cv::Vec3f>(y - 1) : nullptr;
    const auto* below = y + 1 < values.rows ? values.ptr<cv::Vec3f>(y + 1) : nullptr;
    for (int x = (y + parity) % 2; x < values.cols; x += 2) {
      if (inside[x] == 0) {
        continue;
      }
      const std::array<const cv::Vec3f*, 4> neighbors = {
          above != nullptr ? above + x : nullptr, below != nullptr ? below + x : nullptr,
          x > 0 ? row + x - 1 : nullptr, x + 1 < values.cols ? row + x + 1 : nullptr};
      cv::Vec3f sum(0.0F, 0.0F, 0.0F);
      float count = 0.0F;
      for (const cv::Vec3f* neighbor : neighbors) {
        if (neighbor != nullptr) {
          sum += *neighbor;
          count += 1.0F;
        }
      }
      if (count > 0.0F) {
        row[x] += relaxation * (sum * (1.0F / count) - row[x]);
      }
    }
  }
}

// Initializes the hole of a grid from the solution on a grid of half the size.
void start_from_coarse(cv::Mat& values, const cv::Mat& hole, int sweeps) {
  const cv::Size half((values.cols + 1) / 2, (values.rows + 1) / 2);
  cv::Mat known;
  cv::Mat(hole == 0).convertTo(known, CV_32F, 1.0 / 255.0);
  cv::Mat weight;
  cv::resize(known, weight, half, 0.0, 0.0, cv::INTER_AREA);
  cv::Mat given = cv::Mat::zeros(values.size(), CV_32FC3);
  values.copyTo(given, hole == 0);
  cv::Mat coarse;
  cv::resize(given, coarse, half, 0.0, 0.0, cv::INTER_AREA);
  const cv::Mat coarse_hole = weight <= 0.0;
  cv::Mat divisor;
  cv::merge(std::vector<cv::Mat>(3, cv::max(weight, 1e-6F)), divisor);
  coarse /= divisor;
  solve(coarse, coarse_hole, std::min(max_sweeps, 2 * sweeps));
  cv::Mat fine;
  cv::resize(coarse, fine, values.size(), 0.0, 0.0, cv::INTER_LINEAR);
  fine.copyTo(values, hole);
}

void solve(cv::Mat& values, const cv::Mat& hole, int sweeps) {
  const int unknown = cv::countNonZero(hole);
  if (unknown == 0) {
    return;
  }
  if (unknown == static_cast<int>(hole.total())) {
    values.setTo(0);
    return;
  }
  start_from_coarse(values, hole, sweeps);
  for (int i = 0; i < sweeps; ++i) {
    relax(values, hole, 0);
    relax(values, hole, 1);
  }
}

}  // namespace

void fill_membrane(cv::Mat& values, const cv::Mat& hole) { solve(values, hole, finest_sweeps); }

}  // namespace demask::imaging
