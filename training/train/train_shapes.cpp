// SPDX-License-Identifier: Apache-2.0

// The distribution of the landmarks of canonical faces: a point distribution model (Cootes et al.
// 1995) without a choice of modes.

#include <fmt/format.h>

#include <Eigen/Core>
#include <cmath>
#include <limits>
#include <vector>

#include "core/face_shapes.hpp"
#include "core/landmarks.hpp"
#include "core/shape_distribution.hpp"
#include "data/face_dataset.hpp"
#include "learn/shape_file.hpp"
#include "train/stages.hpp"

namespace demask::training {
namespace {

constexpr std::size_t point_count = 68;
// Added to each variance, in square sides: the disagreement of annotators.
constexpr double annotation_variance = 1e-6;
// Points of scheme ibug68 that masks usually hide: the jaw's lower part, the nose from its tip, and
// the mouth.
bool is_usually_hidden(std::size_t point) {
  return (point >= 3 && point <= 13) || (point >= 30 && point <= 35) || point >= 48;
}

// The coordinates x0, y0, x1, y1, ... of a face in the canonical square of side 1.
Eigen::VectorXd coordinates(const Landmarks& landmarks) {
  const Landmarks canonical = core::transformed(landmarks, canonical_similarity(landmarks, 1));
  Eigen::VectorXd row(2 * point_count);
  for (std::size_t i = 0; i < point_count; ++i) {
    row[static_cast<Eigen::Index>(2 * i)] = canonical.points[i].x;
    row[static_cast<Eigen::Index>(2 * i + 1)] = canonical.points[i].y;
  }
  return row;
}

Landmarks mirrored(const Landmarks& landmarks) {
  Landmarks result = landmarks;
  for (std::size_t i = 0; i < point_count; ++i) {
    const Point& point = landmarks.points[mirrored_point(landmarks.scheme, i)];
    result.points[i] = {-point.x, point.y};
  }
  return result;
}

// Each face and its mirror image is a row.
Eigen::MatrixXd rows_of(const std::vector<FaceRecord>& faces) {
  Eigen::MatrixXd rows(static_cast<Eigen::Index>(2 * faces.size()),
                       static_cast<Eigen::Index>(2 * point_count));
  for (std::size_t i = 0; i < faces.size(); ++i) {
    const auto row = static_cast<Eigen::Index>(2 * i);
    rows.row(row) = coordinates(faces[i].landmarks);
    rows.row(row + 1) = coordinates(mirrored(faces[i].landmarks));
  }
  return rows;
}

// The mean distance of usually hidden points from a guess, in percent of the eye distance.
double error_of(const Eigen::VectorXd& guess, const Eigen::VectorXd& truth) {
  constexpr double eye_distance = 0.3;
  double sum = 0.0;
  double count = 0.0;
  for (std::size_t i = 0; i < point_count; ++i) {
    if (is_usually_hidden(i)) {
      const auto x = static_cast<Eigen::Index>(2 * i);
      sum += std::hypot(guess[x] - truth[x], guess[x + 1] - truth[x + 1]);
      count += 1.0;
    }
  }
  return 100.0 * sum / count / eye_distance;
}

// Prints how well the visible points of faces predict the hidden ones.
void validate(const core::Normal& model, const std::vector<FaceRecord>& faces) {
  const auto size = static_cast<Eigen::Index>(2 * point_count);
  const Eigen::MatrixXd every = Eigen::MatrixXd::Identity(size, size);
  Eigen::VectorXd errors(size);
  for (std::size_t i = 0; i < point_count; ++i) {
    const double error = is_usually_hidden(i) ? std::numeric_limits<double>::infinity() : 0.003;
    errors[static_cast<Eigen::Index>(2 * i)] = error;
    errors[static_cast<Eigen::Index>(2 * i + 1)] = error;
  }
  double by_visible = 0.0;
  double by_mean = 0.0;
  for (const FaceRecord& face : faces) {
    const Eigen::VectorXd truth = coordinates(face.landmarks);
    by_visible += error_of(core::conditioned(model, every, truth, errors).mean, truth);
    by_mean += error_of(model.mean, truth);
  }
  const auto count = static_cast<double>(faces.size());
  fmt::print(
      "{} faces of val: hidden points off by {:.2f} % of the eye distance if predicted from "
      "the visible ones, by {:.2f} % if by the mean face\n",
      faces.size(), by_visible / count, by_mean / count);
}

}  // namespace

void train_shapes(const ShapeTrainingOptions& options) {
  const std::vector<FaceRecord> faces = read_faces(options.data, "train");
  core::Normal model = core::fitted(rows_of(faces));
  model.covariance.diagonal().array() += annotation_variance;
  fmt::print("{} faces of train\n", faces.size());
  validate(model, read_faces(options.data, "val"));
  write_shape_model(model, options.out);
}

}  // namespace demask::training
