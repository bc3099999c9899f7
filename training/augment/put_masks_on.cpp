// SPDX-License-Identifier: Apache-2.0
#include "augment/put_masks_on.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <random>

#include "augment/canonical_sampling.hpp"
#include "core/landmarks.hpp"
#include "demask/error.hpp"

namespace demask::training {
namespace {

// The synthesizer is made for crops of up to this many pixels; larger ones are scaled down.
constexpr double max_crop = 512.0;
// Margin for straps and hems around the landmarks, as a fraction of their larger extent.
constexpr float margin = 0.5F;

cv::Rect face_area(const Landmarks& landmarks, cv::Size photo) {
  const Box box = bounding_box(landmarks.points);
  const float room = margin * std::max(box.width, box.height);
  const cv::Point low(cvFloor(box.x - room), cvFloor(box.y - room));
  const cv::Point high(cvCeil(box.right() + room), cvCeil(box.bottom() + room));
  const cv::Rect area = cv::Rect(low, high) & cv::Rect({}, photo);
  if (area.width < 8 || area.height < 8) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("landmarks: a face at ({:.0f}, {:.0f}) lies outside the photo of "
                            "{} x {} pixels; give coordinates in pixels of the photo",
                            box.x, box.y, photo.width, photo.height));
  }
  return area;
}

// Converts landmarks to pixels of the area scaled by `scale`.
Landmarks in_area(const Landmarks& landmarks, const cv::Rect& area, double scale) {
  // Pixel centers: p -> (p + 0.5) scale - 0.5.
  const double shift = 0.5 * scale - 0.5;
  return core::transformed(
      landmarks, Similarity(scale, 0.0, -area.x * scale + shift, -area.y * scale + shift));
}

// Blends `worn` over `target`: fully where the mask covers half of a pixel or more, fading to the
// photo where it covers nothing.
void paste(const cv::Mat& worn, const cv::Mat& alpha, cv::Mat target) {
  for (int y = 0; y < target.rows; ++y) {
    const auto* from = worn.ptr<cv::Vec3b>(y);
    const auto* cover = alpha.ptr<std::uint8_t>(y);
    auto* to = target.ptr<cv::Vec3b>(y);
    for (int x = 0; x < target.cols; ++x) {
      const int weight = std::min(2 * cover[x], 255);
      for (int c = 0; c < 3; ++c) {
        to[x][c] = static_cast<std::uint8_t>(
            (from[x][c] * weight + to[x][c] * (255 - weight) + 127) / 255);
      }
    }
  }
}

}  // namespace

PhotoWithMasks put_masks_on(const cv::Mat& rgb, const std::vector<Landmarks>& faces,
                            const synthesis::MaskSynthesizer& synthesizer, std::uint64_t seed) {
  std::mt19937_64 engine(seed);
  PhotoWithMasks result;
  result.rgb = rgb.clone();
  result.mask = cv::Mat(rgb.size(), CV_8UC1, cv::Scalar(0));
  result.alpha = cv::Mat(rgb.size(), CV_8UC1, cv::Scalar(0));
  for (const Landmarks& landmarks : faces) {
    const cv::Rect area = face_area(landmarks, rgb.size());
    const double scale = std::min(1.0, max_crop / std::max(area.width, area.height));
    cv::Mat crop;
    cv::resize(result.rgb(area), crop, {}, scale, scale, cv::INTER_AREA);
    synthesis::MaskedFace face =
        synthesizer.wear(crop, to_synthesis(in_area(landmarks, area, scale)), engine);
    for (cv::Mat* image : {&face.image, &face.alpha, &face.mask}) {
      cv::resize(*image, *image, area.size(), 0.0, 0.0, cv::INTER_LINEAR);
    }
    paste(face.image, face.alpha, result.rgb(area));
    cv::Mat mask = result.mask(area);
    cv::Mat alpha = result.alpha(area);
    cv::max(mask, face.mask > 127, mask);
    cv::max(alpha, face.alpha, alpha);
    result.kinds.push_back(face.kind);
  }
  return result;
}

}  // namespace demask::training
