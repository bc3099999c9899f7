// SPDX-License-Identifier: Apache-2.0

/* Verifies a bundle and prints what its manifest says about each model.
 *
 *   list_models [FOLDER [MAX_FILE_BYTES [MAX_TOTAL_BYTES]]]
 *
 * Refuses a bundle with a model file larger than MAX_FILE_BYTES, or with more than MAX_TOTAL_BYTES
 * in all. */
#include <demask.h>
#include <stdio.h>
#include <stdlib.h>

static demask_status open_bundle(int argc, char** argv, demask_bundle** bundle) {
  demask_bundle_limits limits = DEMASK_INIT(demask_bundle_limits);
  const demask_status status = demask_bundle_default_limits(&limits);
  if (status != DEMASK_OK) return status;
  if (argc < 2) return demask_bundle_open_default_limited(&limits, bundle);
  if (argc > 2) limits.max_file_bytes = strtoul(argv[2], NULL, 10);
  if (argc > 3) limits.max_total_bytes = strtoul(argv[3], NULL, 10);
  return demask_bundle_open_limited(argv[1], &limits, bundle);
}

static demask_status print_variants(const demask_bundle* bundle) {
  int32_t i;
  for (i = 0; i < demask_bundle_variant_count(bundle); ++i) {
    const char* name = NULL;
    const demask_status status = demask_bundle_variant_name(bundle, i, &name);
    if (status != DEMASK_OK) return status;
    printf("other inpainters: %s\n", name);
  }
  return DEMASK_OK;
}

static demask_status print_model(const demask_bundle* bundle, int32_t index) {
  demask_model_info info = DEMASK_INIT(demask_model_info);
  demask_status status = demask_bundle_model(bundle, index, &info);
  int32_t i;
  if (status != DEMASK_OK) return status;
  printf("%s: %s, %lu bytes, input %d\n", demask_stage_name(info.stage), info.file,
         (unsigned long)info.size_bytes, (int)info.input_size);
  printf("  sha256: %s\n  license: %s\n", info.sha256, info.license);
  if (info.variant[0] != '\0') printf("  variant: %s\n", info.variant);
  if (info.training_data[0] != '\0') printf("  trained on: %s\n", info.training_data);
  if (info.stage == DEMASK_STAGE_FACE_DETECTOR || info.stage == DEMASK_STAGE_SEGMENTER) {
    printf("  threshold: %.2f\n", (double)info.threshold);
  }
  if (info.stage == DEMASK_STAGE_LANDMARK_DETECTOR) {
    printf("  %d points, crop of %.2f boxes\n", (int)info.landmark_scheme, (double)info.crop_scale);
    printf("  minimum mean confidence of a face: %.2f\n", info.min_confidence);
  }
  if (info.largest_face > 0.0) printf("  trained on faces up to %.0f px\n", info.largest_face);
  if (info.mirror_average) printf("  averages the outputs for the face and its mirror image\n");
  for (i = 0; i < info.class_name_count; ++i) {
    const char* name = NULL;
    status = demask_bundle_class_name(bundle, index, i, &name);
    if (status != DEMASK_OK) return status;
    printf("  class %d: %s\n", (int)i, name);
  }
  for (i = 0; i < info.metric_count; ++i) {
    const char* key = NULL;
    double value = 0.0;
    status = demask_bundle_metric(bundle, index, i, &key, &value);
    if (status != DEMASK_OK) return status;
    printf("  %s: %.3f\n", key, value);
  }
  return DEMASK_OK;
}

static demask_status print_artifact(const demask_bundle* bundle, int32_t index) {
  demask_artifact_info info = DEMASK_INIT(demask_artifact_info);
  const demask_status status = demask_bundle_artifact(bundle, index, &info);
  if (status != DEMASK_OK) return status;
  printf("trained with %s%s%s: %s, %lu bytes\n", info.name, info.variant[0] == '\0' ? "" : " of ",
         info.variant, info.file, (unsigned long)info.size_bytes);
  printf("  sha256: %s\n", info.sha256);
  return DEMASK_OK;
}

int main(int argc, char** argv) {
  demask_bundle* bundle = NULL;
  int32_t i;
  demask_status status = open_bundle(argc, argv, &bundle);
  if (status == DEMASK_OK) {
    printf("%s %s in %s\n%s\n", demask_bundle_name(bundle), demask_bundle_version(bundle),
           demask_bundle_folder(bundle), demask_bundle_license(bundle));
    status = print_variants(bundle);
  }
  if (status == DEMASK_OK) {
    status = demask_bundle_verify(bundle);
  }
  for (i = 0; status == DEMASK_OK && i < demask_bundle_model_count(bundle); ++i) {
    status = print_model(bundle, i);
  }
  for (i = 0; status == DEMASK_OK && i < demask_bundle_artifact_count(bundle); ++i) {
    status = print_artifact(bundle, i);
  }
  if (status != DEMASK_OK) fprintf(stderr, "%s\n", demask_last_error());
  demask_bundle_free(bundle);
  return status == DEMASK_OK ? 0 : 1;
}
