// SPDX-License-Identifier: Apache-2.0
#include "synthesis/mask_compositing.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <vector>

namespace demask::synthesis {
namespace {

constexpr int light_grid = 24;

// The skin of the face on a small grid over the area: gray level and weight.
struct SkinGrid {
  cv::Mat gray;
  cv::Mat weight;
};

SkinGrid sample_skin(const cv::Mat& small_rgb, const LandmarkPoints& landmarks,
                     const cv::Rect& area) {
  SkinGrid skin;
  cv::Mat gray;
  cv::cvtColor(small_rgb, gray, cv::COLOR_RGB2GRAY);
  gray.convertTo(skin.gray, CV_32FC1, 1.0 / 255.0);
  cv::Mat inside(gray.size(), CV_8UC1, cv::Scalar(0));
  std::vector<cv::Point> outline;
  const float sx = static_cast<float>(small_rgb.cols) / static_cast<float>(area.width);
  const float sy = static_cast<float>(small_rgb.rows) / static_cast<float>(area.height);
  const auto add = [&](std::size_t i) {
    const cv::Point2f p = landmarks[i];
    outline.emplace_back(cvRound((p.x - static_cast<float>(area.x)) * sx - 0.5F),
                         cvRound((p.y - static_cast<float>(area.y)) * sy - 0.5F));
  };
  for (std::size_t i = 0; i <= 16; ++i) {
    add(i);
  }
  for (std::size_t i = 26; i >= 17; --i) {
    add(i);
  }
  cv::fillPoly(inside, std::vector<std::vector<cv::Point>>{outline}, cv::Scalar(255));
  inside.convertTo(skin.weight, CV_32FC1, 1.0 / 255.0);
  skin.weight += 0.01F;
  return skin;
}

// Slope of the skin's brightness across the face, scaled to a light direction.
cv::Point2f brightness_slope(const SkinGrid& skin) {
  double sum = 0.0;
  double sum_x = 0.0;
  double sum_y = 0.0;
  double sum_g = 0.0;
  double sum_xx = 0.0;
  double sum_yy = 0.0;
  double sum_xg = 0.0;
  double sum_yg = 0.0;
  for (int y = 0; y < skin.gray.rows; ++y) {
    for (int x = 0; x < skin.gray.cols; ++x) {
      const double w = static_cast<double>(skin.weight.at<float>(y, x));
      const double g = static_cast<double>(skin.gray.at<float>(y, x));
      const double dx = (x + 0.5) / skin.gray.cols - 0.5;
      const double dy = (y + 0.5) / skin.gray.rows - 0.5;
      sum += w;
      sum_x += w * dx;
      sum_y += w * dy;
      sum_g += w * g;
      sum_xx += w * dx * dx;
      sum_yy += w * dy * dy;
      sum_xg += w * dx * g;
      sum_yg += w * dy * g;
    }
  }
  const double level = std::max(sum_g / sum, 0.05);
  const auto slope = [&](double moment, double first, double second) {
    const double variance = std::max(second / sum - (first / sum) * (first / sum), 1e-4);
    return (moment / sum - (first / sum) * (sum_g / sum)) / variance / level;
  };
  return {static_cast<float>(std::clamp(slope(sum_xg, sum_x, sum_xx), -1.0, 1.0)),
          static_cast<float>(std::clamp(slope(sum_yg, sum_y, sum_yy), -1.0, 1.0))};
}

// Brightness of a white surface in this photo, estimated from its lightest skin and lightest areas.
cv::Vec3f white_level(const cv::Mat& small_rgb, const SkinGrid& skin) {
  std::array<std::vector<float>, 3> channels;
  std::vector<float> face;
  for (int y = 0; y < small_rgb.rows; ++y) {
    for (int x = 0; x < small_rgb.cols; ++x) {
      const auto& pixel = small_rgb.at<cv::Vec3b>(y, x);
      for (int c = 0; c < 3; ++c) {
        channels[static_cast<std::size_t>(c)].push_back(pixel[c]);
      }
      if (skin.weight.at<float>(y, x) > 0.5F) {
        face.push_back(skin.gray.at<float>(y, x));
      }
    }
  }
  const auto percentile = [](std::vector<float>& values, float share) {
    const auto nth =
        values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<float>(values.size() - 1));
    std::nth_element(values.begin(), nth, values.end());
    return *nth;
  };
  const float skin_level = face.empty() ? 0.6F : percentile(face, 0.85F);
  cv::Vec3f level;
  float mean = 0.0F;
  for (int c = 0; c < 3; ++c) {
    level[c] = percentile(channels[static_cast<std::size_t>(c)], 0.93F) / 255.0F;
    mean += level[c] / 3.0F;
  }
  const float exposure =
      std::clamp(0.22F + 0.80F * std::max(mean, skin_level * 1.15F), 0.40F, 1.05F);
  for (int c = 0; c < 3; ++c) {
    // Only part of the color cast of the lightest areas, which are as often skin as white.
    const float cast = mean > 0.02F ? std::clamp(level[c] / mean, 0.7F, 1.3F) : 1.0F;
    level[c] = exposure * (0.85F + 0.15F * cast);
  }
  return level;
}

// Blur estimated from the ratio of detail finer than 1 px to detail finer than 3 px. The pairs are
// medians over 218 faces with eyes 77 px apart, blurred by known amounts.
float blur_from_detail(float share) {
  struct Pair {
    float share;
    float sigma;
  };
  static constexpr std::array<Pair, 8> pairs{{{0.246F, 0.35F},
                                              {0.234F, 0.5F},
                                              {0.206F, 0.8F},
                                              {0.187F, 1.0F},
                                              {0.172F, 1.3F},
                                              {0.161F, 1.6F},
                                              {0.153F, 2.0F},
                                              {0.145F, 2.5F}}};
  if (share >= pairs.front().share) {
    return pairs.front().sigma;
  }
  for (std::size_t i = 1; i < pairs.size(); ++i) {
    if (share < pairs[i].share) {
      continue;
    }
    const float t = (share - pairs[i].share) / (pairs[i - 1].share - pairs[i].share);
    return pairs[i].sigma + t * (pairs[i - 1].sigma - pairs[i].sigma);
  }
  return pairs.back().sigma;
}

}  // namespace

