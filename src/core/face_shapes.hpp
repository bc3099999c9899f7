// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Plausible landmarks of a face whose lower part is hidden.

#include <cstdint>
#include <vector>

#include "core/shape_distribution.hpp"
#include "demask/expression.hpp"
#include "demask/face_shape.hpp"
#include "demask/geometry.hpp"

namespace demask::core {

/// What is known of the landmarks of one face. Lengths are fractions of the canonical square's
/// side.
struct ShapeEvidence {
  Landmarks landmarks;       ///< 68 points of scheme ibug68 in the canonical square.
  std::vector<bool> hidden;  ///< One per point: whether the mask covers it.
  /// 68 points of the same person's bare face in another photo, in any frame; empty without one.
  Landmarks reference = {};
  /// The confidence of a point is the probability of an error below this.
  double confidence_radius = 0.028;
};

/// Draws shapes of a face from the distribution of faces, given what is seen of it. The detector's
/// guesses at hidden points are evidence too, as certain as their confidence says. The first shape
/// is the most likely one: the evidence itself if the expression is `as_found` and there is no
/// reference. Only hidden points differ from the evidence. A reference counts whatever the
/// diversity: its points are moved by the affine transform that brings them closest to those of the
/// evidence, each weighted by its certainty.
/// @param faces      The distribution of x0, y0, x1, y1, ... of canonical faces, 136 numbers.
/// @param diversity  In [0, 1]: 0 repeats the most likely shape; the guesses at hidden points count
///                   the less the larger it is. At 0.5 shapes differ about as much as the guesses
///                   differ from the truth; at 1 the guesses do not count, and shapes are as
///                   different as faces are.
/// @param count      Number of shapes, at least 1.
/// @throws Error invalid_argument if the landmarks are malformed or sizes differ.
std::vector<FaceShape> draw_face_shapes(const Normal& faces, const ShapeEvidence& evidence,
                                        Expression expression, double diversity, int count,
                                        std::uint64_t seed);

}  // namespace demask::core
