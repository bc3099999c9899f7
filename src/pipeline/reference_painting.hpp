// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Compares the bare face of a reference photo with what is visible of a masked face, and paints
/// its pixels under the mask.

#include "pipeline/face.hpp"
#include "pipeline/face_picture.hpp"
#include "pipeline/reference_face.hpp"

namespace demask::pipeline {

/// The likeness below which a reference is refused: it shows somebody else.
inline constexpr double min_likeness = 0.2;
/// Pixels of a head that is turned by more degrees, or that would be enlarged more, are not used.
inline constexpr double max_turn = 20.0;
inline constexpr double max_enlargement = 2.0;

/// The face of a reference in the square of a masked face, by the eyes of both.
ReferenceFace in_square_of(const Face& face, const Reference& reference);

/// How alike both are where the masked face is visible, eyes and brows above all: the correlation
/// of their detail, with the reference moved onto the landmarks of the face; in [-1, 1].
double likeness_of(const ReferenceFace& reference, const Face& face);

/// How much the face in the reference photo is enlarged to the size that the face has in its photo.
double enlargement_of(const Reference& reference, const Face& face);

/// In: the picture as a generator painted it, and `face.reference`. Out: the picture with the
/// reference's pixels under the mask, moved to the picture's landmarks, in the colors and the
/// sharpness of the face, fading out toward the rim of the hole and the outline of the face; for
/// the answer, also `face.reference_cover`.
void paint_reference(Face& face, const FacePicture& picture);

}  // namespace demask::pipeline
