// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Plausible landmarks of a face whose lower part is hidden.

#include <cstdint>
#include <memory>
#include <vector>

#include "demask/export.hpp"
#include "demask/expression.hpp"
#include "demask/face_shape.hpp"
#include "demask/geometry.hpp"
#include "demask/model_source.hpp"
#include "demask/model_spec.hpp"
#include "demask/runtime_options.hpp"

namespace demask {

/// What is known of one face, and which shapes of it are asked for.
struct ShapeQuery {
  Landmarks landmarks;        ///< 68 or 98 points, in pixels of the canonical face.
  std::vector<bool> hidden;   ///< One per point: whether something covers it.
  int side = canonical_size;  ///< Side of the canonical face in pixels.
  Expression expression = Expression::as_found;  ///< The expression of all shapes.
  /// In [0, 1]: 0 repeats the most likely shape; at 1 the given hidden points do not count, and
  /// shapes differ as faces with equal visible points differ.
  float diversity = 0.5F;
  int count = 1;           ///< Number of shapes, 1 to 1000.
  std::uint64_t seed = 0;  ///< Equal seeds give equal shapes.
  /// The points of the same person's bare face in another photo, of either scheme and in pixels of
  /// any image; empty if there are none. They are evidence for the hidden points, moved by the
  /// affine transform that takes them to the given ones where nothing hides those. The most likely
  /// shape then differs from the given points, whatever the expression.
  Landmarks reference = {};
};

/// What the visible landmarks of a face say about the hidden ones: the joint normal distribution of
/// the landmarks of faces (point distribution model, Cootes et al. 1995), conditioned on the
/// visible points and, as far as their confidences go, on the guesses at the hidden ones.
/// Implementations are immutable: any number of threads may call one object at once. To use a model
/// of your own, derive from this class and implement do_draw().
///
/// @code
/// const auto shapes = demask::ModelBundle::find_default().load_shape_model();
/// demask::ShapeQuery query;
/// query.landmarks = demask::Landmarks{};  // 68 points in pixels of a canonical face
/// query.hidden.assign(68, false);
/// query.count = 4;
/// for (const demask::FaceShape& shape : shapes->draw(query)) {
///   std::printf("likelihood %.2f\n", static_cast<double>(shape.likelihood));
/// }
/// @endcode
class DEMASK_API ShapeModel {
 public:
  virtual ~ShapeModel();
  /// Draws shapes: the first is the most likely one, which for Expression::as_found without a
  /// reference is the given one. Only hidden points differ from those given.
  /// @throws Error invalid_argument (landmarks malformed, a value out of range).
  [[nodiscard]] std::vector<FaceShape> draw(const ShapeQuery& query) const;

 protected:
  ShapeModel() = default;
  ShapeModel(const ShapeModel&) = default;
  ShapeModel& operator=(const ShapeModel&) = default;

 private:
  /// Does the work of draw(), for a query within its documented ranges.
  virtual std::vector<FaceShape> do_draw(const ShapeQuery& query) const = 0;
};

/// Makes a shape model from a TorchScript module whose forward takes nothing and returns the mean
/// [136] and the covariance [136,136] of the coordinates x0, y0, x1, y1, ... of 68 landmarks, in
/// the canonical square of side 1.
/// @throws Error unreadable_file, model_invalid, device_unavailable, invalid_argument.
[[nodiscard]] DEMASK_API std::unique_ptr<ShapeModel> make_shape_model(
    const ModelSpec& spec, const ModelSource& source, const RuntimeOptions& options = {});

}  // namespace demask
