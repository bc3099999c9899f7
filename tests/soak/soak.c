// SPDX-License-Identifier: Apache-2.0

/* Reconstructs one photo many times and fails if the memory of the process grows.
 * Usage: soak BUNDLE COUNT [ALLOWANCE_MIB]
 * The photo is drawn, and its mask and landmarks are given, so that a face is painted whatever the
 * models find. From the end of the first quarter of the calls to the last call, the resident memory
 * may grow by the allowance, by default 8 MiB. */
#include <demask.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SIDE 320
#define POINTS 68

static unsigned char photo_pixels[3 * SIDE * SIDE];
static unsigned char mask_pixels[SIDE * SIDE];
static float landmark_points[2 * POINTS];

/* Resident memory in KiB, or -1 on failure. */
static long resident_memory(void) {
  FILE* status = fopen("/proc/self/status", "r");
  char line[256];
  long kib = -1;
  if (status == NULL) return -1;
  while (kib < 0 && fgets(line, sizeof line, status) != NULL) {
    if (strncmp(line, "VmRSS:", 6) == 0) kib = strtol(line + 6, NULL, 10);
  }
  fclose(status);
  return kib;
}

static void draw_photo_and_mask(void) {
  int x;
  int y;
  for (y = 0; y < SIDE; ++y) {
    for (x = 0; x < SIDE; ++x) {
      unsigned char* pixel = photo_pixels + 3 * (y * SIDE + x);
      pixel[0] = (unsigned char)(x * 255 / SIDE);
      pixel[1] = (unsigned char)(y * 255 / SIDE);
      pixel[2] = (unsigned char)((x * 7 + y * 13) % 256);
      mask_pixels[y * SIDE + x] = x > 110 && x < 210 && y > 180 && y < 270 ? 255 : 0;
    }
  }
}

static void set_point(int index, double x, double y) {
  landmark_points[2 * index] = (float)(SIDE * x);
  landmark_points[2 * index + 1] = (float)(SIDE * y);
}

/* `count` points on an ellipse, from landmark `first` on. */
static void set_ring(int first, int count, double x, double y, double rx, double ry) {
  int i;
  for (i = 0; i < count; ++i) {
    const double angle = 3.14159265 + 2.0 * 3.14159265 * i / count;
    set_point(first + i, x + rx * cos(angle), y + ry * sin(angle));
  }
}

/* A frontal face in the order of the 68 iBUG points. */
static void set_landmarks(void) {
  int i;
  for (i = 0; i <= 16; ++i) {
    const double angle = 3.14159265 * (1.0 - i / 16.0);
    set_point(i, 0.5 + 0.36 * cos(angle), 0.45 + 0.48 * sin(angle));
  }
  for (i = 0; i < 5; ++i) {
    set_point(17 + i, 0.25 + 0.05 * i, 0.3);
    set_point(22 + i, 0.55 + 0.05 * i, 0.3);
    set_point(31 + i, 0.43 + 0.035 * i, 0.62);
  }
  for (i = 0; i < 4; ++i) set_point(27 + i, 0.5, 0.41 + 0.05 * i);
  set_ring(36, 6, 0.35, 0.42, 0.06, 0.03);
  set_ring(42, 6, 0.65, 0.42, 0.06, 0.03);
  set_ring(48, 12, 0.5, 0.76, 0.13, 0.06);
  set_ring(60, 8, 0.5, 0.76, 0.09, 0.03);
}

/* Returns whether a face was reconstructed. */
static int reconstruct(const demask_reconstructor* reconstructor,
                       const demask_reconstruct_options* options) {
  demask_image_view photo = {.struct_size = sizeof photo};
  demask_face face = {.struct_size = sizeof face};
  demask_result* result = NULL;
  photo.data = photo_pixels;
  photo.width = SIDE;
  photo.height = SIDE;
  photo.format = DEMASK_PIXEL_RGB;
  if (demask_reconstruct_view(reconstructor, &photo, options, &result) != DEMASK_OK ||
      demask_result_face(result, 0, &face) != DEMASK_OK) {
    fprintf(stderr, "reconstruct: %s\n", demask_last_error());
    return 0;
  }
  demask_result_free(result);
  if (face.status != DEMASK_FACE_RECONSTRUCTED) {
    fprintf(stderr, "the face is %s\n", demask_face_status_name(face.status));
    return 0;
  }
  return 1;
}

/* Returns the exit code. */
static int soak(const demask_reconstructor* reconstructor, long count, long allowance) {
  demask_image_view mask = {.struct_size = sizeof mask};
  demask_landmarks landmarks = {.struct_size = sizeof landmarks};
  demask_reconstruct_options options = DEMASK_RECONSTRUCT_OPTIONS_INIT;
  long settled = 0;
  long i;
  mask.data = mask_pixels;
  mask.width = SIDE;
  mask.height = SIDE;
  mask.format = DEMASK_PIXEL_GRAY;
  landmarks.scheme = DEMASK_LANDMARKS_IBUG68;
  landmarks.count = POINTS;
  landmarks.points = landmark_points;
  options.mask = &mask;
  options.landmarks = &landmarks;
  options.landmarks_count = 1;
  for (i = 1; i <= count; ++i) {
    options.gender = i % 2 == 0 ? DEMASK_GENDER_FEMALE : DEMASK_GENDER_MALE;
    if (!reconstruct(reconstructor, &options)) return 1;
    if (i == (count + 3) / 4) settled = resident_memory();
    if (i % ((count + 9) / 10) == 0) printf("%ld calls: %ld KiB resident\n", i, resident_memory());
    fflush(stdout);
  }
  if (resident_memory() > settled + 1024 * allowance) {
    fprintf(stderr, "the memory grew by %ld KiB\n", resident_memory() - settled);
    return 1;
  }
  return 0;
}

int main(int argc, char** argv) {
  demask_bundle* bundle = NULL;
  demask_reconstructor* reconstructor = NULL;
  const long count = argc > 2 ? strtol(argv[2], NULL, 10) : 0;
  const long allowance = argc > 3 ? strtol(argv[3], NULL, 10) : 8;
  int code;
  if (count < 1 || argc > 4) {
    fprintf(stderr, "usage: %s BUNDLE COUNT [ALLOWANCE_MIB]\n", argv[0]);
    return 2;
  }
  draw_photo_and_mask();
  set_landmarks();
  if (demask_bundle_open(argv[1], &bundle) != DEMASK_OK ||
      demask_reconstructor_create(bundle, NULL, &reconstructor) != DEMASK_OK) {
    fprintf(stderr, "%s: %s\n", argv[1], demask_last_error());
    return 1;
  }
  demask_bundle_free(bundle);
  code = soak(reconstructor, count, allowance);
  demask_reconstructor_free(reconstructor);
  return code;
}
