// SPDX-License-Identifier: Apache-2.0
#include "video/face_motion.hpp"

#include <algorithm>
#include <opencv2/calib3d.hpp>
#include <opencv2/imgproc.hpp>
#include <opencv2/video/tracking.hpp>
#include <vector>

namespace demask::video {
namespace {

constexpr int max_corners = 50;
constexpr double min_quality = 0.01;
constexpr double corner_distance = 7.0;
constexpr int pyramid_levels = 3;
const cv::TermCriteria precision(cv::TermCriteria::COUNT | cv::TermCriteria::EPS, 12, 0.02);
const cv::Size window(17, 17);
// How far, in pixels, a point may miss its start after flowing back, and deviate from the
// consensus.
constexpr float max_return_error = 1.0F;
constexpr double max_deviation = 1.5;
constexpr int min_corners = 10;
constexpr double min_agreement = 0.5;

struct Flow {
  std::vector<cv::Point2f> from;
  std::vector<cv::Point2f> to;
};

Flow consistent_flow(const cv::Mat& before, const cv::Mat& after,
                     const std::vector<cv::Point2f>& corners) {
  std::vector<cv::Point2f> moved;
  std::vector<cv::Point2f> returned;
  std::vector<std::uint8_t> found;
  std::vector<std::uint8_t> found_back;
  std::vector<float> error;
  // Forward and backward flow share the pyramids.
  std::vector<cv::Mat> before_levels;
  std::vector<cv::Mat> after_levels;
  cv::buildOpticalFlowPyramid(before, before_levels, window, pyramid_levels);
  cv::buildOpticalFlowPyramid(after, after_levels, window, pyramid_levels);
  cv::calcOpticalFlowPyrLK(before_levels, after_levels, corners, moved, found, error, window,
                           pyramid_levels, precision);
  cv::calcOpticalFlowPyrLK(after_levels, before_levels, moved, returned, found_back, error, window,
                           pyramid_levels, precision);
  Flow flow;
  for (std::size_t i = 0; i < corners.size(); ++i) {
    const cv::Point2f miss = returned[i] - corners[i];
    if (found[i] != 0 && found_back[i] != 0 &&
        miss.dot(miss) <= max_return_error * max_return_error) {
      flow.from.push_back(corners[i]);
      flow.to.push_back(moved[i]);
    }
  }
  return flow;
}

// The corners within `area`; only its bounding box is searched.
std::vector<cv::Point2f> corners_within(const cv::Mat& picture, const cv::Mat& area) {
  const cv::Rect part = cv::boundingRect(area);
  std::vector<cv::Point2f> corners;
  if (part.empty()) {
    return corners;
  }
  cv::goodFeaturesToTrack(picture(part), corners, max_corners, min_quality, corner_distance,
                          area(part));
  for (cv::Point2f& corner : corners) {
    corner += cv::Point2f(part.tl());
  }
  return corners;
}

}  // namespace

std::optional<Similarity> face_motion(const cv::Mat& before, const cv::Mat& after,
                                      const cv::Mat& face) {
  const std::vector<cv::Point2f> corners = corners_within(before, face);
  if (static_cast<int>(corners.size()) < min_corners) {
    return std::nullopt;
  }
  const Flow flow = consistent_flow(before, after, corners);
  if (static_cast<int>(flow.from.size()) < min_corners) {
    return std::nullopt;
  }
  cv::Mat agrees;
  const cv::Mat motion =
      cv::estimateAffinePartial2D(flow.from, flow.to, agrees, cv::RANSAC, max_deviation);
  const bool is_agreed = !motion.empty() && cv::countNonZero(agrees) >=
                                                min_agreement * static_cast<double>(corners.size());
  if (!is_agreed) {
    return std::nullopt;
  }
  return Similarity(motion.at<double>(0, 0), motion.at<double>(1, 0), motion.at<double>(0, 2),
                    motion.at<double>(1, 2));
}

cv::Mat face_area(const Landmarks& landmarks, int size) {
  std::vector<cv::Point> points;
  const auto limit = static_cast<float>(4 * size);
  for (const Point& p : landmarks.points) {
    points.emplace_back(cvRound(std::clamp(p.x, -limit, limit)),
                        cvRound(std::clamp(p.y, -limit, limit)));
  }
  std::vector<cv::Point> hull;
  cv::convexHull(points, hull);
  cv::Mat area = cv::Mat::zeros(size, size, CV_8UC1);
  cv::fillConvexPoly(area, hull, cv::Scalar(255));
  return area;
}

}  // namespace demask::video
