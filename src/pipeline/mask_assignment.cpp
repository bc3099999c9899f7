// SPDX-License-Identifier: Apache-2.0
#include "pipeline/mask_assignment.hpp"

#include <algorithm>
#include <iterator>
#include <opencv2/imgproc.hpp>
#include <optional>

#include "imaging/preprocess.hpp"
#include "stages/probability_map.hpp"

namespace demask::pipeline {
namespace {

// The middle of a worn mask on the canonical face, as fractions of its side.
constexpr Point mask_center{0.5F, 0.72F};
// Two faces whose mask centers are nearer than this fraction of the side are the same face found
// twice, so their masks are not separated.
constexpr float same_face = 0.2F;

float squared_distance(Point a, Point b) {
  const float dx = a.x - b.x;
  const float dy = a.y - b.y;
  return dx * dx + dy * dy;
}

// Clears the pixels that lie nearer to the other face's mask than to this one's.
void cede_pixels(cv::Mat& mask, const Similarity& to_other) {
  const auto side = static_cast<float>(mask.cols);
  const Point center{mask_center.x * side, mask_center.y * side};
  const float same = same_face * side * same_face * side;
  if (squared_distance(to_other(center), center) < same ||
      squared_distance(to_other.inverse()(center), center) < same) {
    return;
  }
  const Point origin = to_other({0.0F, 0.0F});
  const Point unit = to_other({1.0F, 0.0F});
  const Point across{unit.x - origin.x, unit.y - origin.y};
  for (int y = 0; y < mask.rows; ++y) {
    auto* row = mask.ptr<std::uint8_t>(y);
    const Point first = to_other({0.0F, static_cast<float>(y)});
    for (int x = 0; x < mask.cols; ++x) {
      const auto along = static_cast<float>(x);
      const Point theirs{first.x + along * across.x, first.y + along * across.y};
      const Point ours{along, static_cast<float>(y)};
      if (row[x] != 0 && squared_distance(theirs, center) < squared_distance(ours, center)) {
        row[x] = 0;
      }
    }
  }
}

// The probabilities of an instance, warped to the canonical square.
cv::Mat on_canonical(const Face& face, const MaskInstance& instance) {
  const Similarity from_map = face.to_canonical * Similarity(1.0, 0.0, instance.x, instance.y);
  return imaging::warp_levels_to_square(stages::as_mat(instance.probability), from_map, face.side);
}

// How well a mask fits a face.
struct Fit {
  double covered = 0.0;  // Fraction of the lower face.
  std::size_t face = 0;
  std::size_t instance = 0;
};

// All pairs of a face without a mask and a mask that no face wears, best fit first.
std::vector<Fit> fits_of(const std::vector<Face*>& faces,
                         const std::vector<MaskInstance>& instances,
                         const std::vector<std::optional<std::size_t>>& worn) {
  std::vector<Fit> fits;
  for (std::size_t face = 0; face < faces.size(); ++face) {
    if (worn[face]) {
      continue;
    }
    const cv::Mat area = lower_face(faces[face]->canonical_landmarks, faces[face]->side);
    for (std::size_t i = 0; i < instances.size(); ++i) {
      if (std::find(worn.begin(), worn.end(), i) != worn.end()) {
        continue;
      }
      const double covered = cv::mean(on_canonical(*faces[face], instances[i]), area)[0];
      if (covered > 0.0) {
        fits.push_back({covered, face, i});
      }
    }
  }
  std::stable_sort(fits.begin(), fits.end(),
                   [](const Fit& a, const Fit& b) { return a.covered > b.covered; });
  return fits;
}

}  // namespace

std::vector<cv::Mat> assign_masks(const std::vector<Face*>& faces,
                                  const std::vector<MaskInstance>& instances) {
  std::vector<std::optional<std::size_t>> worn;
  std::transform(faces.begin(), faces.end(), std::back_inserter(worn),
                 [](const Face* face) { return face->instance; });
  for (const Fit& fit : fits_of(faces, instances, worn)) {
    if (!worn[fit.face] && std::find(worn.begin(), worn.end(), fit.instance) == worn.end()) {
      worn[fit.face] = fit.instance;
    }
  }
  std::vector<cv::Mat> masks;
  for (std::size_t i = 0; i < faces.size(); ++i) {
    faces[i]->instance = worn[i];
    masks.push_back(worn[i] ? on_canonical(*faces[i], instances[*worn[i]])
                            : cv::Mat::zeros(faces[i]->side, faces[i]->side, CV_32FC1));
  }
  return masks;
}

cv::Mat lower_face(const Landmarks& canonical, int side) {
  const Landmarks face = to_ibug68(canonical);
  std::vector<cv::Point> points;
  const auto add = [&](std::size_t index) {
    const auto limit = static_cast<float>(4 * side);
    points.emplace_back(cvRound(std::clamp(face.points[index].x, -limit, limit)),
                        cvRound(std::clamp(face.points[index].y, -limit, limit)));
  };
  for (std::size_t jaw = 2; jaw <= 14; ++jaw) {
    add(jaw);
  }
  add(29);
  std::vector<cv::Point> hull;
  cv::convexHull(points, hull);
  cv::Mat area = cv::Mat::zeros(side, side, CV_8UC1);
  cv::fillConvexPoly(area, hull, cv::Scalar(255));
  return area;
}

cv::Mat worn_mask(const cv::Mat& mask, const Landmarks& canonical, const Similarity& to_canonical,
                  const std::vector<Similarity>& others) {
  cv::Mat parted = mask.clone();
  for (const Similarity& other : others) {
    cede_pixels(parted, other * to_canonical.inverse());
  }
  const cv::Mat face_area = lower_face(canonical, mask.cols);
  cv::Mat labels;
  const int count = cv::connectedComponents(parted, labels);
  cv::Mat own = cv::Mat::zeros(mask.size(), CV_8UC1);
  for (int label = 1; label < count; ++label) {
    const cv::Mat part = labels == label;
    if (cv::countNonZero(part & face_area) > 0) {
      own |= part;
    }
  }
  return own;
}

}  // namespace demask::pipeline
