// SPDX-License-Identifier: Apache-2.0
#include "synthesis/fabric_shading.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

namespace demask::synthesis {
namespace {

// Height of the surface above the flat cloth, in pixels; folds are blurred strokes.
class Relief {
 public:
  explicit Relief(cv::Size size)
      : sharp_(size, CV_32FC1, cv::Scalar(0.0)),
        soft_(cv::Size((size.width + 3) / 4, (size.height + 3) / 4), CV_32FC1, cv::Scalar(0.0)) {}

  // Adds a fold with a crisp crest between two points in surface coordinates.
  void crease(cv::Point2f from, cv::Point2f to, float width, float height) {
    cv::line(sharp_, to_pixel(from, sharp_), to_pixel(to, sharp_), cv::Scalar(height),
             std::max(1, cvRound(width)), cv::LINE_AA);
  }

  // Adds a wide fold, bent through a middle point.
  void swell(cv::Point2f from, cv::Point2f middle, cv::Point2f to, float width, float height) {
    cv::Mat stroke(soft_.size(), CV_32FC1, cv::Scalar(0.0));
    const int thickness = std::max(1, cvRound(width * 0.25F));
    const std::vector<cv::Point> path{to_pixel(from, soft_), to_pixel(middle, soft_),
                                      to_pixel(to, soft_)};
    cv::polylines(stroke, path, false, cv::Scalar(height), thickness, cv::LINE_8);
    soft_ += stroke;
  }

  // CV_32FC1, full size.
  cv::Mat height(float sharp_blur, float soft_blur) {
    cv::GaussianBlur(sharp_, sharp_, {}, std::max(0.6F, sharp_blur));
    cv::GaussianBlur(soft_, soft_, {}, std::max(0.6F, soft_blur * 0.25F));
    cv::Mat wide;
    cv::resize(soft_, wide, sharp_.size(), 0.0, 0.0, cv::INTER_CUBIC);
    return sharp_ + wide;
  }

 private:
  static cv::Point to_pixel(const cv::Point2f& p, const cv::Mat& canvas) {
    return {cvRound(p.x * static_cast<float>(canvas.cols)),
            cvRound(p.y * static_cast<float>(canvas.rows))};
  }

