// SPDX-License-Identifier: Apache-2.0
#include "pipeline/small_masks.hpp"

#include <cmath>
#include <opencv2/imgproc.hpp>
#include <utility>
#include <vector>

#include "imaging/mat.hpp"
#include "pipeline/stage_checks.hpp"

namespace demask::pipeline {
namespace {

// Standard deviation of the blur that the sharpening subtracts, as a fraction of the square's side,
// and the strength. Chosen on outlined masks of the training split, shrunk, blurred and compressed.
constexpr double sharpening_width = 0.04;
constexpr double sharpening = 4.0;
// Pixels of at most this probability do not count for the certainty.
constexpr float surely_no_mask = 0.1F;

cv::Mat sharpened(const Image& square) {
  const cv::Mat rgb = imaging::as_mat(square.view());
  cv::Mat sharp;
  cv::GaussianBlur(rgb, sharp, {}, sharpening_width * rgb.cols);
  cv::addWeighted(rgb, 1.0 + sharpening, sharp, -sharpening, 0.0, sharp);
  return sharp;
}

}  // namespace

bool is_small(const Face& face) { return face.side < small_square * face.to_canonical.scale(); }

void look_again(const Segmenter& segmenter, const Faces& faces, std::vector<MaskPlanes>& planes) {
  std::vector<std::size_t> small;
  std::vector<cv::Mat> squares;
  for (std::size_t i = 0; i < faces.size(); ++i) {
    if (is_small(*faces[i])) {
      small.push_back(i);
      squares.push_back(sharpened(faces[i]->result.aligned_before));
    }
  }
  if (small.empty()) {
    return;
  }
  std::vector<ImageView> views;
  views.reserve(squares.size());
  for (const cv::Mat& square : squares) {
    views.push_back(imaging::as_view(square, PixelFormat::rgb));
  }
  const auto found = segmenter.segment(views);
  check_face_masks(found, views);
  for (std::size_t i = 0; i < small.size(); ++i) {
    cv::Mat& mask = planes[small[i]].mask;
    mask = cv::max(mask, planes_of(found[i].front()).mask);
  }
}

float certainty_of(const cv::Mat& probability) {
  double sum = 0.0;
  std::size_t count = 0;
  for (int y = 0; y < probability.rows; ++y) {
    const auto* row = probability.ptr<float>(y);
    for (int x = 0; x < probability.cols; ++x) {
      if (row[x] > surely_no_mask) {
        sum += static_cast<double>(std::abs(2.0F * row[x] - 1.0F));
        ++count;
      }
    }
  }
  return count > 0 ? static_cast<float>(sum / static_cast<double>(count)) : 1.0F;
}

}  // namespace demask::pipeline
