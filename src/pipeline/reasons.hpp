// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Why faces stay untouched: the sentences of FaceResult::reason.

#include <cstddef>
#include <string>

#include "demask/geometry.hpp"
#include "pipeline/hidden_eyes.hpp"

namespace demask::pipeline {

/// For too_small. @param limit  The smallest larger side, in pixels of the photo.
std::string small_face(const Box& box, float limit);

/// For not_selected. @param index  The face's index among the `count` faces of its photo; `chosen`
/// is that of the selected one, which need not exist.
std::string unselected_face(std::size_t index, std::size_t chosen, std::size_t count);

/// For landmarks_unreliable, because no canonical face can be made. @param eye_distance  In pixels
/// of the photo, as is `limit`.
std::string unusable_eyes(float eye_distance, float limit);

/// For landmarks_unreliable, because the landmarks' mean confidence is below `limit`.
std::string uncertain_landmarks(float confidence, float limit);

/// For landmarks_unreliable, because the mask is worn over the eyes.
std::string mask_over_eyes(const HiddenEyes& eyes);

/// For too_small, because the segmenter is less certain about the mask than `limit`.
std::string uncertain_mask(const Box& box, float certainty, float limit);

/// For no_mask. @param area  The area of the worn mask as a fraction of the canonical face.
std::string small_mask(double area, float limit);

/// For no_mask, because the hole covers no pixel of the photo.
std::string mask_outside_photo();

/// For ReferenceUse::refused, because a reference photo shows no face, none near the box, a masked
/// one, or one that is unusable for `reason`.
std::string reference_without_face();
std::string reference_without_face_at(const Box& box);
std::string masked_reference();
std::string unusable_reference(const std::string& reason);

/// For ReferenceUse::refused, because the visible parts are less alike than `limit`.
std::string unlike_reference(double likeness, double limit);

/// For ReferenceUse::shape, because the head is turned by so many degrees more than `limit`, or the
/// reference would be enlarged by more than `limit`.
std::string turned_reference(double degrees, double limit);
std::string small_reference(double enlargement, double limit);

}  // namespace demask::pipeline
