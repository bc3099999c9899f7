// SPDX-License-Identifier: Apache-2.0

/* Reconstructs several photos in one call, in which they share the passes of the networks.
 *
 *   reconstruct_batch PHOTO...
 *
 * Each photo has its own result or error. */
#include <demask.h>
#include <stdio.h>
#include <stdlib.h>

static demask_status read_photos(char** names, int32_t count, demask_image** images,
                                 demask_image_view* views) {
  int32_t i;
  for (i = 0; i < count; ++i) {
    demask_status status = demask_image_read(names[i], 0, &images[i]);
    /* Each struct of an array needs its size, too. */
    views[i].struct_size = sizeof views[i];
    if (status == DEMASK_OK) status = demask_image_get_view(images[i], &views[i]);
    if (status != DEMASK_OK) return status;
  }
  return DEMASK_OK;
}

static void print_outcomes(const demask_batch* batch, char** names) {
  int32_t i;
  for (i = 0; i < demask_batch_count(batch); ++i) {
    const demask_result* result = NULL; /* Borrowed from the batch. */
    if (demask_batch_result(batch, i, &result) == DEMASK_OK) {
      printf("%s: %d faces\n", names[i], (int)demask_result_face_count(result));
    } else {
      printf("%s: %s\n", names[i], demask_last_error());
    }
  }
}

int main(int argc, char** argv) {
  const int32_t count = argc - 1;
  demask_bundle* bundle = NULL;
  demask_reconstructor* reconstructor = NULL;
  demask_batch* batch = NULL;
  demask_image** images = calloc((size_t)argc, sizeof(demask_image*));
  demask_image_view* views = calloc((size_t)argc, sizeof(demask_image_view));
  demask_status status = DEMASK_ERROR_OUT_OF_MEMORY;
  int32_t i;

  if (images != NULL && views != NULL) {
    status = demask_bundle_open_default(&bundle);
    if (status == DEMASK_OK) status = demask_reconstructor_create(bundle, NULL, &reconstructor);
    if (status == DEMASK_OK) status = read_photos(argv + 1, count, images, views);
    if (status == DEMASK_OK) {
      status = demask_reconstruct_batch(reconstructor, views, count, NULL, &batch);
    }
    if (status == DEMASK_OK) {
      print_outcomes(batch, argv + 1);
    } else {
      fprintf(stderr, "%s: %s\n", demask_status_name(status), demask_last_error());
    }
    demask_batch_free(batch);
    for (i = 0; i < count; ++i) demask_image_free(images[i]);
    demask_reconstructor_free(reconstructor);
    demask_bundle_free(bundle);
  }
  free(views);
  free(images);
  return status == DEMASK_OK ? 0 : 1;
}
