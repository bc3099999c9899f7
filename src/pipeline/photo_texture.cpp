// SPDX-License-Identifier: Apache-2.0
#include "pipeline/photo_texture.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "core/landmarks.hpp"
#include "imaging/enlarge.hpp"
#include "imaging/grain.hpp"
#include "imaging/mat.hpp"
#include "imaging/preprocess.hpp"

namespace demask::pipeline {
namespace {

// A face painted with fewer pixels than the photo shows, by more than this ratio, is sharpened.
constexpr double min_enlargement = 1.2;
// Sharpness beyond this enlargement is not measured.
constexpr int max_enlargement = 3;
// Holes are grown by this fraction of the square's side: next to a mask lies its shadow.
constexpr double hole_margin = 0.02;
// The forehead above the brows, in distances from the brows to the bridge of the nose's tip.
constexpr float forehead = 0.8F;
// Largest side of the part of a photo in which noise is measured, in pixels.
constexpr int max_side = 768;

// The face's outline in the photo, from the jaw to the forehead.
std::vector<cv::Point> outline_of(const Landmarks& landmarks) {
  const Landmarks face = to_ibug68(landmarks);
  constexpr float limit = 1e6F;  // Given landmarks may lie anywhere.
  constexpr std::size_t jaw_end = 17;
  constexpr std::size_t brows_end = 27;
  constexpr std::size_t nose_tip = 30;
  constexpr std::size_t nose_bridge = 27;
  const Point up = {(face.points[nose_bridge].x - face.points[nose_tip].x) * forehead,
                    (face.points[nose_bridge].y - face.points[nose_tip].y) * forehead};
  std::vector<cv::Point> points;
  for (std::size_t i = 0; i < brows_end; ++i) {
    const bool is_brow = i >= jaw_end;
    points.emplace_back(
        cvRound(std::clamp(face.points[i].x + (is_brow ? up.x : 0.0F), -limit, limit)),
        cvRound(std::clamp(face.points[i].y + (is_brow ? up.y : 0.0F), -limit, limit)));
  }
  std::vector<cv::Point> hull;
  cv::convexHull(points, hull);
  return hull;
}

// The part of the photo under the outline, at most `max_side` pixels wide and high around its
// center.
cv::Rect part_of(const std::vector<cv::Point>& outline, cv::Size photo) {
  const cv::Rect all = cv::boundingRect(outline);
  const cv::Size size(std::min(all.width, max_side), std::min(all.height, max_side));
  const cv::Point corner(all.x + (all.width - size.width) / 2,
                         all.y + (all.height - size.height) / 2);
  return cv::Rect(corner, size) & cv::Rect({0, 0}, photo);
}

double noise_on(const Face& face, const Image& holes) {
  const std::vector<cv::Point> outline = outline_of(face.result.landmarks);
  const cv::Rect part = part_of(outline, {face.photo.width, face.photo.height});
  if (part.empty()) {
    return 0.0;
  }
  ImageView view = face.photo;
  view.stride = face.photo.row_stride();
  view.data +=
      std::ptrdiff_t{part.y} * view.stride + std::ptrdiff_t{part.x} * channels(view.format);
  view.width = part.width;
  view.height = part.height;
  cv::Mat gray;
  cv::cvtColor(imaging::to_rgb(view), gray, cv::COLOR_RGB2GRAY);
  cv::Mat skin = cv::Mat::zeros(part.size(), CV_8UC1);
  std::vector<cv::Point> shifted;
  shifted.reserve(outline.size());
  for (const cv::Point& point : outline) {
    shifted.push_back(point - part.tl());
  }
  cv::fillConvexPoly(skin, shifted, cv::Scalar(255));
  cv::Mat hidden;
  const int margin = 2 * cvRound(hole_margin * face.side / face.to_canonical.scale()) + 1;
  cv::dilate(imaging::as_mat(holes.view())(part), hidden,
             cv::getStructuringElement(cv::MORPH_RECT, {margin, margin}));
  skin.setTo(0, hidden);
  return imaging::noise_of(gray, skin);
}

double sharpening_on(const Face& face) {
  const double enlargement = 1.0 / face.to_canonical.scale();
  if (enlargement < min_enlargement) {
    return 0.0;
  }
  const int side = cvRound(face.side * std::min<double>(enlargement, max_enlargement));
  const double scale = static_cast<double>(side) / face.side;
  const double shift = 0.5 * (scale - 1.0);  // pixel centers lie at halves
  const Similarity to_square = Similarity(scale, 0.0, shift, shift) * face.to_canonical;
  const cv::Mat square = imaging::warp_to_square(face.photo, to_square, side);
  cv::Mat hole;
  cv::resize(face.hole(), hole, square.size(), 0.0, 0.0, cv::INTER_NEAREST);
  const cv::Mat inside =
      imaging::warp_coverage({face.photo.width, face.photo.height}, to_square, side);
  return imaging::sharpening_beyond(square, inside & ~hole, face.side);
}

}  // namespace

PhotoTexture photo_texture(const Face& face, const Image& holes) {
  return {sharpening_on(face), noise_on(face, holes)};
}

}  // namespace demask::pipeline
