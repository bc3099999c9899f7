// SPDX-License-Identifier: Apache-2.0
#include "pipeline/turned_photo.hpp"

#include <algorithm>
#include <cmath>
#include <opencv2/core.hpp>

#include "imaging/mat.hpp"
#include "pipeline/stage_checks.hpp"
#include "stages/face_size.hpp"

namespace demask::pipeline {
namespace {

// A photo whose best face has at least this score is not turned. 19 of 20 upright portraits have
// it; 1 of 20 on their side and 1 of 8 upside down.
constexpr float sure_score = 0.62F;
// A face in a turned photo must have a better score than the best upright one by this.
constexpr float min_advantage = 0.05F;

// Smallest face that is searched for in a turned photo, as a share of its longer side: small faces
// in photos of nobody are not worth three more searches.
constexpr float min_face_share = 0.05F;

constexpr float quarter_turn = 1.57079633F;
constexpr float half_turn = 2.0F * quarter_turn;

cv::Mat turned_left(const ImageView& photo, int quarters) {
  static constexpr cv::RotateFlags codes[] = {cv::ROTATE_90_COUNTERCLOCKWISE, cv::ROTATE_180,
                                              cv::ROTATE_90_CLOCKWISE};
  cv::Mat turned;
  cv::rotate(imaging::as_mat(photo), turned, codes[quarters - 1]);
  return turned;
}

// Where a point of the photo turned left by some quarters lies in the photo.
Point turn_back(Point p, int quarters, const ImageView& photo) {
  const auto last_x = static_cast<float>(photo.width - 1);
  const auto last_y = static_cast<float>(photo.height - 1);
  switch (quarters) {
    case 1:
      return {last_x - p.y, p.x};
    case 2:
      return {last_x - p.x, last_y - p.y};
    case 3:
      return {p.y, last_y - p.x};
    default:
      return p;
  }
}

float normalized(float angle) { return angle > half_turn ? angle - 2.0F * half_turn : angle; }

TurnedDetection seen_turned(const Detection& found, int quarters, const ImageView& photo) {
  TurnedDetection turned{found,
                         normalized(roll_of(found) + static_cast<float>(quarters) * quarter_turn)};
  const Point a = turn_back({found.box.x, found.box.y}, quarters, photo);
  const Point b = turn_back({found.box.right(), found.box.bottom()}, quarters, photo);
  const float left = std::max(0.0F, std::min(a.x, b.x));
  const float top = std::max(0.0F, std::min(a.y, b.y));
  turned.face.box = {left, top, std::max(a.x, b.x) - left, std::max(a.y, b.y) - top};
  for (Point& point : turned.face.points) {
    point = turn_back(point, quarters, photo);
  }
  return turned;
}

float best_score(const std::vector<Detection>& faces) {
  return faces.empty() ? 0.0F : faces.front().score;
}

}  // namespace

std::vector<TurnedDetection> find_in_best_direction(const FaceDetector& detector,
                                                    const ImageView& photo,
                                                    const DetectOptions& options,
                                                    const std::vector<Detection>& upright) {
  std::vector<Detection> best = upright;
  int best_quarters = 0;
  if (best_score(upright) < sure_score) {
    DetectOptions turned_options = options;
    turned_options.min_face_size =
        std::max(stages::face_size_in_pixels(options.min_face_size, photo),
                 stages::face_size_in_pixels(min_face_share, photo));
    float to_beat = best_score(upright) + (upright.empty() ? 0.0F : min_advantage);
    for (int quarters = 1; quarters < 4; ++quarters) {
      const cv::Mat turned = turned_left(photo, quarters);
      const std::vector<std::vector<Detection>> found = {
          detector.detect(imaging::as_view(turned, photo.format), turned_options)};
      check_detections(found, 1);
      if (best_score(found.front()) > to_beat) {
        to_beat = best_score(found.front());
        best = found.front();
        best_quarters = quarters;
      }
    }
  }
  std::vector<TurnedDetection> faces;
  faces.reserve(best.size());
  for (const Detection& face : best) {
    faces.push_back(seen_turned(face, best_quarters, photo));
  }
  return faces;
}

}  // namespace demask::pipeline
