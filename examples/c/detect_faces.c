// SPDX-License-Identifier: Apache-2.0

/* Finds the faces of a photo and their landmarks by calling the detectors alone.
 *
 *   detect_faces PHOTO [SCORE [OVERLAP]]
 *
 * Leaves out faces with a score below SCORE, and faces that overlap a better one by more than
 * OVERLAP. With a bundle that has no landmark detector, prints the boxes only. */
#include <demask.h>
#include <stdio.h>
#include <stdlib.h>

static demask_status print_landmarks(const demask_landmark_detector* detector,
                                     const demask_image_view* photo, const float* box) {
  demask_landmark_set* set = NULL;
  demask_landmarks landmarks = {.struct_size = sizeof landmarks};
  demask_status status = demask_landmark_detector_detect(detector, photo, box, 0.0F, &set);
  if (status == DEMASK_OK) status = demask_landmark_set_get(set, &landmarks);
  if (status == DEMASK_OK) {
    int32_t i;
    for (i = 0; i < landmarks.count; ++i) {
      printf("  %.1f %.1f\n", (double)landmarks.points[2 * i], (double)landmarks.points[2 * i + 1]);
    }
  }
  demask_landmark_set_free(set);
  return status;
}

static demask_status print_faces(const demask_face_detector* face_detector,
                                 const demask_landmark_detector* landmark_detector,
                                 const demask_image_view* photo,
                                 const demask_detect_options* options) {
  demask_detections* detections = NULL;
  demask_status status = demask_face_detector_detect(face_detector, photo, options, &detections);
  int32_t i;
  for (i = 0; status == DEMASK_OK && i < demask_detections_count(detections); ++i) {
    demask_detection face = {.struct_size = sizeof face};
    status = demask_detections_get(detections, i, &face);
    if (status == DEMASK_OK) {
      printf("face at (%.0f, %.0f), %.0f x %.0f, score %.2f\n", (double)face.box[0],
             (double)face.box[1], (double)face.box[2], (double)face.box[3], (double)face.score);
      if (landmark_detector != NULL) status = print_landmarks(landmark_detector, photo, face.box);
    }
  }
  demask_detections_free(detections);
  return status;
}

int main(int argc, char** argv) {
  demask_bundle* bundle = NULL;
  demask_face_detector* face_detector = NULL;
  demask_landmark_detector* landmark_detector = NULL;
  demask_image* image = NULL;
  demask_image_view photo = {.struct_size = sizeof photo};
  demask_detect_options options = DEMASK_INIT(demask_detect_options);
  demask_status status;

  if (argc < 2 || argc > 4) {
    fprintf(stderr, "usage: %s PHOTO [SCORE [OVERLAP]]\n", argv[0]);
    return 2;
  }
  status = demask_detect_default_options(&options);
  if (argc > 2) options.score_threshold = (float)atof(argv[2]);
  if (argc > 3) options.nms_iou = (float)atof(argv[3]);
  if (status == DEMASK_OK) status = demask_bundle_open_default(&bundle);
  if (status == DEMASK_OK) status = demask_face_detector_load(bundle, NULL, &face_detector);
  if (status == DEMASK_OK && demask_bundle_has(bundle, DEMASK_STAGE_LANDMARK_DETECTOR)) {
    status = demask_landmark_detector_load(bundle, NULL, &landmark_detector);
  }
  if (status == DEMASK_OK) status = demask_image_read(argv[1], 0, &image);
  if (status == DEMASK_OK) status = demask_image_get_view(image, &photo);
  if (status == DEMASK_OK) status = print_faces(face_detector, landmark_detector, &photo, &options);
  if (status != DEMASK_OK) {
    fprintf(stderr, "%s: %s\n", demask_status_name(status), demask_last_error());
  }
  demask_image_free(image);
  demask_landmark_detector_free(landmark_detector);
  demask_face_detector_free(face_detector);
  demask_bundle_free(bundle);
  return status == DEMASK_OK ? 0 : 1;
}
