// SPDX-License-Identifier: Apache-2.0

/* Reconstructs some of the faces of a photo, and prints what happened to each.
 *
 *   chosen_faces PHOTO OUTPUT largest
 *   chosen_faces PHOTO OUTPUT INDEX
 *   chosen_faces PHOTO OUTPUT X Y WIDTH HEIGHT...
 *
 * Reconstructs the largest face, or the face at a position in the order of scores from 0, or the
 * faces in the given boxes, which replace those of the detector. */
#include <demask.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_BOXES = 16 };

static void choose(int count, char** words, float* boxes, demask_reconstruct_options* options) {
  int i;
  if (count > 1) {
    for (i = 0; i < count; ++i) boxes[i] = (float)atof(words[i]);
    options->boxes = boxes;
    options->box_count = count / 4;
  } else if (strcmp(words[0], "largest") == 0) {
    options->selection = DEMASK_FACES_LARGEST;
  } else {
    options->selection = DEMASK_FACES_INDEX;
    options->face_index = atoi(words[0]);
  }
}

static demask_status print_faces(const demask_result* result) {
  int32_t i;
  for (i = 0; i < demask_result_face_count(result); ++i) {
    demask_face face = {.struct_size = sizeof face};
    const demask_status status = demask_result_face(result, i, &face);
    if (status != DEMASK_OK) return status;
    switch (face.status) {
      case DEMASK_FACE_RECONSTRUCTED:
        printf("face %d: painted\n", (int)i);
        break;
      case DEMASK_FACE_NOT_SELECTED:
        printf("face %d: another was chosen\n", (int)i);
        break;
      case DEMASK_FACE_NO_MASK:
        printf("face %d: wears no mask\n", (int)i);
        break;
      default:
        printf("face %d: %s\n", (int)i, demask_face_status_name(face.status));
    }
  }
  return DEMASK_OK;
}

int main(int argc, char** argv) {
  float boxes[4 * MAX_BOXES];
  demask_bundle* bundle = NULL;
  demask_reconstructor* reconstructor = NULL;
  demask_result* result = NULL;
  demask_reconstruct_options options = {.struct_size = sizeof options};
  const int count = argc - 3;
  demask_status status;

  if (count < 1 || (count > 1 && count % 4 != 0) || count > 4 * MAX_BOXES) {
    fprintf(stderr, "usage: %s PHOTO OUTPUT largest | INDEX | X Y WIDTH HEIGHT...\n", argv[0]);
    return 2;
  }
  status = demask_reconstruct_default_options(&options);
  choose(count, argv + 3, boxes, &options);
  if (status == DEMASK_OK) status = demask_bundle_open_default(&bundle);
  if (status == DEMASK_OK) status = demask_reconstructor_create(bundle, NULL, &reconstructor);
  if (status == DEMASK_OK) {
    status = demask_reconstruct_file(reconstructor, argv[1], argv[2], &options, NULL, &result);
  }
  if (status == DEMASK_OK) status = print_faces(result);
  if (status != DEMASK_OK) fprintf(stderr, "%s\n", demask_last_error());
  demask_result_free(result);
  demask_reconstructor_free(reconstructor);
  demask_bundle_free(bundle);
  return status == DEMASK_OK ? 0 : 1;
}