FaceLight estimate_light(const cv::Mat& rgb, const LandmarkPoints& landmarks,
                         const FaceFrame& frame, const cv::Rect& area) {
  cv::Mat small_rgb;
  cv::resize(rgb(area), small_rgb, cv::Size(light_grid, light_grid), 0.0, 0.0, cv::INTER_AREA);
  const SkinGrid skin = sample_skin(small_rgb, landmarks, area);
  FaceLight light;
  light.direction = brightness_slope(skin);
  // Light falls from above unless the face shows otherwise.
  light.direction.y -= 0.45F;
  const float norm = std::hypot(light.direction.x, light.direction.y);
  if (norm > 1.0F) {
    light.direction *= 1.0F / norm;
  }
  light.exposure = white_level(small_rgb, skin);

  const double sigma = std::clamp(
      0.42 * static_cast<double>(frame.scale) * light_grid / std::max(area.width, area.height), 1.0,
      6.0);
  cv::Mat weighted = skin.gray.mul(skin.weight);
  cv::Mat weight;
  cv::GaussianBlur(weighted, weighted, {}, sigma);
  cv::GaussianBlur(skin.weight, weight, {}, sigma);
  cv::Mat level = weighted / weight;
  const double mean = std::max(cv::mean(level)[0], 0.02);
  level *= 1.0 / mean;
  level = cv::max(cv::min(level, 1.45), 0.5);
  cv::resize(level, light.gain, area.size(), 0.0, 0.0, cv::INTER_LINEAR);
  return light;
}

float estimate_blur(const cv::Mat& rgb, const LandmarkPoints& landmarks, const FaceFrame& frame) {
  cv::Point2f low = landmarks[36];
  cv::Point2f high = landmarks[36];
  for (std::size_t i = 36; i < 48; ++i) {
    low = {std::min(low.x, landmarks[i].x), std::min(low.y, landmarks[i].y)};
    high = {std::max(high.x, landmarks[i].x), std::max(high.y, landmarks[i].y)};
  }
  const cv::Point2f pad(0.2F * frame.scale, 0.2F * frame.scale);
  const cv::Rect region =
      cv::Rect(cv::Point(low - pad), cv::Point(high + pad)) & cv::Rect(0, 0, rgb.cols, rgb.rows);
  if (region.width < 8 || region.height < 8) {
    return 0.6F;
  }
  cv::Mat gray;
  cv::cvtColor(rgb(region), gray, cv::COLOR_RGB2GRAY);
  cv::Mat fine;
  cv::Mat coarse;
  cv::GaussianBlur(gray, fine, {}, 1.0);
  cv::GaussianBlur(gray, coarse, {}, 3.0);
  const double detail = cv::norm(gray, fine, cv::NORM_L1);
  const double structure = std::max(cv::norm(gray, coarse, cv::NORM_L1), 1.0);
  return blur_from_detail(static_cast<float>(detail / structure));
}

