// SPDX-License-Identifier: Apache-2.0

/* Reconstructs a photo several times: under a mask there is no single truth.
 *
 *   several_faces PHOTO FOLDER COUNT [SEED [EXPRESSION]]
 *
 * FOLDER gets COUNT photos, the most likely one first, and the canonical faces painted for them.
 * For each masked face, it prints how likely each of its variants is, and where its chin lies.
 * EXPRESSION is 0 for the one that is found, 1 for neutral, 2 for a smile, 3 for an open mouth. */
#include <demask.h>
#include <stdio.h>
#include <stdlib.h>

/* Writes a photo with the metadata of its source and, if that has 16 bits a channel, with its
 * values where nothing changed. */
static demask_status write_variant(const demask_result* result, int32_t variant, const char* source,
                                   const char* folder) {
  char path[1024];
  demask_image_view view = {.struct_size = sizeof view};
  demask_image_view changed = {.struct_size = sizeof changed};
  demask_encode_options encoding = DEMASK_ENCODE_OPTIONS_INIT;
  demask_status status = demask_result_variant_photo(result, variant, &view);
  if (status == DEMASK_OK) status = demask_result_changed(result, &changed);
  encoding.synthetic = 1;
  encoding.metadata_source = source;
  encoding.pixel_source = source;
  encoding.changed = &changed;
  snprintf(path, sizeof path, "%s/variant_%d.png", folder, (int)variant);
  return status == DEMASK_OK ? demask_image_write(path, &view, &encoding) : status;
}

static demask_status write_aligned(const demask_result* result, int32_t index, int32_t variant,
                                   const char* folder) {
  char path[1024];
  demask_image_view view = {.struct_size = sizeof view};
  demask_encode_options encoding = DEMASK_ENCODE_OPTIONS_INIT;
  const demask_status status = demask_result_face_variant_aligned(result, index, variant, &view);
  encoding.synthetic = 1;
  snprintf(path, sizeof path, "%s/face_%d_variant_%d.png", folder, (int)index, (int)variant);
  return status == DEMASK_OK ? demask_image_write(path, &view, &encoding) : status;
}

static demask_status print_variant(const demask_result* result, int32_t index, int32_t variant) {
  const int32_t chin = 8;
  float likelihood = 0.0F;
  demask_landmarks landmarks = {.struct_size = sizeof landmarks};
  demask_status status = demask_result_face_variant_likelihood(result, index, variant, &likelihood);
  if (status == DEMASK_OK) {
    status = demask_result_face_variant_landmarks(result, index, variant, &landmarks);
  }
  if (status != DEMASK_OK) return status;
  printf("face %d, variant %d: likelihood %.2f, chin at (%.0f, %.0f)\n", (int)index, (int)variant,
         (double)likelihood, (double)landmarks.points[2 * chin],
         (double)landmarks.points[2 * chin + 1]);
  return DEMASK_OK;
}

static demask_status show_face(const demask_result* result, int32_t index, const char* folder) {
  demask_face face = {.struct_size = sizeof face};
  demask_status status = demask_result_face(result, index, &face);
  int32_t variant;
  for (variant = 0; status == DEMASK_OK && variant < face.variant_count; ++variant) {
    status = print_variant(result, index, variant);
    if (status == DEMASK_OK) status = write_aligned(result, index, variant, folder);
  }
  return status;
}

static demask_status write_result(const demask_result* result, const char* source,
                                  const char* folder) {
  demask_status status = DEMASK_OK;
  int32_t i;
  for (i = 0; status == DEMASK_OK && i < demask_result_face_count(result); ++i) {
    status = show_face(result, i, folder);
  }
  for (i = 0; status == DEMASK_OK && i < demask_result_variant_count(result); ++i) {
    status = write_variant(result, i, source, folder);
  }
  return status;
}

int main(int argc, char** argv) {
  demask_bundle* bundle = NULL;
  demask_reconstructor* reconstructor = NULL;
  demask_image* photo = NULL;
  demask_result* result = NULL;
  demask_image_view view = {.struct_size = sizeof view};
  demask_reconstruct_options options = DEMASK_RECONSTRUCT_OPTIONS_INIT;
  demask_status status;

  if (argc < 4 || argc > 6) {
    fprintf(stderr, "usage: %s PHOTO FOLDER COUNT [SEED [EXPRESSION]]\n", argv[0]);
    return 2;
  }
  options.variants = (int32_t)atoi(argv[3]);
  options.diversity = 0.7F;
  options.seed = argc >= 5 ? strtoull(argv[4], NULL, 10) : 0;
  options.expression = argc == 6 ? (demask_expression)atoi(argv[5]) : DEMASK_EXPRESSION_AS_FOUND;
  printf("expression %s\n", demask_expression_name(options.expression));
  status = demask_bundle_open_default(&bundle);
  if (status == DEMASK_OK) status = demask_reconstructor_create(bundle, NULL, &reconstructor);
  if (status == DEMASK_OK) status = demask_image_read(argv[1], 0, &photo);
  if (status == DEMASK_OK) status = demask_image_get_view(photo, &view);
  if (status == DEMASK_OK) {
    status = demask_reconstruct_view(reconstructor, &view, &options, &result);
  }
  if (status == DEMASK_OK) status = write_result(result, argv[1], argv[2]);
  if (status != DEMASK_OK) fprintf(stderr, "%s\n", demask_last_error());
  demask_result_free(result);
  demask_image_free(photo);
  demask_reconstructor_free(reconstructor);
  demask_bundle_free(bundle);
  return status == DEMASK_OK ? 0 : 1;
}
