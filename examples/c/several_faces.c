// SPDX-License-Identifier: Apache-2.0

/* Reconstructs a photo several times: under a mask there is no single truth.
 *
 *   several_faces PHOTO FOLDER COUNT [SEED]
 *
 * FOLDER gets COUNT photos, the most likely one first, and for each masked face how likely each of
 * its variants is. */
#include <demask.h>
#include <stdio.h>
#include <stdlib.h>

static demask_status write_variant(const demask_result* result, int32_t variant,
                                   const char* folder) {
  char path[1024];
  demask_image_view view = {.struct_size = sizeof view};
  demask_encode_options encoding = DEMASK_ENCODE_OPTIONS_INIT;
  const demask_status status = demask_result_variant_photo(result, variant, &view);
  encoding.synthetic = 1;
  snprintf(path, sizeof path, "%s/variant_%d.png", folder, (int)variant);
  return status == DEMASK_OK ? demask_image_write(path, &view, &encoding) : status;
}

static demask_status print_face(const demask_result* result, int32_t index) {
  demask_face face = {.struct_size = sizeof face};
  demask_status status = demask_result_face(result, index, &face);
  int32_t variant;
  for (variant = 0; status == DEMASK_OK && variant < face.variant_count; ++variant) {
    float likelihood = 0.0F;
    status = demask_result_face_variant_likelihood(result, index, variant, &likelihood);
    printf("face %d, variant %d: likelihood %.2f\n", (int)index, (int)variant, (double)likelihood);
  }
  return status;
}

static demask_status write_result(const demask_result* result, const char* folder) {
  demask_status status = DEMASK_OK;
  int32_t i;
  for (i = 0; status == DEMASK_OK && i < demask_result_face_count(result); ++i) {
    status = print_face(result, i);
  }
  for (i = 0; status == DEMASK_OK && i < demask_result_variant_count(result); ++i) {
    status = write_variant(result, i, folder);
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

  if (argc < 4 || argc > 5) {
    fprintf(stderr, "usage: %s PHOTO FOLDER COUNT [SEED]\n", argv[0]);
    return 2;
  }
  options.variants = (int32_t)atoi(argv[3]);
  options.diversity = 0.7F;
  options.seed = argc == 5 ? strtoull(argv[4], NULL, 10) : 0;
  status = demask_bundle_open_default(&bundle);
  if (status == DEMASK_OK) status = demask_reconstructor_create(bundle, NULL, &reconstructor);
  if (status == DEMASK_OK) status = demask_image_read(argv[1], 0, &photo);
  if (status == DEMASK_OK) status = demask_image_get_view(photo, &view);
  if (status == DEMASK_OK) {
    status = demask_reconstruct_view(reconstructor, &view, &options, &result);
  }
  if (status == DEMASK_OK) status = write_result(result, argv[2]);
  if (status != DEMASK_OK) fprintf(stderr, "%s\n", demask_last_error());
  demask_result_free(result);
  demask_image_free(photo);
  demask_reconstructor_free(reconstructor);
  demask_bundle_free(bundle);
  return status == DEMASK_OK ? 0 : 1;
}
