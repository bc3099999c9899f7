// SPDX-License-Identifier: Apache-2.0
#include "imaging/point_warp.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <opencv2/imgproc.hpp>
#include <utility>

namespace demask::imaging {
namespace {

// The points that do not move lie on the sides of a square this much larger on each side, as a
// fraction of the side.
constexpr float rim = 0.5F;
constexpr int rim_points_a_side = 4;

using Triangle = std::array<cv::Point2f, 3>;

// Points in pairs, by where they shall lie.
class Pairs {
 public:
  explicit Pairs(int side) : side_(static_cast<float>(side)) {
    const float low = -rim * side_;
    const float high = (1.0F + rim) * side_;
    for (int i = 0; i < rim_points_a_side; ++i) {
      const float along = low + (high - low) * static_cast<float>(i) / rim_points_a_side;
      const float back = high - (along - low);
      for (const cv::Point2f& point : {cv::Point2f(along, low), cv::Point2f(high, along),
                                       cv::Point2f(back, high), cv::Point2f(low, back)}) {
        from_.emplace(key(point), point);
      }
    }
  }

  void add(const Point& from, const Point& to) {
    const float low = -rim * side_;
    const float high = (1.0F + rim) * side_;
    if (to.x > low && to.x < high && to.y > low && to.y < high) {
      from_.emplace(std::pair(to.x, to.y), cv::Point2f(from.x, from.y));
    }
  }

  std::vector<Triangle> triangles() const {
    const auto first = static_cast<int>(-rim * side_) - 2;
    const int extent = static_cast<int>((1.0F + 2.0F * rim) * side_) + 4;
    cv::Subdiv2D subdivision(cv::Rect(first, first, extent, extent));
    for (const auto& [to, from] : from_) {
      subdivision.insert(cv::Point2f(to.first, to.second));
    }
    std::vector<cv::Vec6f> flat;
    subdivision.getTriangleList(flat);
    std::vector<Triangle> triangles;
    for (const cv::Vec6f& corners : flat) {
      const Triangle triangle = {cv::Point2f(corners[0], corners[1]),
                                 cv::Point2f(corners[2], corners[3]),
                                 cv::Point2f(corners[4], corners[5])};
      if (std::all_of(triangle.begin(), triangle.end(),
                      [&](const cv::Point2f& corner) { return from_.count(key(corner)) != 0; })) {
        triangles.push_back(triangle);
      }
    }
    return triangles;
  }

  Triangle sources(const Triangle& triangle) const {
    return {from_.at(key(triangle[0])), from_.at(key(triangle[1])), from_.at(key(triangle[2]))};
  }

 private:
  static std::pair<float, float> key(const cv::Point2f& point) { return {point.x, point.y}; }

  float side_;
  std::map<std::pair<float, float>, cv::Point2f> from_;
};

// Writes where the pixels within a triangle come from.
void fill(const Triangle& to, const Triangle& from, cv::Mat& sources) {
  // Widened a little: a pixel on the line between two triangles must not be missed by both.
  constexpr double margin = 1e-4;
  const cv::Point2d a = to[1] - to[0];
  const cv::Point2d b = to[2] - to[0];
  const double area = a.cross(b);
  if (area == 0.0) {
    return;
  }
  const cv::Rect bounds = cv::boundingRect(std::vector<cv::Point2f>(to.begin(), to.end())) &
                          cv::Rect({0, 0}, sources.size());
  const cv::Point2d from_a = from[1] - from[0];
  const cv::Point2d from_b = from[2] - from[0];
  for (int y = bounds.y; y < bounds.y + bounds.height; ++y) {
    for (int x = bounds.x; x < bounds.x + bounds.width; ++x) {
      const cv::Point2d p = cv::Point2d(x, y) - cv::Point2d(to[0]);
      const double u = p.cross(b) / area;
      const double v = a.cross(p) / area;
      if (u >= -margin && v >= -margin && u + v <= 1.0 + margin) {
        sources.at<cv::Point2f>(y, x) = cv::Point2d(from[0]) + u * from_a + v * from_b;
      }
    }
  }
}

}  // namespace

PointWarp::PointWarp(const std::vector<Point>& from, const std::vector<Point>& to, int side)
    : sources_(side, side, CV_32FC2) {
  for (int y = 0; y < side; ++y) {
    for (int x = 0; x < side; ++x) {
      sources_.at<cv::Point2f>(y, x) = cv::Point2f(static_cast<float>(x), static_cast<float>(y));
    }
  }
  Pairs pairs(side);
  for (std::size_t i = 0; i < std::min(from.size(), to.size()); ++i) {
    pairs.add(from[i], to[i]);
  }
  for (const Triangle& triangle : pairs.triangles()) {
    fill(triangle, pairs.sources(triangle), sources_);
  }
}

cv::Mat PointWarp::apply(const cv::Mat& square, int border) const {
  cv::Mat moved;
  cv::remap(square, moved, sources_, cv::noArray(), cv::INTER_LINEAR, border, cv::Scalar::all(0));
  return moved;
}

}  // namespace demask::imaging
