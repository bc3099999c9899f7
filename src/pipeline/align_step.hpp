// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Step 3, landmarks -> canonical square.
/// In: photo and landmarks of each active face. Out: its similarity to the canonical square, the
/// landmarks there and the square's pixels. Faces that cannot be aligned are finished. In the same
/// pass of the threads the photos of the results are made.

#include "demask/geometry.hpp"
#include "demask/image.hpp"
#include "pipeline/call.hpp"

namespace demask::pipeline {

/// Copies the photos to the results and aligns the active faces, all at once: one thread copies a
/// photo while another aligns its face.
void copy_and_align(Call& call);

/// Aligns one face, at its scale or the smaller one that its history allows.
void align(Face& face);

/// True if the eyes are far enough apart to align a face by, and not farther than the photo is
/// large.
bool can_be_aligned(const Landmarks& landmarks, const ImageView& photo);

/// Each point of a set seen through a transform.
Landmarks transformed(const Landmarks& landmarks, const Similarity& transform);

}  // namespace demask::pipeline
