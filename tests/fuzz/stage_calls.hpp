// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Calls the stages of the C ABI one by one: loaded from a bundle, which may be NULL, used once and
/// freed.

#include <array>

#include "arguments.hpp"

namespace demask::fuzz {

inline void detect(const demask_bundle* bundle, FuzzedDataProvider& input) {
  demask_face_detector* stage = nullptr;
  checked(demask_face_detector_load(bundle, nullptr, &stage));
  const View photo(input);
  demask_detect_options value{sizeof(demask_detect_options), any_float(input), any_float(input)};
  SizedStruct<demask_detect_options> options(value, input);
  demask_detections* found = nullptr;
  checked(demask_face_detector_detect(stage, photo.get(), options.get(), &found));
  demask_face_detector_free(stage);
  demask_detection detection{};
  detection.struct_size = sizeof detection;
  demask_detections_count(found);
  checked(demask_detections_get(found, any_integer(input), &detection));
  demask_detections_free(found);
}

/// Returns the points of a set of landmarks and frees the set.
inline void take_landmarks(demask_landmark_set* set) {
  demask_landmarks landmarks{};
  landmarks.struct_size = sizeof landmarks;
  checked(demask_landmark_set_get(set, &landmarks));
  volatile float last = 0.0F;
  if (landmarks.count > 0) last = landmarks.points[2 * landmarks.count - 1];
  (void)last;
  demask_landmark_set_free(set);
}

inline void find_landmarks(const demask_bundle* bundle, FuzzedDataProvider& input) {
  demask_landmark_detector* stage = nullptr;
  checked(demask_landmark_detector_load(bundle, nullptr, &stage));
  const View photo(input);
  const std::array<float, 4> box = {any_float(input), any_float(input), any_float(input),
                                    any_float(input)};
  demask_landmark_set* found = nullptr;
  checked(
      demask_landmark_detector_detect(stage, photo.get(), box.data(), any_float(input), &found));
  demask_landmark_detector_free(stage);
  take_landmarks(found);
}

inline void segment_and_classify(const demask_bundle* bundle, FuzzedDataProvider& input) {
  const View image(input);
  demask_segmenter* segmenter = nullptr;
  checked(demask_segmenter_load(bundle, nullptr, &segmenter));
  demask_segmenter_input kind = 0;
  float threshold = 0.0F;
  checked(demask_segmenter_get_input(segmenter, &kind, &threshold));
  demask_masks* masks = nullptr;
  checked(demask_segmenter_segment(segmenter, image.get(), &masks));
  demask_segmenter_free(segmenter);
  demask_mask mask{};
  mask.struct_size = sizeof mask;
  demask_masks_count(masks);
  checked(demask_masks_get(masks, any_integer(input), &mask));
  demask_masks_free(masks);
  demask_gender_classifier* classifier = nullptr;
  checked(demask_gender_classifier_load(bundle, nullptr, &classifier));
  demask_gender gender = 0;
  float probability = 0.0F;
  checked(demask_gender_classifier_classify(classifier, image.get(), &gender, &probability));
  demask_gender_classifier_free(classifier);
}

inline void inpaint(const demask_bundle* bundle, FuzzedDataProvider& input) {
  demask_inpainter* stage = nullptr;
  checked(demask_inpainter_load(bundle, any_integer(input), nullptr, &stage));
  const View face(input);
  const View mask(input);
  const ReconstructArguments arguments(input);
  demask_image* image = nullptr;
  checked(demask_inpainter_inpaint(stage, face.get(), mask.get(), arguments.options().landmarks,
                                   &image));
  demask_inpainter_free(stage);
  demask_image_free(image);
}

/// Calls the functions that compute from landmarks without a model.
inline void use_landmarks(FuzzedDataProvider& input) {
  constexpr int max_points = 98;
  std::vector<float> points;
  append_face(points, any_float(input), any_float(input),
              10.0F + 90.0F * input.ConsumeProbability<float>());
  for (int i = 68; i < max_points; ++i) points.insert(points.end(), {points[0], points[1]});
  for (int changes = input.ConsumeIntegralInRange<int>(0, 4); changes > 0; --changes) {
    points[input.ConsumeIntegralInRange<std::size_t>(0, points.size() - 1)] = any_float(input);
  }
  demask_landmarks value{};
  value.struct_size = sizeof value;
  value.scheme = input.ConsumeBool() ? DEMASK_LANDMARKS_IBUG68 : DEMASK_LANDMARKS_WFLW98;
  value.count = value.scheme;
  value.points = points.data();
  if (input.ConsumeProbability<float>() > 0.9F) value.scheme = any_integer(input);
  if (input.ConsumeProbability<float>() > 0.9F)
    value.count = std::min(any_integer(input), max_points);
  SizedStruct<demask_landmarks> landmarks(value, input);
  demask_landmark_set* converted = nullptr;
  checked(demask_landmarks_to_ibug68(landmarks.get(), &converted));
  take_landmarks(converted);
  const std::int32_t size = any_integer(input);
  std::array<double, 6> matrix{};
  checked(demask_canonical_similarity(landmarks.get(), size, matrix.data()));
  const View photo(input);
  demask_image* face = nullptr;
  // Larger faces would only be slower.
  checked(demask_canonical_face(photo.get(), landmarks.get(), std::min(size, 300), &face));
  demask_image_free(face);
}

}  // namespace demask::fuzz
