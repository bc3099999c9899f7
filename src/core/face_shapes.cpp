// SPDX-License-Identifier: Apache-2.0
#include "core/face_shapes.hpp"

#include <fmt/format.h>

#include <Eigen/Cholesky>
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>

#include "demask/error.hpp"

namespace demask::core {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr std::size_t point_count = 68;

// Points of scheme ibug68.
constexpr std::size_t first_of_chin = 4;
constexpr std::size_t last_of_chin = 12;
constexpr std::size_t first_of_mouth = 48;
constexpr std::size_t right_corner = 48;
constexpr std::size_t upper_lip = 51;
constexpr std::size_t left_corner = 54;
constexpr std::size_t lower_lip = 57;
constexpr std::size_t upper_gap = 62;
constexpr std::size_t lower_gap = 66;
// Points of the inner lips that lie above each other: upper, lower.
constexpr std::array<std::array<std::size_t, 2>, 3> gaps_of_lips = {
    {{61, 67}, {upper_gap, lower_gap}, {63, 65}}};

// Confidences outside of this range are not believed.
constexpr double min_confidence = 0.05;
constexpr double max_confidence = 0.99;

// From this diversity on, shapes spread as far as the distribution does. There they differ about as
// much as the detector's guesses at hidden points differ from the truth.
constexpr double whole_spread = 0.5;

// The standard deviation of a point of another photo of the same face from the truth, as a fraction
// of the square's side: expressions differ.
constexpr double reference_error = 0.02;

// The error with which an expression is asked for, as a fraction of the square's side.
constexpr double expression_error = 0.004;
// How far expressions are from the face's mean, in its standard deviations.
constexpr double smile_deviations = 1.3;
constexpr double open_deviations = 2.0;

Eigen::Index x_of(std::size_t point) { return static_cast<Eigen::Index>(2 * point); }
Eigen::Index y_of(std::size_t point) { return static_cast<Eigen::Index>(2 * point + 1); }

void check(const Normal& faces, const ShapeEvidence& evidence) {
  if (evidence.landmarks.scheme != LandmarkScheme::ibug68 ||
      evidence.landmarks.points.size() != point_count || evidence.hidden.size() != point_count) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("landmarks: {} points and {} flags; pass 68 of each, of scheme ibug68",
                            evidence.landmarks.points.size(), evidence.hidden.size()));
  }
  if (!evidence.reference.empty() && evidence.reference.points.size() != point_count) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("reference: {} points; pass 68, of scheme ibug68, or none",
                            evidence.reference.points.size()));
  }
  if (faces.mean.size() != static_cast<Eigen::Index>(2 * point_count)) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("shapes: the distribution has {} dimensions; pass one of 136",
                            faces.mean.size()));
  }
}

// The standard deviation of each coordinate of a point, if its errors are normal in both
// coordinates: a distance then has a Rayleigh distribution.
double error_of(const ShapeEvidence& evidence, std::size_t point) {
  const std::vector<float>& confidences = evidence.landmarks.confidence;
  const double confidence =
      confidences.size() == point_count ? static_cast<double>(confidences[point]) : 0.5;
  const double believed = std::clamp(confidence, min_confidence, max_confidence);
  return evidence.confidence_radius / std::sqrt(-2.0 * std::log1p(-believed));
}

// Whether an expression decides where a point lies, whatever the detector guesses.
bool is_expressive(Expression expression, std::size_t point) {
  return expression != Expression::as_found &&
         (point >= first_of_mouth || (expression == Expression::open_mouth &&
                                      point >= first_of_chin && point <= last_of_chin));
}

