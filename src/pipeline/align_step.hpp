// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Step 3, landmarks -> canonical square.
/// In: photo and landmarks of each active face. Out: the similarity from photo to canonical square,
/// the landmarks in the square and its pixels; the copy of each photo that becomes its result.
/// Faces that cannot be aligned are finished.

#include "demask/geometry.hpp"
#include "demask/image.hpp"
#include "pipeline/call.hpp"

namespace demask::pipeline {

/// Copies the photos to the results and aligns the active faces in one parallel loop: one thread
/// may copy a photo while another aligns its face.
void copy_and_align(Call& call);

/// The side of the canonical square of a face, in pixels: the smallest of a few from 128 to 512 at
/// which the square keeps the photo's resolution, or 512. A few sizes, because faces of one size go
/// through the networks together.
int canonical_side(const Landmarks& landmarks);

/// Aligns one face, at its own scale or at the maximum that its history allows if that is smaller.
void align(Face& face);

/// True if the eyes are far enough apart to align the face, and not farther apart than the photo's
/// width and height together.
bool can_be_aligned(const Landmarks& landmarks, const ImageView& photo);

}  // namespace demask::pipeline
