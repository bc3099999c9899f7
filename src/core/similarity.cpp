// SPDX-License-Identifier: Apache-2.0
#include <Eigen/Geometry>
#include <cmath>

#include "core/canonical_frame.hpp"
#include "demask/error.hpp"
#include "demask/geometry.hpp"

namespace demask {
namespace {

using Points = Eigen::Matrix<double, 2, Eigen::Dynamic>;

Points as_matrix(const std::vector<Point>& points) {
  Points matrix(2, static_cast<Eigen::Index>(points.size()));
  for (std::size_t i = 0; i < points.size(); ++i) {
    matrix.col(static_cast<Eigen::Index>(i)) << points[i].x, points[i].y;
  }
  if (!matrix.allFinite()) {
    throw Error(ErrorCode::invalid_argument,
                "points: a coordinate is not finite; pass finite pixel coordinates");
  }
  return matrix;
}

bool coincide(const Points& points) {
  return (points.colwise() - points.col(0)).cwiseAbs().maxCoeff() < 1e-9;
}

}  // namespace

Similarity Similarity::estimate(const std::vector<Point>& from, const std::vector<Point>& to) {
  if (from.size() != to.size() || from.size() < 2) {
    throw Error(ErrorCode::invalid_argument,
                "points: a similarity needs two equally long lists of at least two points; got " +
                    std::to_string(from.size()) + " and " + std::to_string(to.size()));
  }
  const Points source = as_matrix(from);
  const Points target = as_matrix(to);
  if (coincide(source) || coincide(target)) {
    throw Error(
        ErrorCode::invalid_argument,
        "points: all points of a list coincide, so no scale is defined; pass distinct ones");
  }
  const Eigen::Matrix3d transform = Eigen::umeyama(source, target, true);
  return {transform(0, 0), transform(1, 0), transform(0, 2), transform(1, 2)};
}

Point Similarity::operator()(Point p) const noexcept {
  const double x = p.x;
  const double y = p.y;
  return {static_cast<float>(a_ * x - b_ * y + tx_), static_cast<float>(b_ * x + a_ * y + ty_)};
}

Similarity Similarity::inverse() const {
  const double squared = a_ * a_ + b_ * b_;
  if (!(squared > 0.0)) {
    throw Error(
        ErrorCode::invalid_argument,
        "similarity: its scale is zero, so it has no inverse; pass one with a nonzero scale");
  }
  const double a = a_ / squared;
  const double b = -b_ / squared;
  return {a, b, -(a * tx_ - b * ty_), -(b * tx_ + a * ty_)};
}

Similarity Similarity::operator*(const Similarity& other) const noexcept {
  return {a_ * other.a_ - b_ * other.b_, a_ * other.b_ + b_ * other.a_,
          a_ * other.tx_ - b_ * other.ty_ + tx_, b_ * other.tx_ + a_ * other.ty_ + ty_};
}

double Similarity::scale() const noexcept { return std::hypot(a_, b_); }

double Similarity::rotation() const noexcept { return std::atan2(b_, a_); }

Similarity canonical_similarity(const Landmarks& landmarks, int size) {
  if (size <= 0) {
    throw Error(ErrorCode::invalid_argument,
                "size: " + std::to_string(size) + " is not positive; pass the side in pixels");
  }
  constexpr std::size_t chin = 8;
  const Landmarks ibug = to_ibug68(landmarks);
  const std::array<Point, 2> eyes = eye_centers(ibug);
  const auto side = static_cast<float>(size);
  const auto at = [side](Point fraction) { return Point{fraction.x * side, fraction.y * side}; };
  const Point right = at(canonical_eyes[0]);
  const Point left = at(canonical_eyes[1]);
  const Similarity by_eyes = Similarity::estimate({eyes[0], eyes[1]}, {right, left});
  const double chin_below = by_eyes(ibug.points[chin]).y - right.y;
  const double max_below = side * canonical_chin - right.y;
  if (!(chin_below > max_below)) {
    return by_eyes;
  }
  return core::scaled_around_eyes(max_below / chin_below, size) * by_eyes;
}

}  // namespace demask