Normal after_landmarks(const Normal& faces, const ShapeEvidence& evidence, Expression expression,
                       double diversity) {
  const auto size = static_cast<Eigen::Index>(2 * point_count);
  Eigen::VectorXd values(size);
  Eigen::VectorXd errors(size);
  for (std::size_t i = 0; i < point_count; ++i) {
    values[x_of(i)] = evidence.landmarks.points[i].x;
    values[y_of(i)] = evidence.landmarks.points[i].y;
    double error = error_of(evidence, i);
    if (evidence.hidden[i]) {
      error =
          is_expressive(expression, i) || diversity >= 1.0 ? infinity : error / (1.0 - diversity);
    }
    errors[x_of(i)] = error;
    errors[y_of(i)] = error;
  }
  return conditioned(faces, Eigen::MatrixXd::Identity(size, size), values, errors);
}

// The points of the reference, moved by the affine transform that brings them closest to those of
// the evidence (weighted least squares): 2 x 68.
Eigen::Matrix2Xd moved_reference(const ShapeEvidence& evidence) {
  const auto count = static_cast<Eigen::Index>(point_count);
  Eigen::MatrixX3d from(count, 3);
  Eigen::MatrixX2d to(count, 2);
  Eigen::VectorXd weights(count);
  for (std::size_t i = 0; i < point_count; ++i) {
    const auto row = static_cast<Eigen::Index>(i);
    const Point& reference = evidence.reference.points[i];
    const Point& found = evidence.landmarks.points[i];
    from.row(row) << static_cast<double>(reference.x), static_cast<double>(reference.y), 1.0;
    to.row(row) << static_cast<double>(found.x), static_cast<double>(found.y);
    const double error = error_of(evidence, i);
    weights[row] = 1.0 / (error * error);
  }
  const Eigen::MatrixX3d weighted = weights.asDiagonal() * from;
  const Eigen::Matrix<double, 3, 2> affine =
      (from.transpose() * weighted).ldlt().solve(weighted.transpose() * to);
  return (from * affine).transpose();
}

// The reference says where hidden points lie, except where an expression decides.
Normal after_reference(const Normal& face, const ShapeEvidence& evidence, Expression expression) {
  if (evidence.reference.empty()) {
    return face;
  }
  const auto size = static_cast<Eigen::Index>(2 * point_count);
  const Eigen::Matrix2Xd moved = moved_reference(evidence);
  const Eigen::VectorXd values = Eigen::Map<const Eigen::VectorXd>(moved.data(), size);
  Eigen::VectorXd errors = Eigen::VectorXd::Constant(size, infinity);
  for (std::size_t i = 0; i < point_count; ++i) {
    if (evidence.hidden[i] && !is_expressive(expression, i)) {
      errors[x_of(i)] = errors[y_of(i)] = reference_error;
    }
  }
  return conditioned(face, Eigen::MatrixXd::Identity(size, size), values, errors);
}

// Linear functions of the coordinates.
Eigen::RowVectorXd lip_gap() {
  Eigen::RowVectorXd row = Eigen::RowVectorXd::Zero(2 * point_count);
  row[y_of(lower_gap)] = 1.0;
  row[y_of(upper_gap)] = -1.0;
  return row;
}

Eigen::RowVectorXd mouth_width() {
  Eigen::RowVectorXd row = Eigen::RowVectorXd::Zero(2 * point_count);
  row[x_of(left_corner)] = 1.0;
  row[x_of(right_corner)] = -1.0;
  return row;
}

// How far the corners of the mouth lie above its middle.
Eigen::RowVectorXd corner_lift() {
  Eigen::RowVectorXd row = Eigen::RowVectorXd::Zero(2 * point_count);
  row[y_of(upper_lip)] = 0.5;
  row[y_of(lower_lip)] = 0.5;
  row[y_of(right_corner)] = -0.5;
  row[y_of(left_corner)] = -0.5;
  return row;
}

// The value of a linear function that lies so many standard deviations above its mean.
double value_at(const Normal& normal, const Eigen::RowVectorXd& function, double deviations) {
  const double variance = function * normal.covariance * function.transpose();
  return function.dot(normal.mean) + deviations * std::sqrt(std::max(variance, 0.0));
}

