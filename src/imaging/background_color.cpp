// SPDX-License-Identifier: Apache-2.0
#include "imaging/background_color.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <opencv2/imgproc.hpp>
#include <optional>
#include <vector>

#include "imaging/membrane.hpp"

namespace demask::imaging {
namespace {

// Height of the forehead above the brows, as a fraction of the distance from eyes to chin.
constexpr float forehead_height = 0.35F;
// Standard deviation of the soft edge of the face's outline, as a fraction of the side.
constexpr double edge_softness = 0.01;
// Pixels that belong to the face by less than this are background.
constexpr float background_below = 0.01F;
// Smallest area of visible skin from which its color is taken, as a fraction of the square.
constexpr double min_skin_area = 0.002;
// Colors that differ by less than this from what they were are not worth a change.
constexpr float unseen_color = 0.5F;
// A painted pixel whose difference from the skin, as a share of its differences from skin and from
// the background together, is at most the first is skin, and from the second on background.
constexpr float looks_like_skin = 0.3F;
constexpr float looks_like_background = 0.6F;
// Weight of lightness in these differences, because skin is shaded.
constexpr float weight_of_lightness = 0.5F;
// Standard deviation over which painted colors are averaged for them, as a fraction of the side.
constexpr double look_width = 0.008;
// Fractional bits of polygon coordinates.
constexpr int subpixel_bits = 4;

constexpr std::size_t jaw_end = 17;
constexpr std::size_t chin = 8;
constexpr std::size_t brows_end = 27;
constexpr std::size_t right_eye = 36;
constexpr std::size_t left_eye = 42;
constexpr std::size_t eyes_end = 48;

using Points = std::vector<Point>;

void fill_hull(cv::Mat& area, const Points& points, int level) {
  constexpr float unit = 1 << subpixel_bits;
  const auto limit = static_cast<float>(4 * area.cols);
  std::vector<cv::Point> fixed;
  for (const Point& p : points) {
    fixed.emplace_back(cvRound(std::clamp(p.x, -limit, limit) * unit),
                       cvRound(std::clamp(p.y, -limit, limit) * unit));
  }
  std::vector<cv::Point> hull;
  cv::convexHull(fixed, hull);
  cv::fillConvexPoly(area, hull, cv::Scalar::all(level), cv::LINE_8, subpixel_bits);
}

Points slice(const Points& points, std::size_t first, std::size_t end) {
  return {points.begin() + static_cast<std::ptrdiff_t>(first),
          points.begin() + static_cast<std::ptrdiff_t>(end)};
}

}  // namespace

cv::Mat face_share(const Landmarks& face, int side) {
  const std::array<Point, 2> eyes = eye_centers(face);
  const Point up{0.5F * (eyes[0].x + eyes[1].x) - face.points[chin].x,
                 0.5F * (eyes[0].y + eyes[1].y) - face.points[chin].y};
  Points outline = slice(face.points, 0, brows_end);
  for (std::size_t i = jaw_end; i < brows_end; ++i) {
    outline.push_back(
        {face.points[i].x + forehead_height * up.x, face.points[i].y + forehead_height * up.y});
  }
  cv::Mat share = cv::Mat::zeros(side, side, CV_8UC1);
  fill_hull(share, outline, 255);
  share.convertTo(share, CV_32F, 1.0 / 255.0);
  cv::GaussianBlur(share, share, {}, edge_softness * side, 0.0, cv::BORDER_REPLICATE);
  return share;
}

namespace {

float median_of(std::vector<float>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// The median color of the skin that is visible between the brows and the hole; nothing if that is
// too little.
std::optional<cv::Vec3f> skin_color(const cv::Mat& lab, const cv::Mat& hole,
                                    const Landmarks& face) {
  cv::Mat area = cv::Mat::zeros(lab.size(), CV_8UC1);
  fill_hull(area, slice(face.points, 0, brows_end), 255);
  fill_hull(area, slice(face.points, right_eye, left_eye), 0);
  fill_hull(area, slice(face.points, left_eye, eyes_end), 0);
  area.setTo(cv::Scalar(0), hole);
  std::array<std::vector<float>, 3> values;
  for (int y = 0; y < lab.rows; ++y) {
    for (int x = 0; x < lab.cols; ++x) {
      if (area.at<std::uint8_t>(y, x) != 0) {
        for (std::size_t c = 0; c < values.size(); ++c) {
          values[c].push_back(lab.at<cv::Vec3f>(y, x)[static_cast<int>(c)]);
        }
      }
    }
  }
  if (static_cast<double>(values[0].size()) < min_skin_area * static_cast<double>(lab.total())) {
    return std::nullopt;
  }
  return cv::Vec3f(median_of(values[0]), median_of(values[1]), median_of(values[2]));
}

// By how much a color exceeds the allowed distance from the line between gray and skin.
cv::Vec2f excess_of(const cv::Vec3f& lab_color, const cv::Vec3f& lab_skin) {
  const cv::Vec2f color(lab_color[1], lab_color[2]);
  const cv::Vec2f skin(lab_skin[1], lab_skin[2]);
  const float length = skin.dot(skin);
  const float along = length > 0.0F ? std::clamp(color.dot(skin) / length, 0.0F, 1.0F) : 0.0F;
  const cv::Vec2f away = color - along * skin;
  const auto distance = static_cast<float>(cv::norm(away));
  return distance <= max_color_distance ? cv::Vec2f(0.0F, 0.0F)
                                        : away * (1.0F - max_color_distance / distance);
}

cv::Mat to_lab(const cv::Mat& rgb) {
  cv::Mat lab;
  rgb.convertTo(lab, CV_32F, 1.0 / 255.0);
  cv::cvtColor(lab, lab, cv::COLOR_RGB2Lab);
  return lab;
}

// The picture with `change` (a and b, with 0 for the lightness last) added where `where` is
// nonzero.
cv::Mat with_change(const cv::Mat& rgb, cv::Mat lab, const cv::Mat& change, const cv::Mat& where) {
  for (int y = 0; y < lab.rows; ++y) {
    for (int x = 0; x < lab.cols; ++x) {
      const auto& add = change.at<cv::Vec3f>(y, x);
      auto& color = lab.at<cv::Vec3f>(y, x);
      color[1] += add[0];
      color[2] += add[1];
    }
  }
  cv::cvtColor(lab, lab, cv::COLOR_Lab2RGB);
  lab.convertTo(lab, CV_8U, 255.0);
  cv::Mat changed = rgb.clone();
  lab.copyTo(changed, where);
  return changed;
}

float look_distance(const cv::Vec3f& a, const cv::Vec3f& b) {
  const cv::Vec3f difference = a - b;
  return static_cast<float>(
      cv::norm(cv::Vec3f(weight_of_lightness * difference[0], difference[1], difference[2])));
}

// How much a painted color looks like the background and not like skin, in [0, 1].
float background_look(const cv::Vec3f& color, const cv::Vec3f& background, const cv::Vec3f& skin) {
  const float from_skin = look_distance(color, skin);
  const float both = from_skin + look_distance(color, background);
  const float look = both > 0.0F ? from_skin / both : 1.0F;
  return std::clamp((look - looks_like_skin) / (looks_like_background - looks_like_skin), 0.0F,
                    1.0F);
}

// Continues the taken colors from the background into the hole, up to the outline of the face.
void continue_into_hole(cv::Mat& taken, const cv::Mat& hole, const cv::Mat& share) {
  fill_membrane(taken, hole | (share >= background_below));
  for (int y = 0; y < taken.rows; ++y) {
    for (int x = 0; x < taken.cols; ++x) {
      taken.at<cv::Vec3f>(y, x) *=
          hole.at<std::uint8_t>(y, x) != 0 ? 1.0F - share.at<float>(y, x) : 0.0F;
    }
  }
}

}  // namespace

PaleBackground take_background_color(const cv::Mat& rgb, const cv::Mat& hole,
                                     const Landmarks& landmarks) {
  const Landmarks face = to_ibug68(landmarks);
  const cv::Mat lab = to_lab(rgb);
  const std::optional<cv::Vec3f> skin = skin_color(lab, hole, face);
  if (!skin) {
    return {rgb, {}, {}, {}};
  }
  const cv::Mat share = face_share(face, rgb.cols);
  cv::Mat taken = cv::Mat::zeros(rgb.size(), CV_32FC3);
  for (int y = 0; y < rgb.rows; ++y) {
    for (int x = 0; x < rgb.cols; ++x) {
      if (hole.at<std::uint8_t>(y, x) == 0) {
        const cv::Vec2f excess =
            (1.0F - share.at<float>(y, x)) * excess_of(lab.at<cv::Vec3f>(y, x), *skin);
        taken.at<cv::Vec3f>(y, x) = {excess[0], excess[1], 0.0F};
      }
    }
  }
  if (cv::norm(taken, cv::NORM_INF) < static_cast<double>(unseen_color)) {
    return {rgb, {}, {}, {}};
  }
  const cv::Mat pale = with_change(rgb, lab, -taken, hole == 0);
  cv::Mat beside = to_lab(pale);
  fill_membrane(beside, hole | (share >= background_below));
  continue_into_hole(taken, hole, share);
  return {pale, taken, beside, *skin};
}

cv::Mat return_background_color(const cv::Mat& painted, const cv::Mat& hole,
                                const PaleBackground& pale) {
  if (pale.taken.empty()) {
    return painted;
  }
  const cv::Mat lab = to_lab(painted);
  cv::Mat smooth;
  cv::GaussianBlur(lab, smooth, {}, look_width * lab.cols);
  cv::Mat returned = pale.taken.clone();
  for (int y = 0; y < lab.rows; ++y) {
    for (int x = 0; x < lab.cols; ++x) {
      if (hole.at<std::uint8_t>(y, x) != 0) {
        returned.at<cv::Vec3f>(y, x) *=
            background_look(smooth.at<cv::Vec3f>(y, x), pale.beside.at<cv::Vec3f>(y, x), pale.skin);
      }
    }
  }
  return with_change(painted, lab, returned, hole);
}

}  // namespace demask::imaging