  cv::Mat sharp_;
  cv::Mat soft_;
};

// Adds folds where the cloth is pulled: toward the ear loops, around the nose, and anywhere else.
void add_folds(Relief& relief, float unit, Random& random) {
  const float strength = random.uniform(0.2F, 1.0F);
  const int pulls = random.integer(2, 7);
  for (int i = 0; i < pulls; ++i) {
    const bool left = random.chance(0.5F);
    const bool top = random.chance(0.5F);
    const cv::Point2f corner(left ? 0.02F : 0.98F,
                             top ? random.uniform(0.0F, 0.2F) : random.uniform(0.8F, 1.0F));
    const cv::Point2f inner(random.uniform(0.25F, 0.75F), random.uniform(0.15F, 0.85F));
    const cv::Point2f bend = (corner + inner) * 0.5F +
                             cv::Point2f(random.normal(0.0F, 0.04F), random.normal(0.0F, 0.06F));
    relief.swell(corner, bend, inner, unit * random.uniform(0.02F, 0.06F),
                 strength * random.uniform(-0.03F, 0.03F) * unit);
  }
  const int wrinkles = random.integer(0, 6);
  for (int i = 0; i < wrinkles; ++i) {
    const cv::Point2f start(random.uniform(0.05F, 0.95F), random.uniform(0.05F, 0.95F));
    const cv::Point2f end =
        start + cv::Point2f(random.normal(0.0F, 0.18F), random.normal(0.0F, 0.12F));
    relief.crease(start, end, unit * 0.008F, strength * random.uniform(-0.009F, 0.009F) * unit);
  }
}

// The nose lifts the cloth along the middle of the upper half.
void add_nose(Relief& relief, float unit, Random& random) {
  const float height = unit * random.uniform(0.003F, 0.012F);
  const float tip = random.uniform(0.22F, 0.40F);
  // Nested strokes add up to a slope that is steepest near the crest.
  for (const float width : {0.05F, 0.10F, 0.16F, 0.23F}) {
    relief.swell({0.5F, -0.2F}, {0.5F, 0.1F}, {0.5F, tip - 0.3F * width}, unit * width, height);
  }
}

void add_ridge(Relief& relief, float unit, Random& random) {
  relief.crease({0.5F, -0.1F}, {0.5F, 1.1F}, unit * 0.012F, unit * random.uniform(0.004F, 0.012F));
}

// Brightness of the surface divided by that of flat cloth, for light from `light`, by the slope of
// the height.
cv::Mat shade_of(const cv::Mat& height, const cv::Point2f& light) {
  cv::Mat shade(height.size(), CV_32FC1);
  const float lx = light.x * 0.8F;
  const float ly = light.y * 0.8F;
  for (int y = 0; y < height.rows; ++y) {
    const auto* above = height.ptr<float>(std::max(y - 1, 0));
    const auto* row = height.ptr<float>(y);
    const auto* below = height.ptr<float>(std::min(y + 1, height.rows - 1));
    auto* out = shade.ptr<float>(y);
    for (int x = 0; x < height.cols; ++x) {
      const float dx = row[std::min(x + 1, height.cols - 1)] - row[std::max(x - 1, 0)];
      const float dy = below[x] - above[x];
      out[x] = 1.0F - 0.5F * (dx * lx + dy * ly);
    }
  }
  return shade;
}

// Shades the overall shape: a cylinder around the face, a tent (ffp2) or a dome (cup).
void apply_form(cv::Mat& shade, Cut cut, const cv::Point2f& light, Random& random) {
  const float depth = random.uniform(0.10F, 0.30F);
  const float falloff = random.uniform(0.05F, 0.22F);
  const float tent = cut == Cut::ffp2 ? random.uniform(0.05F, 0.16F) : 0.0F;
  const float dome = cut == Cut::cup ? random.uniform(0.15F, 0.35F) : random.uniform(0.02F, 0.14F);
  std::vector<float> across(static_cast<std::size_t>(shade.cols));
  for (int x = 0; x < shade.cols; ++x) {
    const float n = (static_cast<float>(x) + 0.5F) / static_cast<float>(shade.cols) * 2.0F - 1.0F;
    const float plane = std::clamp(n * 12.0F, -1.0F, 1.0F) * tent;
    across[static_cast<std::size_t>(x)] = (depth * n + plane) * light.x - falloff * n * n * n * n;
  }
  for (int y = 0; y < shade.rows; ++y) {
    const float n = (static_cast<float>(y) + 0.5F) / static_cast<float>(shade.rows) * 2.0F - 0.8F;
    const float down = dome * n * light.y - 0.6F * dome * n * n;
    auto* row = shade.ptr<float>(y);
    for (int x = 0; x < shade.cols; ++x) {
      row[x] *= 1.0F + across[static_cast<std::size_t>(x)] + down;
    }
  }
}

// Pleats: a shadow under each folded edge, brightening down to the next one.
void apply_pleats(cv::Mat& shade, Random& random) {
  constexpr int steps = 512;
  const int count = random.integer(2, 4);
  const float depth = random.uniform(0.06F, 0.22F);
  const float first = random.uniform(0.16F, 0.34F);
  const float last = random.uniform(0.60F, 0.80F);
  std::array<float, steps> profile{};
  profile.fill(1.0F);
  for (int i = 0; i < count; ++i) {
    const float spacing = (last - first) / static_cast<float>(count - 1);
    const float edge = first + spacing * static_cast<float>(i) + random.normal(0.0F, 0.015F);
    const float fade = spacing * random.uniform(0.25F, 0.7F);
    const float strength = depth * random.uniform(0.6F, 1.3F);
    for (int k = 0; k < steps; ++k) {
      const float distance = static_cast<float>(k) / steps - edge;
      if (distance >= 0.0F) {
        profile[static_cast<std::size_t>(k)] *=
            1.0F - strength * std::exp(-distance / (0.3F * fade));
      } else {
        profile[static_cast<std::size_t>(k)] *=
            1.0F + 0.35F * strength * std::exp(distance / 0.02F);
      }
    }
  }
  // The pleats open over nose and mouth and are sewn together at the sides.
  const float spread = random.uniform(-0.05F, 0.35F);
  const float bow = random.uniform(-0.08F, 0.10F);
  for (int y = 0; y < shade.rows; ++y) {
    const float v = (static_cast<float>(y) + 0.5F) / static_cast<float>(shade.rows);
    auto* row = shade.ptr<float>(y);
    for (int x = 0; x < shade.cols; ++x) {
      const float n = (static_cast<float>(x) + 0.5F) / static_cast<float>(shade.cols) * 2.0F - 1.0F;
      const float n2 = n * n;
      const float position = 0.5F + (v - 0.5F) * (1.0F + spread * n2) + bow * n2;
      const int index = std::clamp(static_cast<int>(position * steps), 0, steps - 1);
      row[x] *= profile[static_cast<std::size_t>(index)];
    }
  }
}

// A band along a rim with a stitched or welded line, drawn as a change of brightness.
void apply_hems(cv::Mat& shade, Cut cut, Random& random) {
  const float level = 1.0F + random.normal(0.0F, 0.05F);
  const float line = random.uniform(0.80F, 0.97F);
  const auto band = [&](bool horizontal, bool far_side, float width) {
    const int extent = horizontal ? shade.rows : shade.cols;
    const int thickness = std::max(1, cvRound(width * static_cast<float>(extent)));
    const int start = far_side ? extent - thickness : 0;
    const cv::Rect area = horizontal ? cv::Rect(0, start, shade.cols, thickness)
                                     : cv::Rect(start, 0, thickness, shade.rows);
    shade(area) *= level;
    const int edge = far_side ? start : thickness - 1;
    shade(horizontal ? cv::Rect(0, edge, shade.cols, 1) : cv::Rect(edge, 0, 1, shade.rows)) *= line;
  };
  const float width = random.uniform(0.03F, 0.09F);
  const bool all_round = cut == Cut::surgical || random.chance(0.5F);
  band(true, false, width);
  if (all_round) {
    band(true, true, width);
    band(false, false, 0.6F * width);
    band(false, true, 0.6F * width);
  }
}

void apply_seam(cv::Mat& shade, Random& random) {
  const int x = shade.cols / 2;
  const int width = std::max(1, shade.cols / 90);
  shade.colRange(x - width, x) *= random.uniform(0.72F, 0.95F);
  shade.colRange(x, x + width) *= random.uniform(0.95F, 1.15F);
}

// Yarn: fine noise, drawn out along a random direction.
void apply_weave(cv::Mat& shade, Random& random) {
  cv::Mat noise(shade.size(), CV_32FC1);
  cv::RNG generator(random.bits());
  // A byte field is four times faster to fill than a normal one and looks the same blurred.
  cv::Mat bytes(shade.size(), CV_8UC1);
  generator.fill(bytes, cv::RNG::UNIFORM, 0, 256);
  const double strength = static_cast<double>(random.uniform(0.0F, 0.09F)) / 128.0;
  if (random.chance(0.5F)) {
    cv::blur(bytes, bytes, random.chance(0.5F) ? cv::Size(3, 1) : cv::Size(1, 3));
  }
  bytes.convertTo(noise, CV_32FC1, strength, 1.0 - 127.5 * strength);
  cv::multiply(shade, noise, shade);
}

}  // namespace

cv::Mat shade_cloth(Cut cut, cv::Size size, cv::Point2f light, Random& random) {
  const auto unit = static_cast<float>(size.width);
  Relief relief(size);
  if (cut != Cut::cup) {
    add_folds(relief, unit, random);
  }
  if (!is_respirator(cut)) {
    add_nose(relief, unit, random);
  }
  const bool ridge = cut == Cut::ffp2 || (cut == Cut::cloth && random.chance(0.45F));
  if (ridge) {
    add_ridge(relief, unit, random);
  }
  cv::Mat shade =
      shade_of(relief.height(unit * 0.007F, unit * random.uniform(0.02F, 0.035F)), light);
  if (cut == Cut::surgical || (cut == Cut::cloth && random.chance(0.25F))) {
    apply_pleats(shade, random);
  }
  if (ridge) {
    apply_seam(shade, random);
  }
  apply_form(shade, cut, light, random);
  if (cut != Cut::cup || random.chance(0.5F)) {
    apply_hems(shade, cut, random);
  }
  apply_weave(shade, random);
  return shade;
}

}  // namespace demask::synthesis
