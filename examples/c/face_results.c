// SPDX-License-Identifier: Apache-2.0

/* Reconstructs a photo and writes everything that a result holds.
 *
 *   face_results PHOTO FOLDER
 *
 * FOLDER gets the photo and a map of its changed pixels; for each face, its mask, the canonical
 * face before and after, and the canonical mask; and, if the gender is uncertain, the face and the
 * photo painted by the other generator. */
#include <demask.h>
#include <stdio.h>

typedef demask_status (*face_view)(const demask_result*, int32_t, demask_image_view*);

static demask_status write_view(const char* folder, const char* name, int32_t index,
                                const demask_image_view* view) {
  char path[1024];
  demask_encode_options encoding = {.struct_size = sizeof encoding};
  const demask_status status = demask_encode_default_options(&encoding);
  encoding.synthetic = 1;
  snprintf(path, sizeof path, "%s/%d_%s.png", folder, (int)index, name);
  return status == DEMASK_OK ? demask_image_write(path, view, &encoding) : status;
}

static demask_status write_face_view(const demask_result* result, int32_t index, face_view get,
                                     const char* folder, const char* name) {
  demask_image_view view = {.struct_size = sizeof view};
  const demask_status status = get(result, index, &view);
  return status == DEMASK_OK ? write_view(folder, name, index, &view) : status;
}

static demask_status print_times(const demask_result* result, int32_t index) {
  demask_pipeline_step step;
  for (step = DEMASK_STEP_LANDMARKS; step <= DEMASK_STEP_COMPOSITE; ++step) {
    double milliseconds = 0.0;
    const demask_status status =
        demask_result_face_milliseconds(result, index, step, &milliseconds);
    if (status != DEMASK_OK) return status;
    printf("  %s: %.1f ms\n", demask_pipeline_step_name(step), milliseconds);
  }
  return DEMASK_OK;
}

static demask_status print_landmarks(const demask_result* result, int32_t index) {
  demask_landmarks landmarks = {.struct_size = sizeof landmarks};
  const demask_status status = demask_result_face_landmarks(result, index, &landmarks);
  const int is_wflw = landmarks.scheme == DEMASK_LANDMARKS_WFLW98;
  const int32_t chin = is_wflw ? 16 : 8;
  if (status != DEMASK_OK) return status;
  printf("  %d points of %s, chin at (%.0f, %.0f)", (int)landmarks.count, is_wflw ? "WFLW" : "iBUG",
         (double)landmarks.points[2 * chin], (double)landmarks.points[2 * chin + 1]);
  /* Not every landmark detector returns the confidence of a point. */
  if (landmarks.confidence != NULL) {
    printf(", confidence %.2f", (double)landmarks.confidence[chin]);
  }
  printf("\n");
  return DEMASK_OK;
}

static demask_status write_aligned(const demask_result* result, int32_t index,
                                   demask_face_status face_status, const char* folder) {
  demask_status status =
      write_face_view(result, index, demask_result_face_aligned_before, folder, "before");
  /* A face without a mask was aligned to search for one, but nothing was painted. */
  if (status != DEMASK_OK || face_status != DEMASK_FACE_RECONSTRUCTED) return status;
  status = write_face_view(result, index, demask_result_face_aligned_mask, folder, "aligned_mask");
  if (status != DEMASK_OK) return status;
  return write_face_view(result, index, demask_result_face_aligned_after, folder, "after");
}

static const char* gender_name(demask_gender gender) {
  if (gender == DEMASK_GENDER_UNDECIDED) return "no generator";
  return gender == DEMASK_GENDER_FEMALE ? "female generator" : "male generator";
}

static demask_status write_face(const demask_result* result, int32_t index, const char* folder) {
  demask_face face = {.struct_size = sizeof face};
  demask_image_view mask = {.struct_size = sizeof mask};
  int32_t x = 0;
  int32_t y = 0;
  demask_status status = demask_result_face(result, index, &face);
  if (status != DEMASK_OK) return status;
  printf("face %d: %s, %.0f x %.0f at (%.0f, %.0f), score %.2f\n", (int)index,
         demask_face_status_name(face.status), (double)face.box[2], (double)face.box[3],
         (double)face.box[0], (double)face.box[1], (double)face.score);
  if (face.status == DEMASK_FACE_RECONSTRUCTED) {
    printf("  painted with quality %s\n", demask_quality_name(face.quality));
  } else {
    printf("  %s\n", demask_result_face_reason(result, index));
  }
  printf("  %s, probability %.2f%s\n", gender_name(face.gender), (double)face.gender_probability,
         face.gender_uncertain ? ", uncertain" : "");
  if (face.has_landmarks) status = print_landmarks(result, index);
  if (status == DEMASK_OK && face.has_mask) {
    status = demask_result_face_mask(result, index, &x, &y, &mask);
    if (status == DEMASK_OK) {
      printf("  mask of %d x %d at (%d, %d)\n", (int)mask.width, (int)mask.height, (int)x, (int)y);
      status = write_view(folder, "mask", index, &mask);
    }
  }
  if (status == DEMASK_OK && face.has_aligned) {
    status = write_aligned(result, index, face.status, folder);
  }
  if (status == DEMASK_OK && face.has_alternative) {
    status = write_face_view(result, index, demask_result_face_aligned_alternative, folder,
                             "alternative");
  }
  return status == DEMASK_OK ? print_times(result, index) : status;
}

static demask_status write_result(const demask_result* result, const char* folder) {
  demask_image_view view = {.struct_size = sizeof view};
  demask_status status = DEMASK_OK;
  int32_t i;
  printf("faces found in %.1f ms\n", demask_result_detect_milliseconds(result));
  for (i = 0; status == DEMASK_OK && i < demask_result_face_count(result); ++i) {
    status = write_face(result, i, folder);
  }
  if (status == DEMASK_OK) status = demask_result_photo(result, &view);
  if (status == DEMASK_OK) status = write_view(folder, "photo", i, &view);
  if (status == DEMASK_OK) status = demask_result_alternative_photo(result, &view);
  if (status == DEMASK_OK && view.data != NULL) {
    status = write_view(folder, "alternative_photo", i, &view);
  }
  if (status == DEMASK_OK) status = demask_result_changed(result, &view);
  return status == DEMASK_OK ? write_view(folder, "changed", i, &view) : status;
}

int main(int argc, char** argv) {
  demask_bundle* bundle = NULL;
  demask_reconstructor* reconstructor = NULL;
  demask_image* photo = NULL;
  demask_result* result = NULL;
  demask_image_view view = {.struct_size = sizeof view};
  demask_reconstruct_options options = {.struct_size = sizeof options};
  demask_status status;

  if (argc != 3) {
    fprintf(stderr, "usage: %s PHOTO FOLDER\n", argv[0]);
    return 2;
  }
  status = demask_reconstruct_default_options(&options);
  options.both_when_uncertain = 1;
  if (status == DEMASK_OK) status = demask_bundle_open_default(&bundle);
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