StrapMake random_straps(const cv::Scalar& color, bool often_rare, Random& random) {
  StrapMake make;
  make.color = color;
  make.around_head = random.chance(0.12F);
  make.thickness = random.uniform(0.018F, 0.055F);
  if (!often_rare) {
    return make;
  }
  make.are_cloth = !make.around_head && random.chance(0.15F);
  if (make.are_cloth) {
    return make;
  }
  if (random.chance(0.3F)) {
    make.color = cv::Scalar::all(random.uniform(10.0F, 60.0F));
  }
  if (random.chance(0.2F)) {
    make.thickness = random.uniform(0.055F, 0.13F);
  }
  make.are_double = random.chance(0.12F);
  return make;
}

namespace {

// Draws the straps of one side into a CV_8UC1 image of the layer's area.
class StrapPen {
 public:
  StrapPen(cv::Mat& strap, cv::Point area, const FaceFrame& frame, const StrapMake& make)
      : strap_(strap),
        origin_(static_cast<float>(area.x), static_cast<float>(area.y)),
        frame_(frame),
        make_(make),
        thickness_(std::max(1, cvRound(frame.scale * make.thickness))) {}

  void draw(const cv::Point2f& from, const cv::Point2f& to, float sag) {
    if (!make_.are_double) {
      draw_strand(from, to, sag);
      return;
    }
    const cv::Point2f apart = frame_.y_axis * (1.2F * static_cast<float>(thickness_));
    draw_strand(from - apart, to, sag);
    draw_strand(from + apart, to, sag);
  }

  // Cloth between two corners of the mask that narrows to an end at the ear.
  void draw_cloth(const std::array<cv::Point2f, 4>& outline) {
    std::vector<cv::Point> corners;
    for (const cv::Point2f& corner : outline) {
      corners.push_back(fixed(corner));
    }
    cv::fillPoly(strap_, std::vector<std::vector<cv::Point>>{corners}, cv::Scalar(255), cv::LINE_AA,
                 shift_bits);
  }

 private:
  static constexpr int shift_bits = 4;

  cv::Point fixed(const cv::Point2f& p) const {
    constexpr float unit = 1 << shift_bits;
    return {cvRound((p.x - origin_.x) * unit), cvRound((p.y - origin_.y) * unit)};
  }

  void draw_strand(const cv::Point2f& from, const cv::Point2f& to, float sag) {
    const cv::Point2f bend = (from + to) * 0.5F + frame_.y_axis * sag;
    std::vector<cv::Point> path;
    for (int i = 0; i <= 8; ++i) {
      const float t = static_cast<float>(i) / 8.0F;
      path.push_back(fixed(from * ((1 - t) * (1 - t)) + bend * (2 * t * (1 - t)) + to * (t * t)));
    }
    cv::polylines(strap_, path, false, cv::Scalar(255), thickness_, cv::LINE_AA, shift_bits);
  }

  cv::Mat& strap_;
  cv::Point2f origin_;
  const FaceFrame& frame_;
  const StrapMake& make_;
  int thickness_;
};

}  // namespace

void draw_straps(MaskLayer& layer, const MaskSurface& surface, const LandmarkPoints& landmarks,
                 const FaceFrame& frame, const StrapMake& make, Random& random) {
  const float s = frame.scale;
  const std::array<cv::Point2f, 6> corners = surface.anchors();
  cv::Mat strap(layer.area.size(), CV_8UC1, cv::Scalar(0));
  StrapPen pen(strap, layer.area.tl(), frame, make);
  for (const bool left : {true, false}) {
    const float turn = left ? frame.yaw : -frame.yaw;
    // This ear is behind the head.
    if (turn < -0.30F) {
      continue;
    }
    const cv::Point2f outwards = left ? -frame.x_axis : frame.x_axis;
    const cv::Point2f upper = corners[left ? 0 : 2];
    const cv::Point2f lower = corners[left ? 3 : 5];
    const cv::Point2f temple = landmarks[left ? 0 : 16];
    const float reach = std::max(0.0F, 0.02F + 0.30F * turn) * s;
    const cv::Point2f ear = temple + outwards * reach;
    if (make.around_head) {
      pen.draw(upper, ear + outwards * (0.1F * s) - frame.y_axis * (0.5F * s), 0.0F);
      pen.draw(lower, landmarks[left ? 2 : 14] + outwards * (reach + 0.2F * s), 0.0F);
    } else if (make.are_cloth) {
      const cv::Point2f upper_end = ear + frame.y_axis * (random.uniform(0.0F, 0.2F) * s);
      const cv::Point2f lower_end = upper_end + frame.y_axis * (random.uniform(0.08F, 0.35F) * s);
      pen.draw_cloth({upper, upper_end, lower_end, lower});
    } else {
      pen.draw(upper, ear + frame.y_axis * (random.uniform(-0.02F, 0.22F) * s),
               random.uniform(-0.04F, 0.04F) * s);
      pen.draw(lower, ear + frame.y_axis * (random.uniform(0.30F, 0.55F) * s),
               random.uniform(-0.02F, 0.08F) * s);
    }
  }
  layer.color.setTo(make.color, layer.body == 0);
  cv::max(layer.body, strap, layer.alpha);
}

