// SPDX-License-Identifier: Apache-2.0
#include "synthesis/fabric.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "synthesis/fabric_shading.hpp"

namespace demask::synthesis {
namespace {

struct WeightedColor {
  float weight;
  std::array<float, 3> rgb;
};

template <std::size_t N>
cv::Scalar pick_color(const std::array<WeightedColor, N>& table, Random& random) {
  std::array<float, N> weights{};
  for (std::size_t i = 0; i < N; ++i) {
    weights[i] = table[i].weight;
  }
  const std::array<float, 3>& rgb = table[random.weighted(weights.begin(), weights.end())].rgb;
  const float level = random.normal(0.0F, 9.0F);
  cv::Scalar color;
  for (int c = 0; c < 3; ++c) {
    const float value = rgb[static_cast<std::size_t>(c)] + level + random.normal(0.0F, 6.0F);
    color[c] = std::clamp(value, 4.0F, 252.0F);
  }
  return color;
}

constexpr std::array<WeightedColor, 12> surgical_colors{{
    {0.24F, {135, 186, 222}},  // blue
    {0.15F, {176, 214, 233}},  // pale blue
    {0.09F, {150, 208, 205}},  // turquoise
    {0.24F, {232, 234, 236}},  // white
    {0.09F, {34, 34, 37}},     // black
    {0.05F, {160, 208, 172}},  // green
    {0.04F, {235, 180, 190}},  // pink
    {0.03F, {226, 120, 52}},   // orange
    {0.02F, {110, 40, 48}},    // burgundy
    {0.02F, {150, 150, 155}},  // gray
    {0.02F, {190, 170, 215}},  // lilac
    {0.01F, {225, 200, 175}},  // beige
}};

constexpr std::array<WeightedColor, 12> cloth_colors{{
    {0.30F, {28, 28, 30}},     // black
    {0.14F, {230, 230, 230}},  // white
    {0.10F, {40, 48, 84}},     // navy
    {0.09F, {128, 130, 134}},  // gray
    {0.07F, {170, 30, 40}},    // red
    {0.05F, {60, 100, 170}},   // blue
    {0.04F, {60, 92, 66}},     // green
    {0.04F, {232, 170, 180}},  // pink
    {0.03F, {226, 190, 60}},   // yellow
    {0.05F, {214, 176, 148}},  // light skin
    {0.04F, {160, 112, 84}},   // tan
    {0.05F, {92, 62, 50}},     // brown
}};

constexpr std::array<WeightedColor, 6> respirator_colors{{
    {0.70F, {236, 236, 233}},
    {0.13F, {36, 36, 38}},
    {0.06F, {168, 172, 178}},
    {0.04F, {236, 192, 200}},
    {0.04F, {150, 190, 220}},
    {0.03F, {220, 196, 170}},
}};

// Any color at all, so that a network sees every tone on a mask.
cv::Scalar any_color(Random& random) {
  const float level = random.uniform(10.0F, 250.0F);
  const float spread = random.uniform(0.0F, 90.0F);
  cv::Scalar color;
  for (int c = 0; c < 3; ++c) {
    color[c] = std::clamp(level + random.uniform(-spread, spread), 4.0F, 252.0F);
  }
  return color;
}

void multiply_into(const cv::Mat& shade, cv::Mat& color) {
  for (int y = 0; y < color.rows; ++y) {
    const auto* factor = shade.ptr<float>(y);
    auto* row = color.ptr<cv::Vec3b>(y);
    for (int x = 0; x < color.cols; ++x) {
      for (int c = 0; c < 3; ++c) {
        // Even black cloth scatters some light, so folds must show on it.
        const float value = (static_cast<float>(row[x][c]) + 6.0F) * factor[x] - 4.0F;
        row[x][c] = static_cast<std::uint8_t>(std::clamp(value, 0.0F, 255.0F));
      }
    }
  }
}

void draw_valve(cv::Mat& color, Random& random) {
  const auto width = static_cast<float>(color.cols);
  const float side =
      random.chance(0.5F) ? 0.5F : 0.5F + random.sign() * random.uniform(0.12F, 0.22F);
  const cv::Point center(cvRound(side * width),
                         cvRound(static_cast<float>(color.rows) * random.uniform(0.45F, 0.65F)));
  const int radius = cvRound(width * random.uniform(0.06F, 0.10F));
  const double level =
      random.chance(0.7F) ? random.uniform(200.0F, 245.0F) : random.uniform(30.0F, 120.0F);
  cv::circle(color, center, radius, cv::Scalar::all(level * 0.7), cv::FILLED, cv::LINE_AA);
  cv::circle(color, center, cvRound(0.88F * static_cast<float>(radius)), cv::Scalar::all(level),
             cv::FILLED, cv::LINE_AA);
  for (int i = -1; i <= 1; ++i) {
    const int y = center.y + i * radius / 2;
    cv::line(color, {center.x - radius / 2, y}, {center.x + radius / 2, y},
             cv::Scalar::all(level * 0.6), std::max(1, radius / 8), cv::LINE_AA);
  }
}

void draw_nose_clip(cv::Mat& color, Random& random) {
  const double level = random.uniform(0.7F, 1.15F);
  const auto width = static_cast<float>(color.cols);
  const int half = cvRound(width * random.uniform(0.08F, 0.18F));
  const int height = std::max(2, cvRound(static_cast<float>(color.rows) * 0.035F));
  const int top = cvRound(static_cast<float>(color.rows) * random.uniform(0.03F, 0.08F));
  cv::Mat clip = color(cv::Rect(color.cols / 2 - half, top, 2 * half, height));
  clip.convertTo(clip, -1, level, 0.0);
}

// Adds strips of one color along both sides, the upper and lower rim, or all of them.
void sew_hem(cv::Mat& color, const cv::Scalar& hem, Random& random) {
  const bool all = random.chance(0.3F);
  const bool sides = all || random.chance(0.6F);
  const cv::Size hole(
      cvRound(static_cast<float>(color.cols) * (1.0F - (sides ? random.uniform(0.06F, 0.3F) : 0))),
      cvRound(static_cast<float>(color.rows) *
              (1.0F - (all || !sides ? random.uniform(0.06F, 0.25F) : 0))));
  cv::Mat band(color.size(), CV_8UC1, cv::Scalar(255));
  band(cv::Rect({(color.cols - hole.width) / 2, (color.rows - hole.height) / 2}, hole)) = 0;
  color.setTo(hem, band);
}

// Print, plain color or photographed cloth, before any shading.
cv::Mat base_cloth(Cut cut, cv::Size size, const std::vector<cv::Mat>& cloths, Random& random) {
  cv::Mat color(size, CV_8UC3, random_mask_color(cut, random));
  const float printed = cut == Cut::cloth ? 0.55F : cut == Cut::surgical ? 0.12F : 0.08F;
  if (!random.chance(printed)) {
    return color;
  }
  if (!cloths.empty() && cut == Cut::cloth && random.chance(0.4F)) {
    lay_cloth(random.pick(cloths), color, random);
  } else {
    draw_print(color, random);
  }
  return color;
}

// RGB color of straps: light, dark or the mask's.
cv::Scalar random_strap_color(const cv::Mat& mask, Random& random) {
  const cv::Scalar middle = cv::mean(mask);
  const cv::Scalar color =
      random.chance(0.55F) ? cv::Scalar::all(random.uniform(190.0F, 245.0F)) : middle;
  return random.chance(0.2F) ? cv::Scalar::all(random.uniform(15.0F, 60.0F)) : color;
}

// Adds a valve and a nose clip to some masks.
void attach_parts(cv::Mat& color, Cut cut, Random& random) {
  if (is_respirator(cut) && random.chance(0.25F)) {
    draw_valve(color, random);
  }
  if (random.chance(is_respirator(cut) ? 0.4F : 0.1F)) {
    draw_nose_clip(color, random);
  }
}

}  // namespace

cv::Scalar random_mask_color(Cut cut, Random& random) {
  if (random.chance(0.12F)) {
    return any_color(random);
  }
  switch (cut) {
    case Cut::surgical:
      return pick_color(surgical_colors, random);
    case Cut::cloth:
      return pick_color(cloth_colors, random);
    case Cut::ffp2:
    case Cut::cup:
      return pick_color(respirator_colors, random);
  }
  return any_color(random);
}

cv::Scalar random_hem_color(const cv::Mat& rgb, const cv::Mat& mask, Random& random) {
  if (random.chance(0.4F)) {
    return random_mask_color(Cut::cloth, random);
  }
  const cv::Rect body = cv::boundingRect(mask);
  const int reach = std::max(2, body.width / 6);
  cv::Mat around;
  cv::dilate(mask, around,
             cv::getStructuringElement(cv::MORPH_RECT, {2 * reach + 1, 2 * reach + 1}));
  around.setTo(0, mask);
  cv::Scalar color = cv::mean(rgb, around);
  const double level = random.uniform(0.75F, 1.25F);
  for (int c = 0; c < 3; ++c) {
    color[c] = color[c] * level + random.normal(0.0F, 14.0F);
  }
  return color;
}

Fabric paint_fabric(Cut cut, cv::Size size, cv::Point2f light, const std::vector<cv::Mat>& cloths,
                    const std::optional<cv::Scalar>& hem, Random& random) {
  Fabric fabric;
  fabric.color = base_cloth(cut, size, cloths, random);
  if (hem) {
    sew_hem(fabric.color, *hem, random);
  }
  fabric.strap = random_strap_color(fabric.color, random);
  const cv::Mat shade = shade_cloth(cut, size, light, random);
  attach_parts(fabric.color, cut, random);
  multiply_into(shade, fabric.color);
  return fabric;
}

}  // namespace demask::synthesis
