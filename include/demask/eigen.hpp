// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Opt-in header: views of demask's geometry as Eigen matrices. Temporary points are rejected.

#include <Eigen/Core>
#include <vector>

#include "demask/geometry.hpp"

namespace demask {

/// Copies a similarity into a 2 x 3 matrix [a -b tx; b a ty].
[[nodiscard]] inline Eigen::Matrix<double, 2, 3> as_matrix(const Similarity& similarity) {
  const auto row_major = similarity.matrix();
  return Eigen::Map<const Eigen::Matrix<double, 2, 3, Eigen::RowMajor>>(row_major.data());
}

static_assert(sizeof(Point) == 2 * sizeof(float), "points are mapped as rows of two floats");

/// A map over points, one per row: x, y. Nothing is copied, so the points must outlive the map.
using PointsMap = Eigen::Map<const Eigen::Matrix<float, Eigen::Dynamic, 2, Eigen::RowMajor>>;

/// Maps a list of points, which must outlive the map.
[[nodiscard]] inline PointsMap as_matrix(const std::vector<Point>& points) {
  return {points.empty() ? nullptr : &points.front().x, static_cast<Eigen::Index>(points.size()),
          2};
}
/// Deleted for temporaries: the map would outlive the points.
PointsMap as_matrix(const std::vector<Point>&& points) = delete;

/// Maps the points of a landmark set, which must outlive the map.
[[nodiscard]] inline PointsMap as_matrix(const Landmarks& landmarks) {
  return as_matrix(landmarks.points);
}
/// Deleted for temporaries: the map would outlive the points.
PointsMap as_matrix(const Landmarks&& landmarks) = delete;

}  // namespace demask
