// SPDX-License-Identifier: Apache-2.0

/* A program built for the first ABI: it has the structs of that header, and the library must
 * neither write beyond their end nor read fields there that they do not have. Usage: first_client
 * BUNDLE PHOTO */
#include <demask.h>
#include <stdio.h>
#include <string.h>

#define CANARY 0xA5

/* A struct of the first header followed by memory that the library must not touch. */
#define GUARDED(type)         \
  struct {                    \
    type value;               \
    unsigned char canary[64]; \
  }

#define PREPARE(guarded)                                   \
  do {                                                     \
    memset(&(guarded), CANARY, sizeof(guarded));           \
    memset(&(guarded).value, 0, sizeof((guarded).value));  \
    (guarded).value.struct_size = sizeof((guarded).value); \
  } while (0)

#define CHECK(condition)                                                               \
  do {                                                                                 \
    if (!(condition)) {                                                                \
      fprintf(stderr, "line %d: %s: %s\n", __LINE__, #condition, demask_last_error()); \
      return 1;                                                                        \
    }                                                                                  \
  } while (0)

#define CHECK_UNTOUCHED(guarded) CHECK(is_canary((guarded).canary, sizeof((guarded).canary)))

static int is_canary(const unsigned char* bytes, size_t size) {
  size_t i;
  for (i = 0; i < size; ++i) {
    if (bytes[i] != CANARY) return 0;
  }
  return 1;
}

static int check_default_options(void) {
  GUARDED(demask_runtime_options) runtime;
  GUARDED(demask_reconstruct_options) reconstruct;
  GUARDED(demask_encode_options) encode;
  GUARDED(demask_detect_options) detect;
  PREPARE(runtime);
  PREPARE(reconstruct);
  PREPARE(encode);
  PREPARE(detect);
  CHECK(demask_runtime_default_options(&runtime.value) == DEMASK_OK);
  CHECK(demask_reconstruct_default_options(&reconstruct.value) == DEMASK_OK);
  CHECK(demask_encode_default_options(&encode.value) == DEMASK_OK);
  CHECK(demask_detect_default_options(&detect.value) == DEMASK_OK);
  CHECK_UNTOUCHED(runtime);
  CHECK_UNTOUCHED(reconstruct);
  CHECK_UNTOUCHED(encode);
  CHECK_UNTOUCHED(detect);
  CHECK(strcmp(runtime.value.device, "cpu") == 0);
  CHECK(reconstruct.value.mask_dilation > 0.019F && reconstruct.value.mask_dilation < 0.021F);
  CHECK(reconstruct.value.max_pixels == 100000000);
  CHECK(reconstruct.value.abort_callback == NULL && reconstruct.value.abort_user_data == NULL);
  CHECK(encode.value.jpeg_quality == 95 && encode.value.metadata_source == NULL);
  CHECK(detect.value.nms_iou > 0.39F && detect.value.nms_iou < 0.41F);
  return 0;
}

static int check_names(void) {
  CHECK(demask_abi_version() == DEMASK_ABI_VERSION);
  CHECK(strcmp(demask_status_name(DEMASK_ERROR_HASH_MISMATCH), "hash_mismatch") == 0);
  CHECK(strcmp(demask_stage_name(DEMASK_STAGE_INPAINTER_MALE), "inpainter_male") == 0);
  CHECK(strcmp(demask_face_status_name(DEMASK_FACE_NO_MASK), "no_mask") == 0);
  CHECK(strcmp(demask_pipeline_step_name(DEMASK_STEP_COMPOSITE), "composite") == 0);
  return 0;
}

static int check_bundle(const demask_bundle* bundle) {
  GUARDED(demask_model_info) info;
  int32_t i;
  CHECK(demask_bundle_model_count(bundle) > 0);
  for (i = 0; i < demask_bundle_model_count(bundle); ++i) {
    PREPARE(info);
    CHECK(demask_bundle_model(bundle, i, &info.value) == DEMASK_OK);
    CHECK_UNTOUCHED(info);
    CHECK(strlen(info.value.sha256) == 64);
    CHECK(demask_bundle_has(bundle, info.value.stage) == 1);
  }
  return 0;
}

static int check_face(const demask_result* result, int32_t index) {
  GUARDED(demask_face) face;
  GUARDED(demask_landmarks) landmarks;
  GUARDED(demask_image_view) view;
  int32_t x;
  int32_t y;
  PREPARE(face);
  CHECK(demask_result_face(result, index, &face.value) == DEMASK_OK);
  CHECK_UNTOUCHED(face);
  CHECK(face.value.box[2] > 0.0F && face.value.box[3] > 0.0F);
  CHECK(face.value.status == DEMASK_FACE_RECONSTRUCTED);
  CHECK(face.value.gender_probability >= 0.5F);
  PREPARE(landmarks);
  CHECK(demask_result_face_landmarks(result, index, &landmarks.value) == DEMASK_OK);
  CHECK_UNTOUCHED(landmarks);
  CHECK(landmarks.value.count == (int32_t)landmarks.value.scheme);
  PREPARE(view);
  CHECK(demask_result_face_mask(result, index, &x, &y, &view.value) == DEMASK_OK);
  CHECK_UNTOUCHED(view);
  CHECK(x >= 0 && y >= 0 && view.value.format == DEMASK_PIXEL_GRAY);
  return 0;
}

static int check_reconstruction(const demask_bundle* bundle, const char* photo_path) {
  demask_reconstructor* reconstructor = NULL;
  demask_image* image = NULL;
  demask_result* result = NULL;
  GUARDED(demask_image_view) photo;
  GUARDED(demask_image_view) out;
  GUARDED(demask_reconstruct_options) options;
  PREPARE(photo);
  PREPARE(out);
  PREPARE(options);
  CHECK(demask_reconstructor_create(bundle, NULL, &reconstructor) == DEMASK_OK);
  CHECK(demask_image_read(photo_path, 0, &image) == DEMASK_OK);
  CHECK(demask_image_get_view(image, &photo.value) == DEMASK_OK);
  CHECK_UNTOUCHED(photo);
  CHECK(demask_reconstruct_default_options(&options.value) == DEMASK_OK);
  CHECK(demask_reconstruct_view(reconstructor, &photo.value, &options.value, &result) == DEMASK_OK);
  CHECK(demask_result_face_count(result) >= 1);
  CHECK(check_face(result, 0) == 0);
  CHECK(demask_result_photo(result, &out.value) == DEMASK_OK);
  CHECK_UNTOUCHED(out);
  CHECK(out.value.width == photo.value.width && out.value.height == photo.value.height);
  demask_result_free(result);
  demask_image_free(image);
  demask_reconstructor_free(reconstructor);
  return 0;
}

int main(int argc, char** argv) {
  demask_bundle* bundle = NULL;
  if (argc != 3) {
    fprintf(stderr, "usage: %s BUNDLE PHOTO\n", argv[0]);
    return 2;
  }
  CHECK(check_names() == 0);
  CHECK(check_default_options() == 0);
  CHECK(demask_bundle_open(argv[1], &bundle) == DEMASK_OK);
  CHECK(check_bundle(bundle) == 0);
  CHECK(check_reconstruction(bundle, argv[2]) == 0);
  demask_bundle_free(bundle);
  return 0;
}
