// SPDX-License-Identifier: Apache-2.0

/* Reconstructs a part of a picture in memory, with any stride and BGR pixels.
 *
 *   reconstruct_region PHOTO OUTPUT X Y WIDTH HEIGHT
 *
 * A view has a stride and a pixel format, so the part needs no copy. Views can describe a bitmap of
 * a GUI or a camera frame in this way, too. */
#include <demask.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Returns a view of a rectangle without copying pixels. */
static demask_image_view region_of(const demask_image_view* whole, const int32_t* rectangle) {
  const int32_t bytes_of_pixel = 3;
  demask_image_view region = *whole;
  region.data += rectangle[1] * whole->stride + (int64_t)rectangle[0] * bytes_of_pixel;
  region.width = rectangle[2];
  region.height = rectangle[3];
  return region;
}

/* Copies the rows of a result to the place of the region. */
static void copy_rows(const demask_image_view* from, const demask_image_view* region,
                      uint8_t* pixels, const uint8_t* origin) {
  int32_t y;
  for (y = 0; y < from->height; ++y) {
    memcpy(pixels + (region->data - origin) + y * region->stride, from->data + y * from->stride,
           (size_t)from->width * 3);
  }
}

static demask_status reconstruct(const demask_reconstructor* reconstructor,
                                 const demask_image_view* whole, const int32_t* rectangle,
                                 const char* output) {
  demask_result* result = NULL;
  demask_image_view part = {.struct_size = sizeof part};
  const demask_image_view region = region_of(whole, rectangle);
  demask_image_view painted = *whole;
  demask_encode_options encoding = {.struct_size = sizeof encoding};
  const size_t size = (size_t)(whole->stride * whole->height);
  uint8_t* pixels = malloc(size);
  demask_status status = demask_encode_default_options(&encoding);
  if (pixels == NULL) return DEMASK_ERROR_OUT_OF_MEMORY;
  memcpy(pixels, whole->data, size);
  painted.data = pixels;
  encoding.synthetic = 1;
  if (status == DEMASK_OK) status = demask_reconstruct_view(reconstructor, &region, NULL, &result);
  if (status == DEMASK_OK) status = demask_result_photo(result, &part);
  if (status == DEMASK_OK) {
    copy_rows(&part, &region, pixels, whole->data);
    printf("faces: %d\n", (int)demask_result_face_count(result));
    status = demask_image_write(output, &painted, &encoding);
  }
  demask_result_free(result);
  free(pixels);
  return status;
}

int main(int argc, char** argv) {
  demask_bundle* bundle = NULL;
  demask_reconstructor* reconstructor = NULL;
  demask_image* image = NULL;
  demask_image* bgr = NULL;
  demask_image_view view = {.struct_size = sizeof view};
  int32_t rectangle[4];
  demask_status status;
  int i;

  if (argc != 7) {
    fprintf(stderr, "usage: %s PHOTO OUTPUT X Y WIDTH HEIGHT\n", argv[0]);
    return 2;
  }
  for (i = 0; i < 4; ++i) rectangle[i] = atoi(argv[3 + i]);
  status = demask_bundle_open_default(&bundle);
  if (status == DEMASK_OK) status = demask_reconstructor_create(bundle, NULL, &reconstructor);
  if (status == DEMASK_OK) status = demask_image_read(argv[1], 0, &image);
  if (status == DEMASK_OK) status = demask_image_get_view(image, &view);
  if (status == DEMASK_OK) status = demask_image_convert(&view, DEMASK_PIXEL_BGR, &bgr);
  if (status == DEMASK_OK) status = demask_image_get_view(bgr, &view);
  if (status == DEMASK_OK &&
      (rectangle[0] < 0 || rectangle[1] < 0 || rectangle[2] < 1 || rectangle[3] < 1 ||
       rectangle[2] > view.width - rectangle[0] || rectangle[3] > view.height - rectangle[1])) {
    fprintf(stderr, "the rectangle lies outside of the photo\n");
    status = DEMASK_ERROR_INVALID_ARGUMENT;
  } else if (status == DEMASK_OK) {
    status = reconstruct(reconstructor, &view, rectangle, argv[2]);
    if (status != DEMASK_OK) fprintf(stderr, "%s\n", demask_last_error());
  } else {
    fprintf(stderr, "%s\n", demask_last_error());
  }
  demask_image_free(bgr);
  demask_image_free(image);
  demask_reconstructor_free(reconstructor);
  demask_bundle_free(bundle);
  return status == DEMASK_OK ? 0 : 1;
}
