// SPDX-License-Identifier: Apache-2.0

/* Reconstructs what your own mask covers: the face is given as a box, the mask as a picture.
 *
 *   own_mask PHOTO MASK OUTPUT X Y WIDTH HEIGHT [dark]
 *
 * MASK has the photo's size; its light pixels are painted or, with `dark`, its dark ones. The
 * sample detects the landmarks in the box and passes them on, as a program with its own landmarks
 * would. */
#include <demask.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static demask_status read_gray(const char* path, demask_image** gray, demask_image_view* view) {
  demask_image* image = NULL;
  demask_status status = demask_image_read(path, 0, &image);
  if (status == DEMASK_OK) status = demask_image_get_view(image, view);
  if (status == DEMASK_OK) status = demask_image_convert(view, DEMASK_PIXEL_GRAY, gray);
  if (status == DEMASK_OK) status = demask_image_get_view(*gray, view);
  demask_image_free(image);
  return status;
}

static demask_status find_landmarks(const demask_bundle* bundle, const demask_image_view* photo,
                                    const float* box, demask_landmark_set** set) {
  demask_landmark_detector* detector = NULL;
  demask_status status = demask_landmark_detector_load(bundle, NULL, &detector);
  if (status == DEMASK_OK) {
    status = demask_landmark_detector_detect(detector, photo, box, 0.0F, set);
  }
  demask_landmark_detector_free(detector);
  return status;
}

static demask_status reconstruct(const demask_bundle* bundle, const demask_image_view* photo,
                                 const demask_image_view* mask, int32_t is_dark,
                                 const demask_landmarks* landmarks, const char* output) {
  demask_reconstructor* reconstructor = NULL;
  demask_result* result = NULL;
  demask_image_view painted = {.struct_size = sizeof painted};
  demask_reconstruct_options options = {.struct_size = sizeof options};
  demask_encode_options encoding = {.struct_size = sizeof encoding};
  demask_status status = demask_reconstruct_default_options(&options);
  options.mask = mask;
  options.mask_inverted = is_dark;
  options.landmarks = landmarks;
  options.landmarks_count = 1;
  options.blend = DEMASK_BLEND_POISSON;
  if (status == DEMASK_OK) status = demask_reconstructor_create(bundle, NULL, &reconstructor);
  if (status == DEMASK_OK) {
    status = demask_reconstruct_view(reconstructor, photo, &options, &result);
  }
  if (status == DEMASK_OK) status = demask_result_photo(result, &painted);
  if (status == DEMASK_OK) status = demask_encode_default_options(&encoding);
  encoding.synthetic = 1;
  if (status == DEMASK_OK) status = demask_image_write(output, &painted, &encoding);
  demask_result_free(result);
  demask_reconstructor_free(reconstructor);
  return status;
}

int main(int argc, char** argv) {
  demask_bundle* bundle = NULL;
  demask_image* photo = NULL;
  demask_image* mask = NULL;
  demask_landmark_set* set = NULL;
  demask_image_view photo_view = {.struct_size = sizeof photo_view};
  demask_image_view mask_view = {.struct_size = sizeof mask_view};
  demask_landmarks landmarks = {.struct_size = sizeof landmarks};
  float box[4];
  demask_status status;
  int i;

  if (argc != 8 && (argc != 9 || strcmp(argv[8], "dark") != 0)) {
    fprintf(stderr, "usage: %s PHOTO MASK OUTPUT X Y WIDTH HEIGHT [dark]\n", argv[0]);
    return 2;
  }
  for (i = 0; i < 4; ++i) box[i] = (float)atof(argv[4 + i]);
  status = demask_bundle_open_default(&bundle);
  if (status == DEMASK_OK) status = demask_image_read(argv[1], 0, &photo);
  if (status == DEMASK_OK) status = demask_image_get_view(photo, &photo_view);
  if (status == DEMASK_OK) status = read_gray(argv[2], &mask, &mask_view);
  if (status == DEMASK_OK) status = find_landmarks(bundle, &photo_view, box, &set);
  if (status == DEMASK_OK) status = demask_landmark_set_get(set, &landmarks);
  if (status == DEMASK_OK) {
    status = reconstruct(bundle, &photo_view, &mask_view, argc == 9, &landmarks, argv[3]);
  }
  if (status != DEMASK_OK) fprintf(stderr, "%s\n", demask_last_error());
  demask_landmark_set_free(set);
  demask_image_free(mask);
  demask_image_free(photo);
  demask_bundle_free(bundle);
  return status == DEMASK_OK ? 0 : 1;
}
