#include "synthesis/fabric.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace demask::synthesis {
namespace {

struct WeightedColour {
  float weight;
  std::array<float, 3> rgb;
};

template <std::size_t N>
cv::Scalar pick_colour(const std::array<WeightedColour, N>& table, Random& random) {
  std::array<float, N> weights{};
  for (std::size_t i = 0; i < N; ++i) weights[i] = table[i].weight;
  const std::array<float, 3>& rgb = table[random.weighted(weights.begin(), weights.end())].rgb;
  const float level = random.normal(0.0F, 9.0F);
  cv::Scalar colour;
  for (int c = 0; c < 3; ++c) {
    const float value = rgb[static_cast<std::size_t>(c)] + level + random.normal(0.0F, 6.0F);
    colour[c] = std::clamp(value, 4.0F, 252.0F);
  }
  return colour;
}

constexpr std::array<WeightedColour, 12> surgical_colours{{
    {0.24F, {135, 186, 222}},  // blue
    {0.15F, {176, 214, 233}},  // pale blue
    {0.09F, {150, 208, 205}},  // turquoise
    {0.24F, {232, 234, 236}},  // white
    {0.09F, {34, 34, 37}},     // black
    {0.05F, {160, 208, 172}},  // green
    {0.04F, {235, 180, 190}},  // pink
    {0.03F, {226, 120, 52}},   // orange
    {0.02F, {110, 40, 48}},    // burgundy
    {0.02F, {150, 150, 155}},  // grey
    {0.02F, {190, 170, 215}},  // lilac
    {0.01F, {225, 200, 175}},  // beige
}};

constexpr std::array<WeightedColour, 12> cloth_colours{{
    {0.30F, {28, 28, 30}},     // black
    {0.14F, {230, 230, 230}},  // white
    {0.10F, {40, 48, 84}},     // navy
    {0.09F, {128, 130, 134}},  // grey
    {0.07F, {170, 30, 40}},    // red
    {0.05F, {60, 100, 170}},   // blue
    {0.04F, {60, 92, 66}},     // green
    {0.04F, {232, 170, 180}},  // pink
    {0.03F, {226, 190, 60}},   // yellow
    {0.05F, {214, 176, 148}},  // light skin
    {0.04F, {160, 112, 84}},   // tan
    {0.05F, {92, 62, 50}},     // brown
}};

constexpr std::array<WeightedColour, 6> respirator_colours{{
    {0.70F, {236, 236, 233}},
    {0.13F, {36, 36, 38}},
    {0.06F, {168, 172, 178}},
    {0.04F, {236, 192, 200}},
    {0.04F, {150, 190, 220}},
    {0.03F, {220, 196, 170}},
}};

/// Any colour at all, so that no tone is beyond what a network has seen on a mask.
cv::Scalar any_colour(Random& random) {
  const float level = random.uniform(10.0F, 250.0F);
  const float spread = random.uniform(0.0F, 90.0F);
  cv::Scalar colour;
  for (int c = 0; c < 3; ++c) {
    colour[c] = std::clamp(level + random.uniform(-spread, spread), 4.0F, 252.0F);
  }
  return colour;
}

/// Height of the surface over the flat cloth, in pixels; blurred strokes stand for folds.
class Relief {
 public:
  explicit Relief(cv::Size size)
      : sharp_(size, CV_32FC1, cv::Scalar(0.0)),
        soft_(cv::Size((size.width + 3) / 4, (size.height + 3) / 4), CV_32FC1, cv::Scalar(0.0)) {}

  /// A fold with a crisp crest; ends in surface coordinates.
  void crease(cv::Point2f from, cv::Point2f to, float width, float height) {
    cv::line(sharp_, to_pixel(from, sharp_), to_pixel(to, sharp_), cv::Scalar(height),
             std::max(1, cvRound(width)), cv::LINE_AA);
  }

