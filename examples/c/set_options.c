// SPDX-License-Identifier: Apache-2.0

/* Reconstructs a file with options other than the defaults.
 *
 *   set_options PHOTO OUTPUT NAME=VALUE...
 *
 * NAME is a field of demask_reconstruct_options (gender_margin, mask_dilation, detection_threshold,
 * segmentation_threshold, min_face_size, min_mask_area, min_landmark_confidence, search_steps,
 * search_seconds;
 * gender: 1 for female, 2 for male; blend: 0 to 2; quality: 0 to 2), of demask_runtime_options
 * (device; dtype: 1 for bfloat16; threads) or of demask_encode_options (jpeg_quality,
 * metadata_source). */
#include <demask.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  demask_runtime_options runtime;
  demask_reconstruct_options reconstruct;
  demask_encode_options encode;
} all_options;

/* The place of a value: exactly one of the four pointers is set. */
typedef struct {
  const char* name;
  float* number;
  int32_t* integer;
  const char** text;
  double* seconds;
} option;

static int set_option(all_options* all, const char* assignment) {
  const option options[] = {
      {"gender", NULL, &all->reconstruct.gender, NULL, NULL},
      {"gender_margin", &all->reconstruct.gender_margin, NULL, NULL, NULL},
      {"mask_dilation", &all->reconstruct.mask_dilation, NULL, NULL, NULL},
      {"blend", NULL, &all->reconstruct.blend, NULL, NULL},
      {"detection_threshold", &all->reconstruct.detection_threshold, NULL, NULL, NULL},
      {"segmentation_threshold", &all->reconstruct.segmentation_threshold, NULL, NULL, NULL},
      {"min_face_size", &all->reconstruct.min_face_size, NULL, NULL, NULL},
      {"min_mask_area", &all->reconstruct.min_mask_area, NULL, NULL, NULL},
      {"min_landmark_confidence", &all->reconstruct.min_landmark_confidence, NULL, NULL, NULL},
      {"quality", NULL, &all->reconstruct.quality, NULL, NULL},
      {"search_steps", NULL, &all->reconstruct.search_steps, NULL, NULL},
      {"search_seconds", NULL, NULL, NULL, &all->reconstruct.search_seconds},
      {"device", NULL, NULL, &all->runtime.device, NULL},
      {"dtype", NULL, &all->runtime.dtype, NULL, NULL},
      {"threads", NULL, &all->runtime.threads, NULL, NULL},
      {"jpeg_quality", NULL, &all->encode.jpeg_quality, NULL, NULL},
      {"metadata_source", NULL, NULL, &all->encode.metadata_source, NULL},
  };
  const char* value = strchr(assignment, '=');
  size_t i;
  for (i = 0; value != NULL && i < sizeof options / sizeof options[0]; ++i) {
    const option* found = &options[i];
    const size_t length = (size_t)(value - assignment);
    if (strlen(found->name) != length || strncmp(found->name, assignment, length) != 0) continue;
    /* The caller owns the texts and keeps them until the call returns. */
    if (found->text != NULL) *found->text = value + 1;
    if (found->number != NULL) *found->number = (float)atof(value + 1);
    if (found->seconds != NULL) *found->seconds = atof(value + 1);
    if (found->integer != NULL) *found->integer = atoi(value + 1);
    return 1;
  }
  fprintf(stderr, "unknown option: %s\n", assignment);
  return 0;
}

static demask_status set_defaults(all_options* all) {
  demask_status status;
  memset(all, 0, sizeof *all);
  all->runtime.struct_size = sizeof all->runtime;
  all->reconstruct.struct_size = sizeof all->reconstruct;
  all->encode.struct_size = sizeof all->encode;
  status = demask_runtime_default_options(&all->runtime);
  if (status == DEMASK_OK) status = demask_reconstruct_default_options(&all->reconstruct);
  if (status == DEMASK_OK) status = demask_encode_default_options(&all->encode);
  return status;
}

static demask_status reconstruct(const all_options* all, const char* input, const char* output) {
  demask_bundle* bundle = NULL;
  demask_reconstructor* reconstructor = NULL;
  demask_result* result = NULL;
  int32_t i;
  demask_status status = demask_bundle_open_default(&bundle);
  if (status == DEMASK_OK) {
    status = demask_reconstructor_create(bundle, &all->runtime, &reconstructor);
  }
  if (status == DEMASK_OK) {
    status = demask_reconstruct_file(reconstructor, input, output, &all->reconstruct, &all->encode,
                                     &result);
  }
  for (i = 0; status == DEMASK_OK && i < demask_result_face_count(result); ++i) {
    demask_face face = {.struct_size = sizeof face};
    status = demask_result_face(result, i, &face);
    if (status == DEMASK_OK) {
      printf("face %d: %s%s\n", (int)i, demask_face_status_name(face.status),
             face.gender_uncertain ? ", generator uncertain" : "");
    }
  }
  demask_result_free(result);
  demask_reconstructor_free(reconstructor);
  demask_bundle_free(bundle);
  return status;
}

int main(int argc, char** argv) {
  all_options all;
  demask_status status = set_defaults(&all);
  int i;
  if (argc < 3) {
    fprintf(stderr, "usage: %s PHOTO OUTPUT NAME=VALUE...\n", argv[0]);
    return 2;
  }
  for (i = 3; i < argc; ++i) {
    if (!set_option(&all, argv[i])) return 2;
  }
  if (status == DEMASK_OK) status = reconstruct(&all, argv[1], argv[2]);
  if (status != DEMASK_OK) {
    fprintf(stderr, "%s: %s\n", demask_status_name(status), demask_last_error());
  }
  return status == DEMASK_OK ? 0 : 1;
}
