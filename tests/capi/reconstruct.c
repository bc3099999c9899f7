// SPDX-License-Identifier: Apache-2.0

/* Reconstructs a photo with nothing but C99 and demask.h, and prints its faces.
 * Usage: reconstruct BUNDLE PHOTO OUTPUT
 * Exit codes: 0 a face was reconstructed, 1 error, 2 bad usage, 3 no worn mask was found. */
#include <demask.h>
#include <stdio.h>

static int fail(const char* call) {
  fprintf(stderr, "%s: %s\n", call, demask_last_error());
  return 1;
}

/* Returns the number of reconstructed faces, or -1 on failure. */
static int print_faces(const demask_result* result) {
  int reconstructed = 0;
  int32_t i;
  for (i = 0; i < demask_result_face_count(result); ++i) {
    demask_face face = {.struct_size = sizeof face};
    if (demask_result_face(result, i, &face) != DEMASK_OK) return -1;
    printf("face %d: %s at %.0f %.0f, %.0f x %.0f\n", (int)i, demask_face_status_name(face.status),
           (double)face.box[0], (double)face.box[1], (double)face.box[2], (double)face.box[3]);
    if (face.status == DEMASK_FACE_RECONSTRUCTED) ++reconstructed;
  }
  return reconstructed;
}

int main(int argc, char** argv) {
  demask_bundle* bundle = NULL;
  demask_reconstructor* reconstructor = NULL;
  demask_result* result = NULL;
  demask_reconstruct_options options = {.struct_size = sizeof options};
  int reconstructed;

  if (argc != 4) {
    fprintf(stderr, "usage: %s BUNDLE PHOTO OUTPUT\n", argv[0]);
    return 2;
  }
  if (demask_abi_version() != DEMASK_ABI_VERSION) {
    fprintf(stderr, "the library has another ABI than the header\n");
    return 1;
  }
  if (demask_bundle_open(argv[1], &bundle) != DEMASK_OK) return fail("demask_bundle_open");
  if (demask_reconstructor_create(bundle, NULL, &reconstructor) != DEMASK_OK) {
    return fail("demask_reconstructor_create");
  }
  demask_bundle_free(bundle);
  if (demask_reconstruct_default_options(&options) != DEMASK_OK) {
    return fail("demask_reconstruct_default_options");
  }
  if (demask_reconstruct_file(reconstructor, argv[2], argv[3], &options, NULL, &result) !=
      DEMASK_OK) {
    return fail("demask_reconstruct_file");
  }
  reconstructed = print_faces(result);
  demask_result_free(result);
  demask_reconstructor_free(reconstructor);
  if (reconstructed < 0) return fail("demask_result_face");
  return reconstructed > 0 ? 0 : 3;
}