namespace {

// Darkening of the skin around the mask, CV_8UC1: contact shadow plus the shadow cast.
cv::Mat shadow_of(const cv::Mat& alpha, const FaceLight& light, const FaceFrame& frame,
                  Random& random) {
  // Computed at half the resolution: a shadow has no fine detail.
  cv::Mat small_alpha;
  cv::resize(alpha, small_alpha, {}, 0.5, 0.5, cv::INTER_AREA);
  const float reach = random.uniform(0.01F, 0.06F) * frame.scale * 0.5F;
  const cv::Matx23f shift(1.0F, 0.0F, -light.direction.x * reach, 0.0F, 1.0F,
                          -light.direction.y * reach);
  cv::Mat cast;
  cv::warpAffine(small_alpha, cast, shift, small_alpha.size());
  cv::GaussianBlur(
      cast, cast, {},
      std::max(0.6, static_cast<double>(random.uniform(0.015F, 0.07F) * frame.scale) * 0.5));
  cv::Mat shadow;
  cv::resize(cast, shadow, alpha.size(), 0.0, 0.0, cv::INTER_LINEAR);
  return shadow;
}

}  // namespace

void composite(MaskLayer& layer, const FaceLight& light, float blur, const FaceFrame& frame,
               cv::Mat& rgb, Random& random) {
  const double sigma = std::max(0.35, static_cast<double>(blur * random.uniform(0.7F, 1.15F)));
  cv::GaussianBlur(layer.color, layer.color, {}, sigma);
  cv::GaussianBlur(layer.body, layer.body, {}, std::max(0.5, sigma));
  cv::GaussianBlur(layer.alpha, layer.alpha, {}, std::max(0.5, sigma));
  cv::max(layer.alpha, layer.body, layer.alpha);
  const cv::Mat shadow = shadow_of(layer.alpha, light, frame, random);

  const float shadow_strength = random.uniform(0.08F, 0.50F) / 255.0F;
  const float follow = random.uniform(0.45F, 1.0F);
  const float brightness = random.uniform(0.88F, 1.10F);
  cv::Mat target = rgb(layer.area);
  for (int y = 0; y < target.rows; ++y) {
    auto* out = target.ptr<cv::Vec3b>(y);
    const auto* color = layer.color.ptr<cv::Vec3b>(y);
    const auto* alpha = layer.alpha.ptr<std::uint8_t>(y);
    const auto* dark = shadow.ptr<std::uint8_t>(y);
    const auto* gain = light.gain.ptr<float>(y);
    for (int x = 0; x < target.cols; ++x) {
      if (alpha[x] == 0 && dark[x] == 0) {
        continue;
      }
      const float a = static_cast<float>(alpha[x]) / 255.0F;
      const float lit = brightness * (1.0F + follow * (gain[x] - 1.0F));
      const float skin = 1.0F - shadow_strength * static_cast<float>(dark[x]);
      for (int c = 0; c < 3; ++c) {
        const float mask_value = static_cast<float>(color[x][c]) * light.exposure[c] * lit;
        // Soft clipping keeps folds visible on bright cloth.
        const float soft =
            mask_value < 200.0F ? mask_value : 255.0F - 3025.0F / (mask_value - 145.0F);
        const float value = static_cast<float>(out[x][c]) * skin * (1.0F - a) + soft * a;
        out[x][c] = static_cast<std::uint8_t>(std::clamp(value + 0.5F, 0.0F, 255.0F));
      }
    }
  }
}

void degrade(cv::Mat& rgb, Random& random) {
  if (random.chance(0.3F)) {
    const int spread = random.integer(1, 7);
    cv::Mat noise(rgb.size(), CV_8UC3);
    cv::RNG generator(random.bits());
    generator.fill(noise, cv::RNG::UNIFORM, 0, 2 * spread + 1);
    cv::add(rgb, noise, rgb);
    cv::subtract(rgb, cv::Scalar::all(spread), rgb);
  }
  if (random.chance(0.7F)) {
    cv::Mat bgr;
    cv::cvtColor(rgb, bgr, cv::COLOR_RGB2BGR);
    std::vector<std::uint8_t> bytes;
    cv::imencode(".jpg", bgr, bytes, {cv::IMWRITE_JPEG_QUALITY, random.integer(40, 95)});
    cv::imdecode(bytes, cv::IMREAD_COLOR, &bgr);
    cv::cvtColor(bgr, rgb, cv::COLOR_BGR2RGB);
  }
}

}  // namespace demask::synthesis
