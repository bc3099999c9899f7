// SPDX-License-Identifier: Apache-2.0
#include "pipeline/shape_step.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <opencv2/core.hpp>
#include <utility>
#include <vector>

#include "core/canonical_frame.hpp"
#include "core/landmarks.hpp"
#include "pipeline/stage_checks.hpp"

namespace demask::pipeline {
namespace {

// Whether the hole covers each point. Points beyond the square are hidden if the hole reaches the
// square's side next to them.
std::vector<bool> hidden_points(const cv::Mat& hole, const Landmarks& landmarks) {
  std::vector<bool> hidden;
  for (const Point& point : landmarks.points) {
    const int x = std::clamp(cvRound(point.x), 0, hole.cols - 1);
    const int y = std::clamp(cvRound(point.y), 0, hole.rows - 1);
    hidden.push_back(hole.at<std::uint8_t>(y, x) != 0);
  }
  return hidden;
}

// What is known of a face. The model knows faces that are not scaled down to make room for a mask.
ShapeQuery query_of(const Face& face) {
  const Similarity from_model = core::scaled_around_eyes(face.scale, face.side);
  ShapeQuery query;
  query.landmarks = core::transformed(face.canonical_landmarks, from_model.inverse());
  query.hidden = hidden_points(face.hole(), face.canonical_landmarks);
  query.side = face.side;
  return query;
}

// The shapes that the model draws, in the canonical square.
std::vector<FaceShape> drawn(const ShapeModel& model, const ShapeQuery& query, const Face& face) {
  std::vector<FaceShape> shapes = model.draw(query);
  check_shapes(shapes, query.count);
  const Similarity from_model = core::scaled_around_eyes(face.scale, face.side);
  for (FaceShape& shape : shapes) {
    shape.landmarks = core::transformed(shape.landmarks, from_model);
  }
  return shapes;
}

void choose_shapes(const Call& call, const ShapeModel& model, Face& face) {
  ShapeQuery query = query_of(face);
  query.expression = call.options.expression;
  query.diversity = call.options.diversity;
  query.count = call.options.variants;
  query.seed = call.options.seed;
  std::vector<FaceShape> shapes = drawn(model, query, face);
  face.canonical_landmarks = shapes.front().landmarks;
  if (call.options.variants == 1) {
    return;
  }
  const Similarity to_photo = face.to_canonical.inverse();
  for (FaceShape& shape : shapes) {
    FaceVariant variant;
    variant.landmarks = core::transformed(shape.landmarks, to_photo);
    variant.likelihood = shape.likelihood;
    face.result.variants.push_back(std::move(variant));
    face.variant_landmarks.push_back(std::move(shape.landmarks));
  }
}

}  // namespace

void choose_shapes(Call& call) {
  const Faces faces = call.active_faces();
  const bool wanted = call.options.variants > 1 || call.options.expression != Expression::as_found;
  if (!wanted || faces.empty()) {
    return;
  }
  const ShapeModel& model = call.stages.shape_model();
  const auto photo_of = [&](std::size_t i) { return faces[i]->photo_index; };
  call.at_once(faces.size(), photo_of,
               [&](std::size_t i) { choose_shapes(call, model, *faces[i]); });
}

void take_shape(const Call& call, const Landmarks& reference, Face& face) {
  ShapeQuery query = query_of(face);
  query.reference = reference;
  face.canonical_landmarks =
      drawn(call.stages.shape_model(), query, face).front().landmarks;
}

}  // namespace demask::pipeline
