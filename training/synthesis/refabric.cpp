// SPDX-License-Identifier: Apache-2.0
#include "synthesis/refabric.hpp"

#include <algorithm>
#include <opencv2/imgproc.hpp>

#include "synthesis/fabric.hpp"

namespace demask::synthesis {
namespace {

constexpr float printed_share = 0.7F;
constexpr float cloth_share = 0.4F;
constexpr float hem_share = 0.35F;
constexpr float seam_share = 0.4F;
// As a fraction of the mask's larger side: brightness variations finer than this belong to the old
// print, coarser ones to light and folds.
constexpr double fold_size = 0.03;
constexpr double min_side = 8.0;

cv::Mat new_fabric(cv::Size size, const std::vector<cv::Mat>& cloths, Random& random) {
  cv::Mat fabric(size, CV_8UC3, random_mask_color(Cut::cloth, random));
  if (!random.chance(printed_share)) {
    return fabric;
  }
  if (!cloths.empty() && random.chance(cloth_share)) {
    lay_cloth(random.pick(cloths), fabric, random);
  } else {
    draw_print(fabric, random);
  }
  return fabric;
}

// Adds a hem of another color along the outline of the mask, and sometimes a seam of that color
// from top to bottom.
void sew_hem(cv::Mat& fabric, const cv::Mat& worn, const cv::Scalar& color, double side,
             Random& random) {
  const double width = side * static_cast<double>(random.uniform(0.02F, 0.06F));
  cv::Mat from_outline;
  cv::distanceTransform(worn, from_outline, cv::DIST_L2, 3);
  fabric.setTo(color, from_outline <= width);
  if (!random.chance(seam_share)) {
    return;
  }
  const auto across = [&] {
    return cvRound(static_cast<double>(random.uniform(0.2F, 0.8F)) * fabric.cols);
  };
  cv::line(fabric, {across(), 0}, {across(), fabric.rows}, color, std::max(1, cvRound(0.5 * width)),
           cv::LINE_AA);
}

// Brightness of the worn mask divided by its mean, without its print. CV_32FC1.
cv::Mat light_on(const cv::Mat& rgb, const cv::Mat& mask, double sigma) {
  cv::Mat gray;
  cv::cvtColor(rgb, gray, cv::COLOR_RGB2GRAY);
  cv::Mat weight;
  mask.convertTo(weight, CV_32FC1, 1.0 / 255.0);
  cv::Mat light;
  gray.convertTo(light, CV_32FC1);
  light = light.mul(weight);
  cv::GaussianBlur(light, light, {}, sigma);
  cv::GaussianBlur(weight, weight, {}, sigma);
  light /= weight + 1e-3;
  const double mean = std::max(cv::mean(light, mask)[0], 1.0);
  light = cv::min(cv::max(light / mean, 0.35), 1.7);
  return light;
}

}  // namespace

void replace_fabric(cv::Mat& rgb, const cv::Mat& mask, const std::vector<cv::Mat>& cloths,
                    Random& random) {
  const cv::Rect body = cv::boundingRect(mask);
  const int side = std::max(body.width, body.height);
  if (side < min_side) {
    return;
  }
  const int margin = 4;
  const cv::Rect area(cv::Rect(body.x - margin, body.y - margin, body.width + 2 * margin,
                               body.height + 2 * margin) &
                      cv::Rect(0, 0, rgb.cols, rgb.rows));
  const cv::Mat worn = mask(area);
  cv::Mat light = light_on(rgb(area), worn, fold_size * side);
  light *= random.uniform(0.75F, 1.1F);
  cv::cvtColor(light, light, cv::COLOR_GRAY2BGR);
  cv::Mat fabric = new_fabric(area.size(), cloths, random);
  if (random.chance(hem_share)) {
    sew_hem(fabric, worn, random_hem_color(rgb(area), worn, random), side, random);
  }
  fabric.convertTo(fabric, CV_32FC3);
  fabric = fabric.mul(light);

  cv::Mat alpha;
  worn.convertTo(alpha, CV_32FC1, 1.0 / 255.0);
  cv::GaussianBlur(alpha, alpha, {}, random.uniform(0.5F, 1.3F));
  cv::cvtColor(alpha, alpha, cv::COLOR_GRAY2BGR);
  cv::Mat photo;
  rgb(area).convertTo(photo, CV_32FC3);
  photo += alpha.mul(fabric - photo);
  photo.convertTo(rgb(area), CV_8UC3);
}

}  // namespace demask::synthesis
