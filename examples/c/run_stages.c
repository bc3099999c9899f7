// SPDX-License-Identifier: Apache-2.0

/* Runs every stage by hand on the best face of a photo.
 *
 *   run_stages PHOTO OUTPUT
 *
 * OUTPUT gets the canonical face, 256 x 256, with the part under the mask painted. */
#include <demask.h>
#include <stdio.h>
#include <stdlib.h>

enum { SIZE = 256 };

/* Returns the canonical face of the best detection, and its landmarks in pixels of that face. */
static demask_status find_face(const demask_bundle* bundle, const demask_image_view* photo,
                               demask_image** face, float* points) {
  demask_face_detector* detector = NULL;
  demask_landmark_detector* landmark_detector = NULL;
  demask_detections* detections = NULL;
  demask_landmark_set* found = NULL;
  demask_landmark_set* set = NULL;
  demask_detection best = {.struct_size = sizeof best};
  demask_detect_options options = {.struct_size = sizeof options};
  demask_landmarks landmarks = {.struct_size = sizeof landmarks};
  double m[6];
  demask_status status = demask_face_detector_load(bundle, NULL, &detector);
  if (status == DEMASK_OK) {
    status = demask_landmark_detector_load(bundle, NULL, &landmark_detector);
  }
  if (status == DEMASK_OK) status = demask_detect_default_options(&options);
  options.nms_iou = 0.3F; /* Drops more overlapping boxes than the default. */
  if (status == DEMASK_OK) {
    status = demask_face_detector_detect(detector, photo, &options, &detections);
  }
  /* If there is no face, this returns DEMASK_ERROR_INVALID_ARGUMENT. */
  if (status == DEMASK_OK) status = demask_detections_get(detections, 0, &best);
  if (status == DEMASK_OK) {
    status = demask_landmark_detector_detect(landmark_detector, photo, best.box, 0.0F, &found);
  }
  if (status == DEMASK_OK) status = demask_landmark_set_get(found, &landmarks);
  if (status == DEMASK_OK) status = demask_landmarks_to_ibug68(&landmarks, &set);
  if (status == DEMASK_OK) status = demask_landmark_set_get(set, &landmarks);
  if (status == DEMASK_OK) status = demask_canonical_similarity(&landmarks, SIZE, m);
  if (status == DEMASK_OK) status = demask_canonical_face(photo, &landmarks, SIZE, face);
  if (status == DEMASK_OK) {
    int32_t i;
    for (i = 0; i < landmarks.count; ++i) {
      const double x = (double)landmarks.points[2 * i];
      const double y = (double)landmarks.points[2 * i + 1];
      points[2 * i] = (float)(m[0] * x + m[1] * y + m[2]);
      points[2 * i + 1] = (float)(m[3] * x + m[4] * y + m[5]);
    }
  }
  demask_landmark_set_free(set);
  demask_landmark_set_free(found);
  demask_detections_free(detections);
  demask_landmark_detector_free(landmark_detector);
  demask_face_detector_free(detector);
  return status;
}

/* Sets the pixels of a mask and its straps to 255, and returns their number. */
static int32_t cover(const demask_mask* mask, float threshold, uint8_t* covered) {
  int32_t count = 0;
  int32_t x, y;
  for (y = 0; y < mask->height; ++y) {
    for (x = 0; x < mask->width; ++x) {
      const int32_t place = y * mask->width + x;
      if (mask->probability[place] >= threshold ||
          (mask->straps != NULL && mask->straps[place] >= threshold)) {
        covered[(mask->y + y) * SIZE + mask->x + x] = 255;
        ++count;
      }
    }
  }
  return count;
}

/* Sets the pixels of the canonical face that worn masks cover to 255. A segmenter of canonical
 * faces returns one mask, a segmenter of photos any number. */
