// SPDX-License-Identifier: Apache-2.0

/* The initializers of demask.h, in C99: those of option structs hold the library's defaults. */
#include <demask.h>
#include <stdio.h>
#include <string.h>

#define CHECK(condition)                                                               \
  do {                                                                                 \
    if (!(condition)) {                                                                \
      fprintf(stderr, "line %d: %s: %s\n", __LINE__, #condition, demask_last_error()); \
      return 1;                                                                        \
    }                                                                                  \
  } while (0)

static int check_numbers(void) {
  demask_bundle_limits limits = DEMASK_BUNDLE_LIMITS_INIT;
  demask_detect_options detect = DEMASK_DETECT_OPTIONS_INIT;
  demask_video_options video = DEMASK_VIDEO_OPTIONS_INIT;
  demask_bundle_limits limits_now = DEMASK_INIT(demask_bundle_limits);
  demask_detect_options detect_now = DEMASK_INIT(demask_detect_options);
  demask_video_options video_now = DEMASK_INIT(demask_video_options);
  CHECK(demask_bundle_default_limits(&limits_now) == DEMASK_OK);
  CHECK(demask_detect_default_options(&detect_now) == DEMASK_OK);
  CHECK(demask_video_default_options(&video_now) == DEMASK_OK);
  CHECK(memcmp(&limits, &limits_now, sizeof limits) == 0);
  CHECK(detect.struct_size == detect_now.struct_size && detect.nms_iou == detect_now.nms_iou);
  CHECK(detect.score_threshold == detect_now.score_threshold);
  CHECK(detect.min_face_size == detect_now.min_face_size);
  CHECK(video.struct_size == video_now.struct_size && video.reconstruct == NULL);
  CHECK(video.landmark_cutoff == video_now.landmark_cutoff);
  CHECK(video.landmark_beta == video_now.landmark_beta);
  CHECK(video.mask_seconds == video_now.mask_seconds);
  CHECK(video.paint_seconds == video_now.paint_seconds);
  CHECK(video.detect_interval == video_now.detect_interval);
  return 0;
}

static int check_reconstruct_options(void) {
  demask_reconstruct_options given = DEMASK_RECONSTRUCT_OPTIONS_INIT;
  demask_reconstruct_options now = DEMASK_INIT(demask_reconstruct_options);
  CHECK(demask_reconstruct_default_options(&now) == DEMASK_OK);
  CHECK(given.struct_size == sizeof given && now.struct_size == sizeof now);
  CHECK(given.gender == now.gender && given.gender_margin == now.gender_margin);
  CHECK(given.both_when_uncertain == now.both_when_uncertain);
  CHECK(given.mask_inverted == now.mask_inverted && given.mask == now.mask);
  CHECK(given.boxes == now.boxes && given.landmarks == now.landmarks);
  CHECK(given.box_count == now.box_count && given.landmarks_count == now.landmarks_count);
  CHECK(given.mask_dilation == now.mask_dilation && given.blend == now.blend);
  CHECK(given.selection == now.selection && given.face_index == now.face_index);
  CHECK(given.detection_threshold == now.detection_threshold);
  CHECK(given.segmentation_threshold == now.segmentation_threshold);
  CHECK(given.min_face_size == now.min_face_size && given.min_mask_area == now.min_mask_area);
  CHECK(given.max_pixels == now.max_pixels);
  CHECK(given.progress_callback == NULL && given.progress_user_data == NULL);
  CHECK(given.abort_callback == NULL && given.abort_user_data == NULL);
  CHECK(given.min_landmark_confidence == now.min_landmark_confidence);
  CHECK(given.quality == now.quality && given.search_steps == now.search_steps);
  CHECK(given.search_seconds == now.search_seconds);
  CHECK(given.variants == now.variants && given.diversity == now.diversity);
  CHECK(given.references == NULL && now.references == NULL);
  CHECK(given.reference_count == now.reference_count);
  CHECK(given.seed == now.seed && given.expression == now.expression);
  return 0;
}

static int check_texts(void) {
  demask_runtime_options runtime = DEMASK_RUNTIME_OPTIONS_INIT;
  demask_encode_options encode = DEMASK_ENCODE_OPTIONS_INIT;
  demask_runtime_options runtime_now = DEMASK_INIT(demask_runtime_options);
  demask_encode_options encode_now = DEMASK_INIT(demask_encode_options);
  CHECK(demask_runtime_default_options(&runtime_now) == DEMASK_OK);
  CHECK(demask_encode_default_options(&encode_now) == DEMASK_OK);
  CHECK(runtime.struct_size == sizeof runtime && strcmp(runtime.device, runtime_now.device) == 0);
  CHECK(runtime.dtype == runtime_now.dtype && runtime.threads == runtime_now.threads);
  CHECK(encode.struct_size == sizeof encode && encode.jpeg_quality == encode_now.jpeg_quality);
  CHECK(encode.synthetic == encode_now.synthetic && encode.metadata_source == NULL);
  CHECK(encode.pixel_source == NULL && encode.changed == NULL);
  return 0;
}

static int check_init(void) {
  demask_face face = DEMASK_INIT(demask_face);
  demask_model_info info = DEMASK_INIT(demask_model_info);
  CHECK(face.struct_size == sizeof(demask_face) && face.status == 0 && face.box[3] == 0.0F);
  CHECK(info.struct_size == sizeof(demask_model_info) && info.mirror_average == 0);
  return 0;
}

int main(void) {
  CHECK(check_numbers() == 0);
  CHECK(check_reconstruct_options() == 0);
  CHECK(check_texts() == 0);
  CHECK(check_init() == 0);
  return 0;
}
