// SPDX-License-Identifier: Apache-2.0

/* Reconstructs the faces under the masks of a photo file.
 *
 *   reconstruct_file PHOTO OUTPUT
 *
 * The output keeps the metadata of the photo and is marked as a composite with AI-made parts. A
 * painted face is a plausible guess and identifies no one. */
#include <demask.h>
#include <stdio.h>

static int print_result(const demask_result* result) {
  int32_t i;
  for (i = 0; i < demask_result_face_count(result); ++i) {
    demask_face face = {.struct_size = sizeof face};
    if (demask_result_face(result, i, &face) != DEMASK_OK) return 1;
    printf("face %d at (%.0f, %.0f): %s\n", (int)i, (double)face.box[0], (double)face.box[1],
           demask_face_status_name(face.status));
  }
  return 0;
}

int main(int argc, char** argv) {
  demask_bundle* bundle = NULL;
  demask_reconstructor* reconstructor = NULL;
  demask_result* result = NULL;
  int failed = 1;

  if (argc != 3) {
    fprintf(stderr, "usage: %s PHOTO OUTPUT\n", argv[0]);
    return 2;
  }
  if (demask_bundle_open_default(&bundle) == DEMASK_OK &&
      demask_reconstructor_create(bundle, NULL, &reconstructor) == DEMASK_OK &&
      demask_reconstruct_file(reconstructor, argv[1], argv[2], NULL, NULL, &result) == DEMASK_OK) {
    failed = print_result(result);
  }
  if (failed) fprintf(stderr, "%s\n", demask_last_error());

  /* The free functions accept NULL, so one cleanup serves all cases. */
  demask_result_free(result);
  demask_reconstructor_free(reconstructor);
  demask_bundle_free(bundle);
  return failed;
}
