// SPDX-License-Identifier: Apache-2.0
#include "imaging/patch.hpp"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "imaging/mat.hpp"

namespace demask::imaging {
namespace {

cv::Rect bounding_rectangle(const Patch& patch, cv::Size photo) {
  const cv::Rect hole = cv::boundingRect(patch.hole);
  if (hole.empty()) {
    return {};
  }
  const Similarity to_photo = patch.to_canonical.inverse();
  const auto left = static_cast<float>(hole.x - 1);
  const auto top = static_cast<float>(hole.y - 1);
  const auto right = static_cast<float>(hole.x + hole.width);
  const auto bottom = static_cast<float>(hole.y + hole.height);
  const Box box = bounding_box({to_photo({left, top}), to_photo({right, top}),
                                to_photo({left, bottom}), to_photo({right, bottom})});
  const auto limit = [](float value, int size) {
    return value > 0.0F ? static_cast<int>(std::min(value, static_cast<float>(size))) : 0;
  };
  const cv::Point first(limit(std::floor(box.x), photo.width),
                        limit(std::floor(box.y), photo.height));
  const cv::Point last(limit(std::ceil(box.right()) + 1.0F, photo.width),
                       limit(std::ceil(box.bottom()) + 1.0F, photo.height));
  return {first, last};
}

// Removes detail from the painted pixels that a photo of smaller scale cannot hold.
cv::Mat band_limited(const cv::Mat& painted, double scale) {
  if (scale <= 1.0) {
    return painted;
  }
  const double sigma = 0.5 * std::sqrt(scale * scale - 1.0);
  cv::Mat blurred;
  cv::GaussianBlur(painted, blurred, {0, 0}, sigma, sigma, cv::BORDER_REPLICATE);
  return blurred;
}

// Standard deviation of the unsharp mask's Gaussian, in canonical pixels.
constexpr double unsharp_sigma = 0.75;

// The rectangle of canonical pixels under `rectangle` of the photo, plus `margin` on each side.
cv::Rect canonical_rectangle(const Patch& patch, const cv::Rect& rectangle, int margin) {
  const auto left = static_cast<float>(rectangle.x);
  const auto top = static_cast<float>(rectangle.y);
  const auto right = static_cast<float>(rectangle.br().x - 1);
  const auto bottom = static_cast<float>(rectangle.br().y - 1);
  const Similarity& map = patch.to_canonical;
  const Box box = bounding_box(
      {map({left, top}), map({right, top}), map({left, bottom}), map({right, bottom})});
  const cv::Point first(cvFloor(box.x) - margin, cvFloor(box.y) - margin);
  const cv::Point last(cvCeil(box.right()) + margin + 1, cvCeil(box.bottom()) + margin + 1);
  return cv::Rect(first, last) & cv::Rect({0, 0}, patch.painted.size());
}

}  // namespace

double side_of(const Patch& patch) {
  return (patch.hole.cols - 2 * patch.room) / patch.to_canonical.scale();
}

cv::Mat unwarp(const cv::Mat& canonical, const Similarity& to_canonical, const cv::Rect& rectangle,
               int interpolation, int border) {
  const Similarity from_rectangle = to_canonical * Similarity(1.0, 0.0, rectangle.x, rectangle.y);
  cv::Mat result;
  cv::warpAffine(canonical, result, as_mat(from_rectangle), rectangle.size(),
                 interpolation | cv::WARP_INVERSE_MAP, border, cv::Scalar::all(0));
  return result;
}

// If the photo has the larger scale, the pixels are first enlarged by an integer factor with a
// separable cubic kernel, then warped bilinearly. This is several times faster than a cubic warp,
// and the enlarged pixels lie closer together than the photo's.
cv::Mat unwarp_painted(const Patch& patch, const cv::Rect& rectangle) {
  constexpr double max_factor = 4.0;
  constexpr int kernel_reach = 2;
  const double scale = patch.to_canonical.scale();
  const cv::Rect source = canonical_rectangle(patch, rectangle, kernel_reach);
  if (scale >= 1.0 || source.empty()) {
    return unwarp(band_limited(patch.painted, scale), patch.to_canonical, rectangle,
                  cv::INTER_LINEAR, cv::BORDER_REPLICATE);
  }
  const double factor = std::min(std::ceil(1.0 / scale), max_factor);
  cv::Mat enlarged;
  cv::resize(patch.painted(source), enlarged, {}, factor, factor, cv::INTER_CUBIC);
  if (patch.sharpening > 0.0) {
    cv::Mat smooth;
    const double sigma = unsharp_sigma * factor;
    cv::GaussianBlur(enlarged, smooth, {0, 0}, sigma, sigma, cv::BORDER_REPLICATE);
    cv::addWeighted(enlarged, 1.0 + patch.sharpening, smooth, -patch.sharpening, 0.0, enlarged);
  }
  const double shift = 0.5 * (factor - 1.0);  // pixel centers lie at halves
  const Similarity to_enlarged(factor, 0.0, shift - factor * source.x, shift - factor * source.y);
  return unwarp(enlarged, to_enlarged * patch.to_canonical, rectangle, cv::INTER_LINEAR,
                cv::BORDER_REPLICATE);
}

MaskRegion project_hole(const Patch& patch, cv::Size photo) {
  const cv::Rect rectangle = bounding_rectangle(patch, photo);
  if (rectangle.empty()) {
    return {};
  }
  const cv::Mat soft =
      unwarp(patch.hole, patch.to_canonical, rectangle, cv::INTER_LINEAR, cv::BORDER_CONSTANT);
  const cv::Mat mask = soft >= 128;
  const cv::Rect covered = cv::boundingRect(mask);
  if (covered.empty()) {
    return {};
  }
  return {rectangle.x + covered.x, rectangle.y + covered.y,
          to_image(mask(covered), PixelFormat::gray)};
}

}  // namespace demask::imaging
