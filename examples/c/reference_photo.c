// SPDX-License-Identifier: Apache-2.0

/* Reconstructs a face with the help of another photo of the same person, without a mask.
 *
 *   reference_photo PHOTO REFERENCE OUT
 *
 * REFERENCE shows the person of the largest masked face, and its own largest face is taken. Prints
 * what was taken from it. Likeness comes from the reference; nothing is found under the mask. */
#include <demask.h>
#include <stdio.h>

static demask_status print_uses(const demask_result* result) {
  int32_t i;
  for (i = 0; i < demask_result_face_count(result); ++i) {
    demask_face face = {.struct_size = sizeof face};
    const demask_status status = demask_result_face(result, i, &face);
    if (status != DEMASK_OK) return status;
    printf("face %d took from the reference: %s. %s\n", (int)i,
           demask_reference_use_name(face.reference),
           demask_result_face_reference_reason(result, i));
  }
  return DEMASK_OK;
}

static demask_status write_photo(const demask_result* result, const char* path) {
  demask_image_view view = {.struct_size = sizeof view};
  demask_encode_options encoding = DEMASK_ENCODE_OPTIONS_INIT;
  const demask_status status = demask_result_photo(result, &view);
  encoding.synthetic = 1;
  return status == DEMASK_OK ? demask_image_write(path, &view, &encoding) : status;
}

int main(int argc, char** argv) {
  demask_bundle* bundle = NULL;
  demask_reconstructor* reconstructor = NULL;
  demask_image* photo = NULL;
  demask_image* other = NULL;
  demask_result* result = NULL;
  demask_image_view view = {.struct_size = sizeof view};
  demask_image_view other_view = {.struct_size = sizeof other_view};
  demask_reference_photo reference = DEMASK_REFERENCE_PHOTO_INIT;
  demask_reconstruct_options options = DEMASK_RECONSTRUCT_OPTIONS_INIT;
  demask_status status;

  if (argc != 4) {
    fprintf(stderr, "usage: %s PHOTO REFERENCE OUT\n", argv[0]);
    return 2;
  }
  status = demask_image_read(argv[1], 0, &photo);
  if (status == DEMASK_OK) status = demask_image_read(argv[2], 0, &other);
  if (status == DEMASK_OK) status = demask_image_get_view(photo, &view);
  if (status == DEMASK_OK) status = demask_image_get_view(other, &other_view);
  reference.photo = &other_view;
  options.references = &reference;
  options.reference_count = 1;
  if (status == DEMASK_OK) status = demask_bundle_open_default(&bundle);
  if (status == DEMASK_OK) status = demask_reconstructor_create(bundle, NULL, &reconstructor);
  if (status == DEMASK_OK) {
    status = demask_reconstruct_view(reconstructor, &view, &options, &result);
  }
  if (status == DEMASK_OK) status = print_uses(result);
  if (status == DEMASK_OK) status = write_photo(result, argv[3]);
  if (status != DEMASK_OK) fprintf(stderr, "%s\n", demask_last_error());
  demask_result_free(result);
  demask_image_free(other);
  demask_image_free(photo);
  demask_reconstructor_free(reconstructor);
  demask_bundle_free(bundle);
  return status == DEMASK_OK ? 0 : 1;
}