static demask_status find_mask(const demask_bundle* bundle, const demask_image_view* face,
                               uint8_t* covered) {
  demask_segmenter* segmenter = NULL;
  demask_masks* masks = NULL;
  demask_segmenter_input input = DEMASK_SEGMENTER_PHOTO;
  float threshold = 0.0F;
  int32_t i;
  demask_status status = demask_segmenter_load(bundle, NULL, &segmenter);
  if (status == DEMASK_OK) status = demask_segmenter_get_input(segmenter, &input, &threshold);
  if (status == DEMASK_OK) status = demask_segmenter_segment(segmenter, face, &masks);
  for (i = 0; status == DEMASK_OK && i < demask_masks_count(masks); ++i) {
    demask_mask mask = {.struct_size = sizeof mask};
    status = demask_masks_get(masks, i, &mask);
    if (status == DEMASK_OK) {
      printf("mask: %d%% of the face\n",
             (int)(100 * cover(&mask, threshold, covered) / (SIZE * SIZE)));
    }
  }
  demask_masks_free(masks);
  demask_segmenter_free(segmenter);
  return status;
}

/* Paints with the generator that the classifier chooses. */
static demask_status paint(const demask_bundle* bundle, const demask_image_view* face,
                           const uint8_t* covered, const float* points, demask_image** painted) {
  const demask_image_view mask = {.struct_size = sizeof mask,
                                  .data = covered,
                                  .width = SIZE,
                                  .height = SIZE,
                                  .format = DEMASK_PIXEL_GRAY};
  const demask_landmarks landmarks = {.struct_size = sizeof landmarks,
                                      .scheme = DEMASK_LANDMARKS_IBUG68,
                                      .count = DEMASK_LANDMARKS_IBUG68,
                                      .points = points};
  demask_gender_classifier* classifier = NULL;
  demask_inpainter* inpainter = NULL;
  demask_gender gender = DEMASK_GENDER_UNDECIDED;
  float probability = 0.0F;
  demask_status status = demask_gender_classifier_load(bundle, NULL, &classifier);
  if (status == DEMASK_OK) {
    status = demask_gender_classifier_classify(classifier, face, &gender, &probability);
  }
  if (status == DEMASK_OK) {
    printf("generator: %s (%.2f)\n", gender == DEMASK_GENDER_FEMALE ? "female" : "male",
           (double)probability);
    status = demask_inpainter_load(bundle, gender, NULL, &inpainter);
  }
  if (status == DEMASK_OK) {
    status = demask_inpainter_inpaint(inpainter, face, &mask, &landmarks, painted);
  }
  demask_inpainter_free(inpainter);
  demask_gender_classifier_free(classifier);
  return status;
}

int main(int argc, char** argv) {
  static uint8_t covered[SIZE * SIZE];
  float points[2 * DEMASK_LANDMARKS_IBUG68];
  demask_bundle* bundle = NULL;
  demask_image* photo = NULL;
  demask_image* face = NULL;
  demask_image* painted = NULL;
  demask_image_view view = {.struct_size = sizeof view};
  demask_encode_options encoding = {.struct_size = sizeof encoding};
  demask_status status;

  if (argc != 3) {
    fprintf(stderr, "usage: %s PHOTO OUTPUT\n", argv[0]);
    return 2;
  }
  status = demask_bundle_open_default(&bundle);
  if (status == DEMASK_OK) status = demask_image_read(argv[1], 0, &photo);
  if (status == DEMASK_OK) status = demask_image_get_view(photo, &view);
  if (status == DEMASK_OK) status = find_face(bundle, &view, &face, points);
  if (status == DEMASK_OK) status = demask_image_get_view(face, &view);
  if (status == DEMASK_OK) status = find_mask(bundle, &view, covered);
  if (status == DEMASK_OK) status = paint(bundle, &view, covered, points, &painted);
  if (status == DEMASK_OK) status = demask_image_get_view(painted, &view);
  if (status == DEMASK_OK) status = demask_encode_default_options(&encoding);
  encoding.synthetic = 1;
  if (status == DEMASK_OK) status = demask_image_write(argv[2], &view, &encoding);
  if (status != DEMASK_OK) fprintf(stderr, "%s\n", demask_last_error());
  demask_image_free(painted);
  demask_image_free(face);
  demask_image_free(photo);
  demask_bundle_free(bundle);
  return status == DEMASK_OK ? 0 : 1;
}
