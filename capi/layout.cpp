// SPDX-License-Identifier: Apache-2.0

/// @file
/// Checks the layout of every struct of ABI version 0 for processors with 64-bit pointers. Moving a
/// field breaks every program built earlier. Add fields only after the last one, at or after the
/// struct's previous sizeof, never in its trailing padding.

#include <cstddef>
#include <cstdint>

#include "demask.h"

#if UINTPTR_MAX == UINT64_MAX

#define DEMASK_SIZE(type, size) static_assert(sizeof(type) == (size), #type " has changed its size")
#define DEMASK_FIELD(type, field, offset) \
  static_assert(offsetof(type, field) == (offset), #type "." #field " has moved")

DEMASK_SIZE(demask_image_view, 40);
DEMASK_FIELD(demask_image_view, struct_size, 0);
DEMASK_FIELD(demask_image_view, data, 8);
DEMASK_FIELD(demask_image_view, width, 16);
DEMASK_FIELD(demask_image_view, height, 20);
DEMASK_FIELD(demask_image_view, stride, 24);
DEMASK_FIELD(demask_image_view, format, 32);

DEMASK_SIZE(demask_encode_options, 40);
DEMASK_FIELD(demask_encode_options, struct_size, 0);
DEMASK_FIELD(demask_encode_options, jpeg_quality, 8);
DEMASK_FIELD(demask_encode_options, synthetic, 12);
DEMASK_FIELD(demask_encode_options, metadata_source, 16);
DEMASK_FIELD(demask_encode_options, pixel_source, 24);
DEMASK_FIELD(demask_encode_options, changed, 32);

DEMASK_SIZE(demask_bundle_limits, 24);
DEMASK_FIELD(demask_bundle_limits, struct_size, 0);
DEMASK_FIELD(demask_bundle_limits, max_file_bytes, 8);
DEMASK_FIELD(demask_bundle_limits, max_total_bytes, 16);

DEMASK_SIZE(demask_model_info, 112);
DEMASK_FIELD(demask_model_info, struct_size, 0);
DEMASK_FIELD(demask_model_info, variant, 8);
DEMASK_FIELD(demask_model_info, file, 16);
DEMASK_FIELD(demask_model_info, sha256, 24);
DEMASK_FIELD(demask_model_info, license, 32);
DEMASK_FIELD(demask_model_info, training_data, 40);
DEMASK_FIELD(demask_model_info, size_bytes, 48);
DEMASK_FIELD(demask_model_info, stage, 56);
DEMASK_FIELD(demask_model_info, input_size, 60);
DEMASK_FIELD(demask_model_info, landmark_scheme, 64);
DEMASK_FIELD(demask_model_info, threshold, 68);
DEMASK_FIELD(demask_model_info, crop_scale, 72);
DEMASK_FIELD(demask_model_info, class_name_count, 76);
DEMASK_FIELD(demask_model_info, metric_count, 80);
DEMASK_FIELD(demask_model_info, min_confidence, 88);
DEMASK_FIELD(demask_model_info, largest_face, 96);
DEMASK_FIELD(demask_model_info, mirror_average, 104);

DEMASK_SIZE(demask_artifact_info, 48);
DEMASK_FIELD(demask_artifact_info, struct_size, 0);
DEMASK_FIELD(demask_artifact_info, name, 8);
DEMASK_FIELD(demask_artifact_info, variant, 16);
DEMASK_FIELD(demask_artifact_info, file, 24);
DEMASK_FIELD(demask_artifact_info, sha256, 32);
DEMASK_FIELD(demask_artifact_info, size_bytes, 40);

DEMASK_SIZE(demask_runtime_options, 24);
DEMASK_FIELD(demask_runtime_options, struct_size, 0);
DEMASK_FIELD(demask_runtime_options, device, 8);
DEMASK_FIELD(demask_runtime_options, dtype, 16);
DEMASK_FIELD(demask_runtime_options, threads, 20);

DEMASK_SIZE(demask_landmarks, 32);
DEMASK_FIELD(demask_landmarks, struct_size, 0);
DEMASK_FIELD(demask_landmarks, scheme, 8);
DEMASK_FIELD(demask_landmarks, count, 12);
DEMASK_FIELD(demask_landmarks, points, 16);
DEMASK_FIELD(demask_landmarks, confidence, 24);

DEMASK_SIZE(demask_reference_photo, 40);
DEMASK_FIELD(demask_reference_photo, struct_size, 0);
DEMASK_FIELD(demask_reference_photo, photo, 8);
DEMASK_FIELD(demask_reference_photo, box, 16);
DEMASK_FIELD(demask_reference_photo, face_index, 32);

DEMASK_SIZE(demask_reconstruct_options, 192);
DEMASK_FIELD(demask_reconstruct_options, struct_size, 0);
DEMASK_FIELD(demask_reconstruct_options, gender, 8);
DEMASK_FIELD(demask_reconstruct_options, gender_margin, 12);
DEMASK_FIELD(demask_reconstruct_options, both_when_uncertain, 16);
DEMASK_FIELD(demask_reconstruct_options, mask_inverted, 20);
DEMASK_FIELD(demask_reconstruct_options, mask, 24);
DEMASK_FIELD(demask_reconstruct_options, boxes, 32);
DEMASK_FIELD(demask_reconstruct_options, landmarks, 40);
DEMASK_FIELD(demask_reconstruct_options, box_count, 48);
DEMASK_FIELD(demask_reconstruct_options, landmarks_count, 52);
DEMASK_FIELD(demask_reconstruct_options, mask_dilation, 56);
DEMASK_FIELD(demask_reconstruct_options, blend, 60);
DEMASK_FIELD(demask_reconstruct_options, selection, 64);
DEMASK_FIELD(demask_reconstruct_options, face_index, 68);
DEMASK_FIELD(demask_reconstruct_options, detection_threshold, 72);
DEMASK_FIELD(demask_reconstruct_options, segmentation_threshold, 76);
DEMASK_FIELD(demask_reconstruct_options, min_face_size, 80);
DEMASK_FIELD(demask_reconstruct_options, min_mask_area, 84);
DEMASK_FIELD(demask_reconstruct_options, max_pixels, 88);
DEMASK_FIELD(demask_reconstruct_options, progress_callback, 96);
DEMASK_FIELD(demask_reconstruct_options, progress_user_data, 104);
DEMASK_FIELD(demask_reconstruct_options, abort_callback, 112);
DEMASK_FIELD(demask_reconstruct_options, abort_user_data, 120);
DEMASK_FIELD(demask_reconstruct_options, min_landmark_confidence, 128);
DEMASK_FIELD(demask_reconstruct_options, search_seconds, 136);
DEMASK_FIELD(demask_reconstruct_options, quality, 144);
DEMASK_FIELD(demask_reconstruct_options, search_steps, 148);
DEMASK_FIELD(demask_reconstruct_options, variants, 152);
DEMASK_FIELD(demask_reconstruct_options, diversity, 156);
DEMASK_FIELD(demask_reconstruct_options, seed, 160);
DEMASK_FIELD(demask_reconstruct_options, expression, 168);
DEMASK_FIELD(demask_reconstruct_options, references, 176);
DEMASK_FIELD(demask_reconstruct_options, reference_count, 184);

DEMASK_SIZE(demask_face, 80);
DEMASK_FIELD(demask_face, struct_size, 0);
DEMASK_FIELD(demask_face, status, 8);
DEMASK_FIELD(demask_face, box, 12);
DEMASK_FIELD(demask_face, score, 28);
DEMASK_FIELD(demask_face, gender, 32);
DEMASK_FIELD(demask_face, gender_probability, 36);
DEMASK_FIELD(demask_face, gender_uncertain, 40);
DEMASK_FIELD(demask_face, has_landmarks, 44);
DEMASK_FIELD(demask_face, has_mask, 48);
DEMASK_FIELD(demask_face, has_aligned, 52);
DEMASK_FIELD(demask_face, has_alternative, 56);
DEMASK_FIELD(demask_face, reserved, 60);
DEMASK_FIELD(demask_face, quality, 64);
DEMASK_FIELD(demask_face, variant_count, 68);
DEMASK_FIELD(demask_face, reference, 72);
DEMASK_FIELD(demask_face, reserved_2, 76);

DEMASK_SIZE(demask_detect_options, 24);
DEMASK_FIELD(demask_detect_options, struct_size, 0);
DEMASK_FIELD(demask_detect_options, score_threshold, 8);
DEMASK_FIELD(demask_detect_options, nms_iou, 12);
DEMASK_FIELD(demask_detect_options, min_face_size, 16);

DEMASK_SIZE(demask_detection, 72);
DEMASK_FIELD(demask_detection, struct_size, 0);
DEMASK_FIELD(demask_detection, box, 8);
DEMASK_FIELD(demask_detection, score, 24);
DEMASK_FIELD(demask_detection, points, 28);

DEMASK_SIZE(demask_mask, 48);
DEMASK_FIELD(demask_mask, struct_size, 0);
DEMASK_FIELD(demask_mask, probability, 8);
DEMASK_FIELD(demask_mask, score, 16);
DEMASK_FIELD(demask_mask, x, 20);
DEMASK_FIELD(demask_mask, y, 24);
DEMASK_FIELD(demask_mask, width, 28);
DEMASK_FIELD(demask_mask, height, 32);
DEMASK_FIELD(demask_mask, straps, 40);

DEMASK_SIZE(demask_video_options, 56);
DEMASK_FIELD(demask_video_options, struct_size, 0);
DEMASK_FIELD(demask_video_options, reconstruct, 8);
DEMASK_FIELD(demask_video_options, landmark_cutoff, 16);
DEMASK_FIELD(demask_video_options, landmark_beta, 24);
DEMASK_FIELD(demask_video_options, mask_seconds, 32);
DEMASK_FIELD(demask_video_options, paint_seconds, 40);
DEMASK_FIELD(demask_video_options, detect_interval, 48);

DEMASK_SIZE(demask_video_info, 16);
DEMASK_FIELD(demask_video_info, struct_size, 0);
DEMASK_FIELD(demask_video_info, detector_ran, 8);
DEMASK_FIELD(demask_video_info, scene_cut, 12);

#endif
