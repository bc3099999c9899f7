// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <string>
#include <vector>

#include "synthesis/fabric.hpp"

namespace demask::synthesis {
namespace {

constexpr int shift_bits = 4;
constexpr float shift_unit = 1 << shift_bits;

cv::Point fixed(const cv::Point2f& p) {
  return {cvRound(p.x * shift_unit), cvRound(p.y * shift_unit)};
}

void fill_circle(cv::Mat& canvas, const cv::Point2f& center, float radius,
                 const cv::Scalar& color) {
  cv::circle(canvas, fixed(center), cvRound(radius * shift_unit), color, cv::FILLED, cv::LINE_AA,
             shift_bits);
}

void fill_polygon(cv::Mat& canvas, const std::vector<cv::Point2f>& points,
                  const cv::Scalar& color) {
  std::vector<cv::Point> corners;
  corners.reserve(points.size());
  for (const cv::Point2f& p : points) {
    corners.push_back(fixed(p));
  }
  cv::fillPoly(canvas, std::vector<std::vector<cv::Point>>{corners}, color, cv::LINE_AA,
               shift_bits);
}

cv::Scalar random_color(Random& random) {
  const float level = random.uniform(0.0F, 1.0F);
  if (random.chance(0.35F)) {
    const double gray = random.chance(0.6F) ? 255.0 - 40.0 * level : 40.0 * level;
    return cv::Scalar::all(gray);
  }
  const float hue = random.uniform(0.0F, 6.0F);
  const float value = random.uniform(90.0F, 255.0F);
  const float saturation = random.uniform(0.3F, 0.95F);
  const auto channel = [&](float offset) {
    const float k = std::fmod(offset + hue, 6.0F);
    return static_cast<double>(value *
                               (1.0F - saturation * std::clamp(std::min(k, 4.0F - k), 0.0F, 1.0F)));
  };
  return {channel(5.0F), channel(3.0F), channel(1.0F)};
}

std::vector<cv::Scalar> random_palette(Random& random) {
  std::vector<cv::Scalar> palette(static_cast<std::size_t>(random.integer(1, 4)));
  for (cv::Scalar& color : palette) {
    color = random_color(random);
  }
  return palette;
}

// Draws sets of bands across the canvas with the given opacity.
void draw_bands(cv::Mat& canvas, float angle, float period, float share, float opacity,
                const cv::Scalar& color) {
  cv::Mat layer = opacity < 0.99F ? canvas.clone() : canvas;
  const cv::Point2f across(std::cos(angle), std::sin(angle));
  const cv::Point2f along(-across.y, across.x);
  const cv::Point2f center(static_cast<float>(canvas.cols) * 0.5F,
                           static_cast<float>(canvas.rows) * 0.5F);
  const float reach = std::hypot(center.x, center.y);
  const float half = 0.5F * period * share;
  for (float d = -reach; d < reach; d += period) {
    const cv::Point2f middle = center + across * d;
    fill_polygon(layer,
                 {middle - across * half - along * reach, middle + across * half - along * reach,
                  middle + across * half + along * reach, middle - across * half + along * reach},
                 color);
  }
  if (opacity < 0.99F) {
    cv::addWeighted(layer, opacity, canvas, 1.0 - opacity, 0.0, canvas);
  }
}

void draw_stripes(cv::Mat& canvas, float unit, Random& random) {
  static constexpr std::array<float, 4> angles{0.0F, 1.5708F, 0.7854F, -0.7854F};
  const float angle = random.pick(angles) + random.normal(0.0F, 0.03F);
  const float period = unit * random.uniform(0.05F, 0.2F);
  for (const cv::Scalar& color : random_palette(random)) {
    draw_bands(canvas, angle, period * static_cast<float>(random.integer(1, 2)),
               random.uniform(0.15F, 0.6F), 1.0F, color);
  }
}

void draw_plaid(cv::Mat& canvas, float unit, Random& random) {
  const float period = unit * random.uniform(0.05F, 0.25F);
  const float tilt = random.chance(0.2F) ? 0.7854F : random.normal(0.0F, 0.03F);
  for (const cv::Scalar& color : random_palette(random)) {
    const float share = random.uniform(0.1F, 0.5F);
    draw_bands(canvas, tilt, period, share, 0.5F, color);
    draw_bands(canvas, tilt + 1.5708F, period, share, 0.5F, color);
  }
}

using Motif = void (*)(cv::Mat&, const cv::Point2f&, float, const std::vector<cv::Scalar>&,
                       Random&);

void dot_motif(cv::Mat& canvas, const cv::Point2f& center, float radius,
               const std::vector<cv::Scalar>& palette, Random& random) {
  fill_circle(canvas, center, radius, random.pick(palette));
}

void flower_motif(cv::Mat& canvas, const cv::Point2f& center, float radius,
                  const std::vector<cv::Scalar>& palette, Random& random) {
  const cv::Scalar petal = random.pick(palette);
  const int petals = random.integer(4, 6);
  const float phase = random.uniform(0.0F, 6.28F);
  for (int i = 0; i < petals; ++i) {
    const float angle = phase + 6.2832F * static_cast<float>(i) / static_cast<float>(petals);
    fill_circle(canvas, center + cv::Point2f(std::cos(angle), std::sin(angle)) * (0.6F * radius),
                0.45F * radius, petal);
  }
  fill_circle(canvas, center, 0.3F * radius, palette.front());
}

void star_motif(cv::Mat& canvas, const cv::Point2f& center, float radius,
                const std::vector<cv::Scalar>& palette, Random& random) {
  const int corners = random.integer(3, 6);
  const float depth = random.uniform(0.35F, 1.0F);
  const float phase = random.uniform(0.0F, 6.28F);
  std::vector<cv::Point2f> points;
  for (int i = 0; i < 2 * corners; ++i) {
    const float angle = phase + 3.14159F * static_cast<float>(i) / static_cast<float>(corners);
    const float r = i % 2 == 0 ? radius : radius * depth;
    points.push_back(center + cv::Point2f(std::cos(angle), std::sin(angle)) * r);
  }
  fill_polygon(canvas, points, random.pick(palette));
}

void leaf_motif(cv::Mat& canvas, const cv::Point2f& center, float radius,
                const std::vector<cv::Scalar>& palette, Random& random) {
  const cv::Size axes(cvRound(radius * shift_unit),
                      cvRound(radius * random.uniform(0.25F, 0.6F) * shift_unit));
  cv::ellipse(canvas, fixed(center), axes, random.uniform(0.0F, 360.0F), 0.0, 360.0,
              random.pick(palette), cv::FILLED, cv::LINE_AA, shift_bits);
}

void ring_motif(cv::Mat& canvas, const cv::Point2f& center, float radius,
                const std::vector<cv::Scalar>& palette, Random& random) {
  const cv::Size axes(cvRound(radius * shift_unit),
                      cvRound(radius * random.uniform(0.6F, 1.0F) * shift_unit));
  const double start = random.uniform(0.0F, 360.0F);
  cv::ellipse(canvas, fixed(center), axes, random.uniform(0.0F, 360.0F), start,
              start + random.uniform(180.0F, 360.0F), random.pick(palette),
              std::max(1, cvRound(0.4F * radius)), cv::LINE_AA, shift_bits);
}

void letter_motif(cv::Mat& canvas, const cv::Point2f& center, float radius,
                  const std::vector<cv::Scalar>& palette, Random& random) {
  const std::string letter(1, static_cast<char>('A' + random.integer(0, 25)));
  cv::putText(canvas, letter, cv::Point2f(center.x - radius * 0.7F, center.y + radius * 0.7F),
              random.chance(0.5F) ? cv::FONT_HERSHEY_DUPLEX : cv::FONT_HERSHEY_SIMPLEX,
              static_cast<double>(radius) * 0.07, random.pick(palette),
              std::max(1, cvRound(0.2F * radius)), cv::LINE_AA);
}

constexpr std::array<Motif, 6> motifs{dot_motif,  flower_motif, star_motif,
                                      leaf_motif, ring_motif,   letter_motif};

// A motif repeated on a staggered grid, or scattered.
void draw_repeat(cv::Mat& canvas, float unit, Random& random) {
  const Motif motif = motifs[random.weighted({0.30F, 0.28F, 0.16F, 0.12F, 0.10F, 0.04F})];
  const std::vector<cv::Scalar> palette = random_palette(random);
  const float pitch = unit * random.uniform(0.05F, 0.22F);
  const float radius = pitch * random.uniform(0.2F, 0.55F);
  const float scatter = random.chance(0.5F) ? 0.0F : random.uniform(0.1F, 0.5F) * pitch;
  const auto height = static_cast<float>(canvas.rows);
  const auto width = static_cast<float>(canvas.cols);
  bool odd = false;
  for (float y = 0.0F; y < height + pitch; y += pitch, odd = !odd) {
    for (float x = odd ? 0.5F * pitch : 0.0F; x < width + pitch; x += pitch) {
      const cv::Point2f jitter(random.uniform(-scatter, scatter),
                               random.uniform(-scatter, scatter));
      const float size = scatter > 0.0F ? radius * random.uniform(0.5F, 1.3F) : radius;
      motif(canvas, cv::Point2f(x, y) + jitter, size, palette, random);
    }
  }
}

// Smooth noise, CV_8UC1, spread over the full range.
cv::Mat smooth_noise(cv::Size size, float cell, Random& random) {
  const cv::Size coarse(std::max(3, cvRound(static_cast<float>(size.width) / cell)),
                        std::max(3, cvRound(static_cast<float>(size.height) / cell)));
  cv::Mat noise(coarse, CV_8UC1);
  cv::RNG generator(random.bits());
  generator.fill(noise, cv::RNG::UNIFORM, 0, 256);
  cv::Mat smooth;
  cv::resize(noise, smooth, size, 0.0, 0.0, cv::INTER_CUBIC);
  return smooth;
}

// Camouflage and blotches: noise cut into flat patches.
void draw_patches(cv::Mat& canvas, float unit, Random& random) {
  for (const cv::Scalar& color : random_palette(random)) {
    const cv::Mat noise = smooth_noise(canvas.size(), unit * random.uniform(0.03F, 0.14F), random);
    canvas.setTo(color, noise > random.integer(135, 180));
  }
}

// Colors running into each other, as on dyed cloth or a photo print.
void draw_gradients(cv::Mat& canvas, float unit, Random& random) {
  const cv::Mat weight = smooth_noise(canvas.size(), unit * random.uniform(0.1F, 0.5F), random);
  const cv::Scalar color = random_color(random);
  for (int y = 0; y < canvas.rows; ++y) {
    auto* row = canvas.ptr<cv::Vec3b>(y);
    const auto* w = weight.ptr<std::uint8_t>(y);
    for (int x = 0; x < canvas.cols; ++x) {
      for (int c = 0; c < 3; ++c) {
        row[x][c] = static_cast<std::uint8_t>(
            (row[x][c] * (255 - w[x]) + static_cast<int>(color[c]) * w[x]) / 255);
      }
    }
  }
}

void draw_writing(cv::Mat& canvas, const cv::Point2f& center, float unit, Random& random) {
  const cv::Scalar color = random_color(random);
  const int lines = random.integer(1, 3);
  const float height = unit * random.uniform(0.04F, 0.10F);
  for (int line = 0; line < lines; ++line) {
    std::string text;
    for (int n = random.integer(2, 8); n > 0; --n) {
      text += static_cast<char>((random.chance(0.8F) ? 'A' : 'a') + random.integer(0, 25));
    }
    const double scale = static_cast<double>(height) / 22.0;
    const int thickness = std::max(1, cvRound(height * random.uniform(0.08F, 0.2F)));
    const cv::Size extent =
        cv::getTextSize(text, cv::FONT_HERSHEY_DUPLEX, scale, thickness, nullptr);
    const cv::Point2f origin(center.x - 0.5F * static_cast<float>(extent.width),
                             center.y + 1.4F * height * static_cast<float>(line));
    cv::putText(canvas, text, origin, cv::FONT_HERSHEY_DUPLEX, scale, color, thickness,
                cv::LINE_AA);
  }
}

// One emblem or a few words, on a side or in the middle.
void draw_logo(cv::Mat& canvas, float unit, Random& random) {
  const cv::Point2f center(static_cast<float>(canvas.cols) * random.uniform(0.2F, 0.8F),
                           static_cast<float>(canvas.rows) * random.uniform(0.3F, 0.7F));
  const std::vector<cv::Scalar> palette = random_palette(random);
  if (random.chance(0.6F)) {
    const float radius = unit * random.uniform(0.05F, 0.18F);
    motifs[random.weighted({0.25F, 0.15F, 0.25F, 0.2F, 0.15F})](canvas, center, radius, palette,
                                                                random);
    if (random.chance(0.5F)) {
      dot_motif(canvas, center, 0.5F * radius, palette, random);
    }
  }
  if (random.chance(0.6F)) {
    draw_writing(canvas, center, unit, random);
  }
}

// A drawn mouth or muzzle, as on novelty masks.
void draw_grin(cv::Mat& canvas, float unit, Random& random) {
  const cv::Point2f center(static_cast<float>(canvas.cols) * random.uniform(0.45F, 0.55F),
                           static_cast<float>(canvas.rows) * random.uniform(0.4F, 0.65F));
  const cv::Scalar lips = random_color(random);
  const float width = unit * random.uniform(0.12F, 0.3F);
  const float height = width * random.uniform(0.15F, 0.6F);
  const cv::Size axes(cvRound(width * shift_unit), cvRound(height * shift_unit));
  const double start = random.chance(0.6F) ? 0.0 : random.chance(0.5F) ? 180.0 : -180.0;
  const double end = start < 0.0 ? 180.0 : start + 180.0;
  cv::ellipse(canvas, fixed(center), axes, 0.0, start, end, lips, cv::FILLED, cv::LINE_AA,
              shift_bits);
  if (random.chance(0.6F)) {
    const cv::Size inner(cvRound(0.85F * width * shift_unit), cvRound(0.6F * height * shift_unit));
    cv::ellipse(canvas, fixed(center), inner, 0.0, start, end, random_color(random), cv::FILLED,
                cv::LINE_AA, shift_bits);
  }
  if (random.chance(0.4F)) {
    for (const float side : {-1.0F, 1.0F}) {
      fill_circle(canvas, center + cv::Point2f(side * width * 1.4F, -0.4F * height), unit * 0.06F,
                  lips);
    }
  }
}

// Two pieces of cloth sewn together.
void draw_panels(cv::Mat& canvas, Random& random) {
  const cv::Scalar color = random_color(random);
  const cv::Rect whole(0, 0, canvas.cols, canvas.rows);
  if (random.chance(0.5F)) {
    const int height = cvRound(static_cast<float>(canvas.rows) * random.uniform(0.2F, 0.5F));
    canvas(cv::Rect(0, random.chance(0.5F) ? 0 : canvas.rows - height, canvas.cols, height))
        .setTo(color);
  } else {
    const int width = cvRound(static_cast<float>(canvas.cols) * random.uniform(0.12F, 0.3F));
    canvas(cv::Rect(0, 0, width, canvas.rows) & whole).setTo(color);
    canvas(cv::Rect(canvas.cols - width, 0, width, canvas.rows) & whole).setTo(color);
  }
}

}  // namespace

void draw_print(cv::Mat& canvas, Random& random) {
  const auto unit = static_cast<float>(canvas.cols);
  switch (random.weighted({0.12F, 0.13F, 0.30F, 0.13F, 0.08F, 0.14F, 0.05F, 0.05F})) {
    case 0:
      draw_stripes(canvas, unit, random);
      break;
    case 1:
      draw_plaid(canvas, unit, random);
      break;
    case 2:
      draw_repeat(canvas, unit, random);
      break;
    case 3:
      draw_patches(canvas, unit, random);
      break;
    case 4:
      draw_gradients(canvas, unit, random);
      break;
    case 5:
      draw_logo(canvas, unit, random);
      break;
    case 6:
      draw_grin(canvas, unit, random);
      break;
    default:
      draw_panels(canvas, random);
      break;
  }
  if (random.chance(0.15F)) {
    draw_logo(canvas, unit, random);
  }
}

void lay_cloth(const cv::Mat& cloth, cv::Mat& canvas, Random& random) {
  // A mask is as wide as a hand: shrink the swatch so that its motifs keep a natural size.
  const float zoom = random.uniform(0.8F, 2.6F) * static_cast<float>(cloth.cols) /
                     static_cast<float>(canvas.cols) * 0.6F;
  const float angle =
      random.chance(0.7F) ? random.normal(0.0F, 0.06F) : random.uniform(-3.14F, 3.14F);
  const float c = std::cos(angle) * zoom;
  const float s = std::sin(angle) * zoom;
  const cv::Matx23f map(c, -s, random.uniform(0.0F, static_cast<float>(cloth.cols)), s, c,
                        random.uniform(0.0F, static_cast<float>(cloth.rows)));
  cv::Mat source = cloth;
  if (zoom > 1.3F) {
    cv::resize(cloth, source, {}, 1.0 / zoom, 1.0 / zoom, cv::INTER_AREA);
  }
  cv::Matx23f scaled = map;
  if (zoom > 1.3F) {
    scaled = map * (1.0F / zoom);
  }
  cv::warpAffine(source, canvas, scaled, canvas.size(), cv::INTER_LINEAR | cv::WARP_INVERSE_MAP,
                 cv::BORDER_REFLECT);
  if (random.chance(0.4F)) {
    // Swapped channels turn 27 swatches into many more colorings.
    static constexpr std::array<std::array<int, 6>, 3> orders{std::array<int, 6>{0, 2, 1, 1, 2, 0},
                                                              std::array<int, 6>{0, 1, 1, 0, 2, 2},
                                                              std::array<int, 6>{0, 0, 1, 2, 2, 1}};
    cv::Mat swapped(canvas.size(), canvas.type());
    cv::mixChannels(&canvas, 1, &swapped, 1, random.pick(orders).data(), 3);
    canvas = swapped;
  }
}

}  // namespace demask::synthesis