Normal after_expression(const Normal& face, Expression expression) {
  Eigen::MatrixXd functions(2, static_cast<Eigen::Index>(2 * point_count));
  Eigen::Vector2d values = Eigen::Vector2d::Zero();
  Eigen::Vector2d errors(infinity, infinity);
  functions.setZero();
  const auto ask = [&](Eigen::Index row, const Eigen::RowVectorXd& function, double value) {
    functions.row(row) = function;
    values[row] = value;
    errors[row] = expression_error;
  };
  switch (expression) {
    case Expression::as_found:
      return face;
    case Expression::neutral:
      ask(0, lip_gap(), 0.0);
      ask(1, corner_lift(), value_at(face, corner_lift(), 0.0));
      break;
    case Expression::smile:
      ask(0, mouth_width(), value_at(face, mouth_width(), smile_deviations));
      ask(1, corner_lift(), value_at(face, corner_lift(), smile_deviations));
      break;
    case Expression::open_mouth:
      ask(0, lip_gap(), value_at(face, lip_gap(), open_deviations));
      break;
  }
  return conditioned(face, functions, values, errors);
}

// Where drawn lips cross, both meet halfway: a normal distribution does not know that they cannot.
void uncross_lips(Landmarks& landmarks, const std::vector<bool>& hidden) {
  for (const auto& [upper, lower] : gaps_of_lips) {
    float& above = landmarks.points[upper].y;
    float& below = landmarks.points[lower].y;
    if (hidden[upper] && hidden[lower] && above > below) {
      above = below = 0.5F * (above + below);
    }
  }
}

// The evidence with its hidden points replaced by those of a shape.
Landmarks with_hidden(const ShapeEvidence& evidence, const Eigen::VectorXd& shape) {
  Landmarks landmarks = evidence.landmarks;
  for (std::size_t i = 0; i < point_count; ++i) {
    if (evidence.hidden[i]) {
      landmarks.points[i] = {static_cast<float>(shape[x_of(i)]),
                             static_cast<float>(shape[y_of(i)])};
    }
  }
  uncross_lips(landmarks, evidence.hidden);
  return landmarks;
}

Normal posterior_of(const Normal& faces, const ShapeEvidence& evidence, Expression expression,
                    double diversity) {
  const Normal seen = after_landmarks(faces, evidence, expression, diversity);
  return after_expression(after_reference(seen, evidence, expression), expression);
}

Eigen::VectorXd coordinates_of(const Landmarks& landmarks) {
  Eigen::VectorXd coordinates(2 * point_count);
  for (std::size_t i = 0; i < point_count; ++i) {
    coordinates[x_of(i)] = landmarks.points[i].x;
    coordinates[y_of(i)] = landmarks.points[i].y;
  }
  return coordinates;
}

Landmarks most_likely(const Normal& faces, const ShapeEvidence& evidence, Expression expression) {
  return expression == Expression::as_found && evidence.reference.empty()
             ? evidence.landmarks
             : with_hidden(evidence, posterior_of(faces, evidence, expression, 0.0).mean);
}

}  // namespace

std::vector<FaceShape> draw_face_shapes(const Normal& faces, const ShapeEvidence& evidence,
                                        Expression expression, double diversity, int count,
                                        std::uint64_t seed) {
  check(faces, evidence);
  std::vector<FaceShape> shapes{{most_likely(faces, evidence, expression), 1.0F}};
  if (count == 1) {
    return shapes;
  }
  const Normal posterior = posterior_of(faces, evidence, expression, diversity);
  const NormalSampler sampler(posterior);
  const double spread = std::min(1.0, diversity / whole_spread);
  // Without diversity, all shapes are the first one.
  const Eigen::VectorXd toward_first =
      (1.0 - spread) * (coordinates_of(shapes.front().landmarks) - posterior.mean);
  for (int i = 1; i < count; ++i) {
    const Draw drawn = sampler.draw(spread, seed_of(seed, static_cast<std::uint64_t>(i)));
    shapes.push_back(
        {with_hidden(evidence, drawn.vector + toward_first), static_cast<float>(drawn.likelihood)});
  }
  return shapes;
}

}  // namespace demask::core