  /// A wide fold, bent through a middle point.
  void swell(cv::Point2f from, cv::Point2f middle, cv::Point2f to, float width, float height) {
    cv::Mat stroke(soft_.size(), CV_32FC1, cv::Scalar(0.0));
    const int thickness = std::max(1, cvRound(width * 0.25F));
    const std::vector<cv::Point> path{to_pixel(from, soft_), to_pixel(middle, soft_),
                                      to_pixel(to, soft_)};
    cv::polylines(stroke, path, false, cv::Scalar(height), thickness, cv::LINE_8);
    soft_ += stroke;
  }

  /// CV_32FC1, full size.
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

/// Random pulls of the cloth: towards the ear loops, around the nose, and just anywhere.
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

/// The nose lifts the cloth along the middle of the upper half.
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

/// Brightness of surface over flat cloth for light from `light`, by the height's slope.
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

/// The large form: a cylinder around the face, a tent (ffp2) or a dome (cup).
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

/// Pleats: a shadow under each folded edge, brightening down to the next one.
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

/// A band along a rim with a stitched or welded line, drawn as a change of brightness.
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

/// Yarn: fine noise, drawn out along a random direction.
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

void multiply_into(const cv::Mat& shade, cv::Mat& colour) {
  for (int y = 0; y < colour.rows; ++y) {
    const auto* factor = shade.ptr<float>(y);
    auto* row = colour.ptr<cv::Vec3b>(y);
    for (int x = 0; x < colour.cols; ++x) {
      for (int c = 0; c < 3; ++c) {
        // Even black cloth scatters some light: folds must show on it.
        const float value = (static_cast<float>(row[x][c]) + 6.0F) * factor[x] - 4.0F;
        row[x][c] = static_cast<std::uint8_t>(std::clamp(value, 0.0F, 255.0F));
      }
    }
  }
}

void draw_valve(cv::Mat& colour, Random& random) {
  const auto width = static_cast<float>(colour.cols);
  const float side =
      random.chance(0.5F) ? 0.5F : 0.5F + random.sign() * random.uniform(0.12F, 0.22F);
  const cv::Point centre(cvRound(side * width),
                         cvRound(static_cast<float>(colour.rows) * random.uniform(0.45F, 0.65F)));
  const int radius = cvRound(width * random.uniform(0.06F, 0.10F));
  const double level =
      random.chance(0.7F) ? random.uniform(200.0F, 245.0F) : random.uniform(30.0F, 120.0F);
  cv::circle(colour, centre, radius, cv::Scalar::all(level * 0.7), cv::FILLED, cv::LINE_AA);
  cv::circle(colour, centre, cvRound(0.88F * static_cast<float>(radius)), cv::Scalar::all(level),
             cv::FILLED, cv::LINE_AA);
  for (int i = -1; i <= 1; ++i) {
    const int y = centre.y + i * radius / 2;
    cv::line(colour, {centre.x - radius / 2, y}, {centre.x + radius / 2, y},
             cv::Scalar::all(level * 0.6), std::max(1, radius / 8), cv::LINE_AA);
  }
}

void draw_nose_clip(cv::Mat& colour, Random& random) {
  const double level = random.uniform(0.7F, 1.15F);
  const auto width = static_cast<float>(colour.cols);
  const int half = cvRound(width * random.uniform(0.08F, 0.18F));
  const int height = std::max(2, cvRound(static_cast<float>(colour.rows) * 0.035F));
  const int top = cvRound(static_cast<float>(colour.rows) * random.uniform(0.03F, 0.08F));
  cv::Mat clip = colour(cv::Rect(colour.cols / 2 - half, top, 2 * half, height));
  clip.convertTo(clip, -1, level, 0.0);
}

/// Strips of one colour along both sides, the upper and lower rim, or all of them.
void sew_hem(cv::Mat& colour, const cv::Scalar& hem, Random& random) {
  const bool all = random.chance(0.3F);
  const bool sides = all || random.chance(0.6F);
  const cv::Size hole(
      cvRound(static_cast<float>(colour.cols) * (1.0F - (sides ? random.uniform(0.06F, 0.3F) : 0))),
      cvRound(static_cast<float>(colour.rows) *
              (1.0F - (all || !sides ? random.uniform(0.06F, 0.25F) : 0))));
  cv::Mat band(colour.size(), CV_8UC1, cv::Scalar(255));
  band(cv::Rect({(colour.cols - hole.width) / 2, (colour.rows - hole.height) / 2}, hole)) = 0;
  colour.setTo(hem, band);
}

/// Print, plain colour or photographed cloth, before any shading.
cv::Mat base_cloth(Cut cut, cv::Size size, const std::vector<cv::Mat>& cloths, Random& random) {
  cv::Mat colour(size, CV_8UC3, random_mask_colour(cut, random));
  const float printed = cut == Cut::cloth ? 0.55F : cut == Cut::surgical ? 0.12F : 0.08F;
  if (!random.chance(printed)) return colour;
  if (!cloths.empty() && cut == Cut::cloth && random.chance(0.4F)) {
    lay_cloth(random.pick(cloths), colour, random);
  } else {
    draw_print(colour, random);
  }
  return colour;
}

}  // namespace

cv::Scalar random_mask_colour(Cut cut, Random& random) {
  if (random.chance(0.12F)) return any_colour(random);
  switch (cut) {
    case Cut::surgical:
      return pick_colour(surgical_colours, random);
    case Cut::cloth:
      return pick_colour(cloth_colours, random);
    case Cut::ffp2:
    case Cut::cup:
      return pick_colour(respirator_colours, random);
  }
  return any_colour(random);
}

cv::Scalar random_hem_colour(const cv::Mat& rgb, const cv::Mat& mask, Random& random) {
  if (random.chance(0.4F)) return random_mask_colour(Cut::cloth, random);
  const cv::Rect body = cv::boundingRect(mask);
  const int reach = std::max(2, body.width / 6);
  cv::Mat around;
  cv::dilate(mask, around,
             cv::getStructuringElement(cv::MORPH_RECT, {2 * reach + 1, 2 * reach + 1}));
  around.setTo(0, mask);
  cv::Scalar colour = cv::mean(rgb, around);
  const double level = random.uniform(0.75F, 1.25F);
  for (int c = 0; c < 3; ++c) colour[c] = colour[c] * level + random.normal(0.0F, 14.0F);
  return colour;
}

Fabric paint_fabric(Cut cut, cv::Size size, cv::Point2f light, const std::vector<cv::Mat>& cloths,
                    const std::optional<cv::Scalar>& hem, Random& random) {
  const auto unit = static_cast<float>(size.width);
  Fabric fabric;
  fabric.colour = base_cloth(cut, size, cloths, random);
  if (hem) sew_hem(fabric.colour, *hem, random);
  const cv::Scalar middle = cv::mean(fabric.colour);
  fabric.strap = random.chance(0.55F) ? cv::Scalar::all(random.uniform(190.0F, 245.0F)) : middle;
  if (random.chance(0.2F)) fabric.strap = cv::Scalar::all(random.uniform(15.0F, 60.0F));

  Relief relief(size);
  if (cut != Cut::cup) add_folds(relief, unit, random);
  if (cut != Cut::cup && cut != Cut::ffp2) add_nose(relief, unit, random);
  const bool ridge = cut == Cut::ffp2 || (cut == Cut::cloth && random.chance(0.45F));
  if (ridge) add_ridge(relief, unit, random);
  cv::Mat shade =
      shade_of(relief.height(unit * 0.007F, unit * random.uniform(0.02F, 0.035F)), light);
  if (cut == Cut::surgical || (cut == Cut::cloth && random.chance(0.25F))) {
    apply_pleats(shade, random);
  }
  if (ridge) apply_seam(shade, random);
  apply_form(shade, cut, light, random);
  if (cut != Cut::cup || random.chance(0.5F)) apply_hems(shade, cut, random);
  apply_weave(shade, random);

  const bool respirator = cut == Cut::ffp2 || cut == Cut::cup;
  if (respirator && random.chance(0.25F)) draw_valve(fabric.colour, random);
  if (respirator ? random.chance(0.4F) : random.chance(0.1F)) draw_nose_clip(fabric.colour, random);
  multiply_into(shade, fabric.colour);
  return fabric;
}

}  // namespace demask::synthesis
