#pragma once

/// @file
/// Holds stages, which users may have written, to what their interfaces promise.

#include <vector>

#include "demask/face_detector.hpp"
#include "demask/gender_classifier.hpp"
#include "demask/geometry.hpp"
#include "demask/image.hpp"
#include "demask/inpainter.hpp"
#include "demask/segmenter.hpp"

namespace demask::pipeline {

// Each throws Error model_invalid if a stage broke its promise.

/// One list per photo; boxes, scores and points are finite.
void check_detections(const std::vector<std::vector<Detection>>& detections, std::size_t photos);
/// One complete, finite set per face.
void check_landmarks(const std::vector<Landmarks>& landmarks, std::size_t faces);
/// In [0, 1].
void check_min_confidence(float min_confidence);
/// One finite instance per face, of its size.
void check_face_masks(const std::vector<std::vector<MaskInstance>>& masks,
                      const std::vector<ImageView>& faces);
/// A finite score, and as many finite values as the sides of each map say.
void check_photo_masks(const std::vector<MaskInstance>& masks);
/// One estimate with a probability in [0, 1] per face.
void check_genders(const std::vector<GenderEstimate>& estimates, std::size_t faces);
/// One RGB image per face, of its size.
void check_painted(const std::vector<Image>& painted, const std::vector<InpaintInput>& inputs,
                   Gender gender);

}  // namespace demask::pipeline
