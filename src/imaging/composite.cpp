// SPDX-License-Identifier: Apache-2.0
#include "imaging/composite.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <functional>
#include <opencv2/imgproc.hpp>

#include "imaging/grain.hpp"
#include "imaging/mat.hpp"
#include "imaging/membrane.hpp"
#include "imaging/seam.hpp"

namespace demask::imaging {
namespace {

// Width over which painted pixels fade in, inside the ring that dilation added to the hole, as a
// fraction of the canonical face's side.
constexpr double feather_width = 0.014;

cv::Rect rectangle_of(const MaskRegion& region) {
  return {region.x, region.y, region.pixels.width(), region.pixels.height()};
}

cv::Rect grow(const cv::Rect& rectangle, int margin, cv::Size photo) {
  const cv::Rect grown(rectangle.x - margin, rectangle.y - margin, rectangle.width + 2 * margin,
                       rectangle.height + 2 * margin);
  return grown & cv::Rect({0, 0}, photo);
}

// Mixes rows [first, last) of the painted pixels into the photo's; writes nothing where `weight` is
// 0.
void mix_rows(const cv::Mat& painted, const cv::Mat& original, const cv::Mat& weight, int first,
              int last, cv::Mat& result) {
  for (int y = first; y < last; ++y) {
    const auto* top = painted.ptr<cv::Vec3b>(y);
    const auto* bottom = original.ptr<cv::Vec3b>(y);
    const auto* alpha = weight.ptr<float>(y);
    auto* out = result.ptr<cv::Vec3b>(y);
    for (int x = 0; x < result.cols; ++x) {
      if (alpha[x] == 0.0F) {
        continue;
      }
      for (int c = 0; c < 3; ++c) {
        const float mixed = alpha[x] * static_cast<float>(top[x][c]) +
                            (1.0F - alpha[x]) * static_cast<float>(bottom[x][c]);
        out[x][c] = cv::saturate_cast<std::uint8_t>(mixed);
      }
    }
  }
}

// Keeps the gradients of the painted pixels and adds a membrane, interpolated from the differences
// around the hole, that brings them to the photo's colors.
cv::Mat blend_poisson(const cv::Mat& painted, const cv::Mat& original, const cv::Mat& hole) {
  cv::Mat offset;
  cv::subtract(original, painted, offset, cv::noArray(), CV_32F);
  fill_membrane(offset, hole);
  cv::Mat blended;
  painted.convertTo(blended, CV_32F);
  blended += offset;
  blended.convertTo(blended, CV_8U);
  return blended;
}

// Indices of the channels that hold red, green and blue.
cv::Vec3i rgb_order(PixelFormat format) {
  switch (format) {
    case PixelFormat::bgr:
    case PixelFormat::bgra:
      return {2, 1, 0};
    case PixelFormat::gray:
      return {0, 0, 0};
    default:
      return {0, 1, 2};
  }
}

void write_pixels(const cv::Mat& rgb, const cv::Mat& hole, const cv::Rect& rectangle,
                  Image& photo) {
  const int step = channels(photo.format());
  const cv::Vec3i order = rgb_order(photo.format());
  cv::Mat gray;
  if (photo.format() == PixelFormat::gray) {
    cv::cvtColor(rgb, gray, cv::COLOR_RGB2GRAY);
  }
  for (int y = 0; y < rectangle.height; ++y) {
    std::uint8_t* pixel = photo.row(rectangle.y + y) + std::ptrdiff_t{rectangle.x} * step;
    for (int x = 0; x < rectangle.width; ++x, pixel += step) {
      if (hole.at<std::uint8_t>(y, x) == 0) {
        continue;
      }
      if (step == 1) {
        *pixel = gray.at<std::uint8_t>(y, x);
        continue;
      }
      const auto& value = rgb.at<cv::Vec3b>(y, x);
      for (int c = 0; c < 3; ++c) {
        pixel[order[c]] = value[c];
      }
    }
  }
}

cv::Mat rgb_of(Image& photo, const cv::Rect& rectangle) {
  ImageView view = photo.view();
  view.stride = photo.stride();
  view.data = photo.row(rectangle.y) + std::ptrdiff_t{rectangle.x} * channels(photo.format());
  view.width = rectangle.width;
  view.height = rectangle.height;
  return to_rgb(view).clone();
}

// Blends the painted pixels into the photo's `rectangle`, which contains `hole`.
cv::Mat blend_feather(const Patch& patch, const cv::Mat& hole, const cv::Mat& all_holes,
                      const cv::Rect& rectangle, const core::Workers& workers, Image& photo) {
  constexpr std::size_t bands = 4;
  const double side = side_of(patch);
  const double fade = std::max(1.0, feather_width * side);
  cv::Mat painted;
  cv::Mat original;
  cv::Mat rim;
  cv::Mat weight;
  const std::array<std::function<void()>, 3> preparations = {
      [&] { painted = unwarp_painted(patch, rectangle); },
      [&] { rim = rim_of(patch, hole, all_holes, rectangle); },
      [&] {
        original = rgb_of(photo, rectangle);
        weight = feather_weight(hole, fade);
        clear_fading_ring(original, all_holes, weight, fade);
      }};
  workers.for_each(preparations.size(), [&](std::size_t i) { preparations[i](); });
  match_rim_color(painted, original, rim, side);
  cv::Mat result = original.clone();
  const auto row_of = [&result](std::size_t band) {
    return static_cast<int>(band * static_cast<std::size_t>(result.rows) / bands);
  };
  workers.for_each(bands, [&](std::size_t band) {
    mix_rows(painted, original, weight, row_of(band), row_of(band + 1), result);
  });
  return result;
}

}  // namespace

void mark(const MaskRegion& region, Image& changed) {
  if (region.pixels.empty()) {
    return;
  }
  const cv::Mat pixels = as_mat(region.pixels.view());
  as_mat(changed)(rectangle_of(region)).setTo(255, pixels);
}

cv::Rect touched_area(const Patch& patch, const MaskRegion& region, cv::Size photo) {
  const int margin = static_cast<int>(std::ceil(rim_width * side_of(patch))) + 2;
  return grow(rectangle_of(region), margin, photo);
}

void composite(const Patch& patch, const MaskRegion& region, const Image& holes, BlendMode blend,
               const core::Workers& workers, Image& photo) {
  if (region.pixels.empty()) {
    return;
  }
  const cv::Rect inner = rectangle_of(region);
  const cv::Rect outer = touched_area(patch, region, {photo.width(), photo.height()});
  cv::Mat hole = cv::Mat::zeros(outer.size(), CV_8UC1);
  as_mat(region.pixels.view()).copyTo(hole(inner - outer.tl()));
  cv::Mat result;
  switch (blend) {
    case BlendMode::feather:
      result = blend_feather(patch, hole, as_mat(holes.view())(outer), outer, workers, photo);
      break;
    case BlendMode::poisson:
      result = blend_poisson(unwarp_painted(patch, outer), rgb_of(photo, outer), hole);
      break;
    case BlendMode::none:
      result = unwarp_painted(patch, outer);
      break;
  }
  add_grain(result, hole, outer.tl(), patch.noise, patch.noise_seed);
  write_pixels(result, hole, outer, photo);
}

}  // namespace demask::imaging
