// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Checks that the results of stages, which users may have written, comply with their interfaces.

#include <vector>

#include "demask/face_detector.hpp"
#include "demask/gender_classifier.hpp"
#include "demask/geometry.hpp"
#include "demask/image.hpp"
#include "demask/inpainter.hpp"
#include "demask/prior_inpainter.hpp"
#include "demask/segmenter.hpp"
#include "demask/shape_model.hpp"

namespace demask::pipeline {

// Each function throws Error model_invalid if a result violates the stage's interface.

/// Requires one list per photo, with finite boxes, scores and points.
void check_detections(const std::vector<std::vector<Detection>>& detections, std::size_t photos);
/// Requires one complete, finite set per face.
void check_landmarks(const std::vector<Landmarks>& landmarks, std::size_t faces);
/// Requires a minimum confidence in [0, 1].
void check_min_confidence(float min_confidence);
/// Requires one instance per face, finite and of the face's size.
void check_face_masks(const std::vector<std::vector<MaskInstance>>& masks,
                      const std::vector<ImageView>& faces);
/// Requires finite scores, and finite values whose number matches the sides of each map.
void check_photo_masks(const std::vector<MaskInstance>& masks);
/// Requires one estimate per face, with a probability in [0, 1].
void check_genders(const std::vector<GenderEstimate>& estimates, std::size_t faces);
/// Requires one RGB image per face, of the face's size.
void check_painted(const std::vector<Image>& painted, const std::vector<InpaintInput>& inputs,
                   Gender gender);
/// Requires so many complete, finite shapes with likelihoods in [0, 1].
void check_shapes(const std::vector<FaceShape>& shapes, int count);
/// Requires one RGB image per face, of the face's size, with a finite error that is not negative.
void check_prior_paintings(const std::vector<PriorPainting>& paintings,
                           const std::vector<PriorInput>& inputs);

}  // namespace demask::pipeline
