// SPDX-License-Identifier: Apache-2.0
#include "synthesis/mask_shape.hpp"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <stdexcept>

namespace demask::synthesis {
namespace {

constexpr std::array<float, 7> rim_nodes{0.0F, 0.22F, 0.40F, 0.5F, 0.60F, 0.78F, 1.0F};

cv::Point2f lerp(const cv::Point2f& a, const cv::Point2f& b, float t) { return a + (b - a) * t; }

cv::Point2f mean(const LandmarkPoints& landmarks, std::size_t first, std::size_t last) {
  cv::Point2f sum;
  for (std::size_t i = first; i <= last; ++i) {
    sum += landmarks[i];
  }
  return sum * (1.0F / static_cast<float>(last - first + 1));
}

float length(const cv::Point2f& p) { return std::hypot(p.x, p.y); }

// Point on the polyline through consecutive landmarks, from `first`, at a fractional index.
cv::Point2f polyline_at(const LandmarkPoints& landmarks, std::size_t first, std::size_t last,
                        float position) {
  const float limit = static_cast<float>(last - first);
  const float clamped = std::clamp(position, 0.0F, limit);
  const auto index = std::min(static_cast<std::size_t>(clamped), last - first - 1);
  return lerp(landmarks[first + index], landmarks[first + index + 1],
              position - static_cast<float>(index));
}

// The jaw at 0 (ear) ... 8 (chin), on the image's left or right side.
cv::Point2f jaw_at(const LandmarkPoints& landmarks, bool left, float position) {
  return polyline_at(landmarks, 0, 16, left ? position : 16.0F - position);
}

}  // namespace

bool is_respirator(Cut cut) { return cut == Cut::ffp2 || cut == Cut::cup; }

FaceFrame face_frame(const LandmarkPoints& landmarks) {
  for (const cv::Point2f& point : landmarks) {
    if (!std::isfinite(point.x) || !std::isfinite(point.y)) {
      throw std::invalid_argument("landmarks: a coordinate is not finite; leave this face out");
    }
  }
  const cv::Point2f left_eye = mean(landmarks, 36, 41);
  const cv::Point2f right_eye = mean(landmarks, 42, 47);
  const cv::Point2f eye_line = landmarks[45] - landmarks[36];
  const float eye_distance = length(right_eye - left_eye);
  if (length(eye_line) < 2.0F || eye_distance < 1.0F) {
    throw std::invalid_argument("landmarks: the eyes coincide; give 68 points in pixels");
  }
  FaceFrame frame{};
  frame.x_axis = eye_line * (1.0F / length(eye_line));
  frame.y_axis = {-frame.x_axis.y, frame.x_axis.x};
  frame.eyes = (left_eye + right_eye) * 0.5F;
  // The eyes appear closer together when the head turns; the distance to the chin does not change.
  frame.scale = std::max(eye_distance, (landmarks[8] - frame.eyes).dot(frame.y_axis) / 1.95F);
  const float width = (landmarks[14] - landmarks[2]).dot(frame.x_axis);
  const float nose = (landmarks[30] - landmarks[2]).dot(frame.x_axis);
  frame.yaw = width > 1.0F ? std::clamp(2.0F * nose / width - 1.0F, -1.0F, 1.0F) : 0.0F;
  return frame;
}

Wear random_wear(Cut cut, bool often_rare, Random& random) {
  static constexpr std::array<Wear, 4> wears{Wear::bridge, Wear::low_nose, Wear::under_nose,
                                             Wear::chin};
  if (often_rare) {
    return wears[random.weighted({0.50F, 0.16F, 0.19F, 0.15F})];
  }
  if (is_respirator(cut)) {
    return wears[random.weighted({0.85F, 0.10F, 0.04F, 0.01F})];
  }
  return wears[random.weighted({0.68F, 0.16F, 0.14F, 0.025F})];
}

// A mask of one cut on one face.
struct MaskSurface::Fit {
  const LandmarkPoints& landmarks;
  const FaceFrame& frame;
  Cut cut;
  Wear wear;
};

// The course of the upper rim. Lengths are in pixels.
struct MaskSurface::UpperRim {
  cv::Point2f middle;
  float drop;   // How far the rim beside the nose lies below the line from middle to corner.
  float inset;  // Position of the corners as a fraction of the way from the jaw to the nose tip.
  float sag;    // How far the rim on the cheeks lies below the line from middle to corner.
};

// The course of the lower rim. Margins are in pixels, outward from the outline of the face.
struct MaskSurface::LowerRim {
  float jaw;    // Jaw position (0 ... 8) of the corners.
  float inset;  // Position of the corners as a fraction of the way from the jaw to the lower lip.
  float jaw_margin;
  float chin_margin;
};

MaskSurface::MaskSurface(const LandmarkPoints& landmarks, const FaceFrame& frame, Cut cut,
                         Wear wear, Random& random) {
  const Fit fit{landmarks, frame, cut, wear};
  place_upper_rim(fit, random);
  place_lower_rim(fit, random);
  jitter(frame, random);
  place_relief(fit, random);
}

void MaskSurface::place_upper_rim(const Fit& fit, Random& random) {
  UpperRim rim{};
  draw_upper_middle(fit, random, rim);
  rim.inset = draw_upper_inset(fit.cut, random);
  rim.sag = draw_upper_sag(fit, random);
  for (const bool left : {true, false}) {
    place_upper_side(fit, rim, left);
  }
  upper_[3] = rim.middle;
}

void MaskSurface::draw_upper_middle(const Fit& fit, Random& random, UpperRim& rim) {
  const LandmarkPoints& landmarks = fit.landmarks;
  const bool tented = is_respirator(fit.cut);
  rim.drop =
      (tented ? random.uniform(0.02F, 0.12F) : random.uniform(-0.03F, 0.06F)) * fit.frame.scale;
  switch (fit.wear) {
    case Wear::bridge:
      rim.middle = polyline_at(landmarks, 27, 30,
                               std::clamp(random.normal(tented ? 0.8F : 1.1F, 0.38F), 0.3F, 2.0F));
      upper_jaw_ = random.uniform(0.7F, 2.1F) + (tented ? 0.3F : 0.0F);
      break;
    case Wear::low_nose:
      rim.middle = polyline_at(landmarks, 27, 30, random.uniform(1.9F, 3.0F));
      upper_jaw_ = random.uniform(1.5F, 2.9F);
      break;
    case Wear::under_nose:
      rim.middle = lerp(landmarks[33], landmarks[51], random.uniform(0.0F, 0.9F));
      upper_jaw_ = random.uniform(2.0F, 3.6F);
      rim.drop *= 0.3F;
      break;
    case Wear::chin:
      rim.middle = lerp(landmarks[57], landmarks[8], random.uniform(-0.2F, 0.6F));
      upper_jaw_ = random.uniform(3.2F, 4.8F);
      rim.drop *= -0.5F;
      break;
  }
}

// Flat-folded masks end in front of the jaw's corner; cups end on the cheek. The number for cloth
// is drawn for every cut so that the order of draws, and so the meaning of a seed, is fixed.
float MaskSurface::draw_upper_inset(Cut cut, Random& random) {
  const float inset = random.uniform(-0.02F, 0.16F);
  switch (cut) {
    case Cut::surgical:
      return random.uniform(0.0F, 0.22F);
    case Cut::ffp2:
      return random.uniform(0.05F, 0.28F);
    case Cut::cup:
      return random.uniform(0.14F, 0.32F);
    case Cut::cloth:
      break;
  }
  return inset;
}

// In photos, rims leave the nose nearly level and drop only near the corners.
float MaskSurface::draw_upper_sag(const Fit& fit, Random& random) {
  const float s = fit.frame.scale;
  const float sag = random.uniform(-0.16F, 0.01F) * s * (is_respirator(fit.cut) ? 0.4F : 1.0F);
  const bool below_nose = fit.wear == Wear::under_nose || fit.wear == Wear::chin;
  return below_nose ? random.uniform(-0.05F, 0.06F) * s : sag;
}

void MaskSurface::place_upper_side(const Fit& fit, const UpperRim& rim, bool left) {
  const FaceFrame& frame = fit.frame;
  const float s = frame.scale;
  const float turn = left ? frame.yaw : -frame.yaw;
  // The far cheek of a turned head is seen edge-on: the mask reaches the face's outline there.
  const float side_inset = rim.inset * std::clamp(1.0F + turn * 1.8F, 0.0F, 1.5F);
  const cv::Point2f jaw = jaw_at(fit.landmarks, left, upper_jaw_);
  const cv::Point2f corner = lerp(jaw, fit.landmarks[30], side_inset);
  const std::size_t outer = left ? 0 : 6;
  const std::size_t cheek = left ? 1 : 5;
  const std::size_t nose = left ? 2 : 4;
  upper_[outer] = corner;
  upper_[cheek] = lerp(rim.middle, corner, 0.58F) + frame.y_axis * rim.sag;
  upper_[nose] = lerp(rim.middle, corner, 0.22F) + frame.y_axis * rim.drop;
  const float lid =
      (mean(fit.landmarks, left ? 40 : 46, left ? 41 : 47) - frame.eyes).dot(frame.y_axis) +
      0.10F * s;
  for (const std::size_t i : {cheek, nose}) {
    const float depth = (upper_[i] - frame.eyes).dot(frame.y_axis);
    if (depth < lid) {
      upper_[i] += frame.y_axis * (lid - depth);
    }
  }
  // A taut rim does not rise again on its way from the nose to the corner.
  const float rise = (upper_[nose] - upper_[cheek]).dot(frame.y_axis) - 0.02F * s;
  if (rise > 0.0F) {
    upper_[cheek] += frame.y_axis * rise;
  }
}

void MaskSurface::place_lower_rim(const Fit& fit, Random& random) {
  const auto& [landmarks, frame, cut, wear] = fit;
  const float s = frame.scale;
  const float lower_jaw = std::min(
      upper_jaw_ + (cut == Cut::cup ? random.uniform(1.8F, 3.0F) : random.uniform(1.9F, 3.6F)),
      6.2F);
  float inset = random.uniform(-0.09F, 0.08F);
  if (cut == Cut::ffp2) {
    inset = random.uniform(-0.02F, 0.16F);
  }
  if (cut == Cut::cup) {
    inset = random.uniform(0.04F, 0.20F);
  }
  const bool tented = is_respirator(cut);
  float chin_margin = (tented ? random.uniform(0.02F, 0.26F) : random.uniform(-0.03F, 0.20F)) * s;
  if (random.chance(0.06F)) {
    chin_margin = random.uniform(-0.15F, 0.02F) * s;
  }
  if (wear == Wear::chin) {
    chin_margin = random.uniform(0.25F, 0.55F) * s;
  }
  if (wear == Wear::under_nose) {
    chin_margin += random.uniform(0.0F, 0.14F) * s;
  }
  // A mask that is narrow at its corners does not bulge below them.
  const float loose = random.uniform(-0.03F, tented ? 0.09F : 0.15F) - 0.5F * std::max(inset, 0.0F);
  const float jaw_margin = std::max(loose * s, chin_margin - 0.16F * s);
  for (const bool left : {true, false}) {
    place_lower_side(fit, {lower_jaw, inset, jaw_margin, chin_margin}, left);
  }
  lower_[3] = landmarks[8] + frame.y_axis * chin_margin;
}

void MaskSurface::place_lower_side(const Fit& fit, const LowerRim& rim, bool left) {
  const LandmarkPoints& landmarks = fit.landmarks;
  const cv::Point2f mouth = mean(landmarks, 60, 67);
  const float turn = left ? fit.frame.yaw : -fit.frame.yaw;
  const float side_inset = rim.inset * std::clamp(1.0F + turn * 1.8F, 0.0F, 1.5F);
  const auto outside = [&](float position, float margin) {
    const cv::Point2f point = jaw_at(landmarks, left, position);
    const cv::Point2f ray = point - mouth;
    return point + ray * (margin / std::max(length(ray), 1.0F));
  };
  const std::size_t outer = left ? 0 : 6;
  const std::size_t side = left ? 1 : 5;
  const std::size_t chin = left ? 2 : 4;
  lower_[outer] = lerp(jaw_at(landmarks, left, rim.jaw), landmarks[57], side_inset);
  lower_[side] = outside(rim.jaw + (8.0F - rim.jaw) * 0.45F, rim.jaw_margin);
  lower_[chin] =
      outside(rim.jaw + (8.0F - rim.jaw) * 0.80F, 0.3F * rim.jaw_margin + 0.7F * rim.chin_margin);
}

void MaskSurface::jitter(const FaceFrame& frame, Random& random) {
  const float s = frame.scale;
  const float tilt = random.normal(0.0F, 0.025F) * s;
  const float shift = random.normal(0.0F, 0.02F) * s;
  for (std::size_t i = 0; i < rim_points; ++i) {
    const float side = 1.0F - 2.0F * rim_nodes[i];
    const cv::Point2f common = frame.y_axis * (tilt * side) + frame.x_axis * shift;
    for (Rim* rim : {&upper_, &lower_}) {
      (*rim)[i] += common + frame.y_axis * random.normal(0.0F, 0.012F * s) +
                   frame.x_axis * random.normal(0.0F, 0.008F * s);
    }
  }
}

void MaskSurface::place_relief(const Fit& fit, Random& random) {
  const auto& [landmarks, frame, cut, wear] = fit;
  const float s = frame.scale;
  const cv::Point2f flat = lerp(upper_[3], lower_[3], 0.5F);
  const cv::Point2f peak = wear == Wear::bridge || wear == Wear::low_nose
                               ? lerp(landmarks[30], landmarks[51], 0.5F)
                               : landmarks[57];
  // A mask stands off from the face; on a turned head it shows as a bulge beyond the nose.
  float stand_off = random.uniform(0.05F, 0.25F);
  if (cut == Cut::ffp2) {
    stand_off = random.uniform(0.25F, 0.50F);
  }
  if (cut == Cut::cup) {
    stand_off = random.uniform(0.30F, 0.50F);
  }
  if (wear == Wear::chin) {
    stand_off *= 0.3F;
  }
  const float sideways =
      (peak - flat).dot(frame.x_axis) + std::clamp(frame.yaw, -0.9F, 0.9F) * stand_off * s;
  relief_ = frame.x_axis * sideways;
  float curve = random.uniform(-0.05F, 0.03F);
  if (cut == Cut::surgical) {
    curve = random.uniform(-0.03F, 0.08F);
  }
  if (cut == Cut::cup) {
    curve = random.uniform(-0.14F, -0.04F);
  }
  side_curve_ = frame.x_axis * (curve * s);
}

cv::Point2f MaskSurface::along(const Rim& rim, float u) {
  const float clamped = std::clamp(u, 0.0F, 1.0F);
  std::size_t i = 0;
  while (i + 2 < rim_points && clamped > rim_nodes[i + 1]) {
    ++i;
  }
  const auto slope = [&](std::size_t k) {
    const std::size_t before = k == 0 ? 0 : k - 1;
    const std::size_t after = k + 1 == rim_points ? k : k + 1;
    return (rim[after] - rim[before]) * (1.0F / (rim_nodes[after] - rim_nodes[before]));
  };
  const float width = rim_nodes[i + 1] - rim_nodes[i];
  const float t = (clamped - rim_nodes[i]) / width;
  const float t2 = t * t;
  const float t3 = t2 * t;
  const cv::Point2f point = rim[i] * (2 * t3 - 3 * t2 + 1) +
                            slope(i) * (width * (t3 - 2 * t2 + t)) +
                            rim[i + 1] * (3 * t2 - 2 * t3) + slope(i + 1) * (width * (t3 - t2));
  if (u < 0.0F) {
    return point + slope(0) * u;
  }
  if (u > 1.0F) {
    return point + slope(rim_points - 1) * (u - 1.0F);
  }
  return point;
}

cv::Point2f MaskSurface::at(float u, float v) const {
  const cv::Point2f top = along(upper_, u);
  const cv::Point2f bottom = along(lower_, u);
  const float belly = 4.0F * v * (1.0F - v);
  const float side = std::clamp(u, 0.0F, 1.0F);
  const float across = 4.0F * side * (1.0F - side);
  const float edge = 1.0F - 2.0F * side;
  return lerp(top, bottom, v) + relief_ * (belly * across) +
         side_curve_ * (belly * edge * edge * edge);
}

std::array<cv::Point2f, 6> MaskSurface::anchors() const {
  return {upper_[0], upper_[3], upper_[6], lower_[0], lower_[3], lower_[6]};
}

std::array<std::vector<cv::Point2f>, 2> MaskSurface::half_outlines() const {
  constexpr int steps = 12;
  std::array<std::vector<cv::Point2f>, 2> halves;
  for (std::size_t half = 0; half < 2; ++half) {
    const float outer = half == 0 ? 0.0F : 1.0F;
    const auto u_at = [&](int i) {
      return outer + (0.5F - outer) * static_cast<float>(i) / static_cast<float>(steps);
    };
    const auto v_at = [](int i) { return static_cast<float>(i) / static_cast<float>(steps); };
    std::vector<cv::Point2f>& outline = halves[half];
    outline.reserve(4 * steps);
    for (int i = 0; i < steps; ++i) {
      outline.push_back(at(u_at(i), 0.0F));
    }
    for (int i = 0; i < steps; ++i) {
      outline.push_back(at(0.5F, v_at(i)));
    }
    for (int i = steps; i > 0; --i) {
      outline.push_back(at(u_at(i), 1.0F));
    }
    for (int i = steps; i > 0; --i) {
      outline.push_back(at(outer, v_at(i)));
    }
  }
  return halves;
}

cv::Rect2f MaskSurface::bounds() const {
  std::vector<cv::Point2f> points;
  for (const auto& half : half_outlines()) {
    points.insert(points.end(), half.begin(), half.end());
  }
  cv::Point2f low = points.front();
  cv::Point2f high = points.front();
  for (const cv::Point2f& p : points) {
    low = {std::min(low.x, p.x), std::min(low.y, p.y)};
    high = {std::max(high.x, p.x), std::max(high.y, p.y)};
  }
  return {low, high};
}

}  // namespace demask::synthesis
