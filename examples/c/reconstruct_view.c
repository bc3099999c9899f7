// SPDX-License-Identifier: Apache-2.0

/* Reconstructs pixels in memory, with progress and a time limit.
 *
 *   reconstruct_view PHOTO OUTPUT [SECONDS]
 *
 * The pixels come from demask_image_read() here. A demask_image_view can also describe a camera
 * frame, a bitmap of a GUI, or a part of either, without a copy. */
#include <demask.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static void print_progress(void* user_data, demask_pipeline_step step, int32_t done,
                           int32_t total) {
  FILE* stream = user_data;
  fprintf(stream, "%s: %d of %d\n", demask_pipeline_step_name(step), (int)done, (int)total);
}

static int32_t is_time_over(void* user_data) {
  const time_t* deadline = user_data;
  return time(NULL) > *deadline;
}

static demask_status write_photo(const demask_result* result, const char* path) {
  demask_image_view photo = DEMASK_INIT(demask_image_view);
  demask_encode_options encoding = DEMASK_ENCODE_OPTIONS_INIT;
  const demask_status status = demask_result_photo(result, &photo);
  /* A program that writes a reconstruction must mark the file. */
  encoding.synthetic = 1;
  return status == DEMASK_OK ? demask_image_write(path, &photo, &encoding) : status;
}

static demask_status reconstruct(const demask_reconstructor* reconstructor, const char* input,
                                 const char* output, double seconds) {
  demask_image* image = NULL;
  demask_result* result = NULL;
  demask_image_view photo = DEMASK_INIT(demask_image_view);
  demask_reconstruct_options options = DEMASK_RECONSTRUCT_OPTIONS_INIT;
  time_t deadline = time(NULL) + (time_t)seconds;

  demask_status status;
  options.progress_callback = print_progress;
  options.progress_user_data = stderr;
  options.abort_callback = is_time_over;
  options.abort_user_data = &deadline;

  status = demask_image_read(input, options.max_pixels, &image);
  if (status == DEMASK_OK) status = demask_image_get_view(image, &photo);
  if (status == DEMASK_OK) {
    status = demask_reconstruct_view(reconstructor, &photo, &options, &result);
  }
  if (status == DEMASK_OK) status = write_photo(result, output);
  demask_result_free(result);
  demask_image_free(image);
  return status;
}

int main(int argc, char** argv) {
  demask_bundle* bundle = NULL;
  demask_reconstructor* reconstructor = NULL;
  demask_status status;

  if (argc != 3 && argc != 4) {
    fprintf(stderr, "usage: %s PHOTO OUTPUT [SECONDS]\n", argv[0]);
    return 2;
  }
  status = demask_bundle_open_default(&bundle);
  if (status == DEMASK_OK) status = demask_reconstructor_create(bundle, NULL, &reconstructor);
  if (status == DEMASK_OK) {
    status = reconstruct(reconstructor, argv[1], argv[2], argc == 4 ? atof(argv[3]) : 60.0);
  }
  if (status != DEMASK_OK) {
    fprintf(stderr, "%s: %s\n", demask_status_name(status), demask_last_error());
  }
  demask_reconstructor_free(reconstructor);
  demask_bundle_free(bundle);
  return status == DEMASK_OK ? 0 : 1;
}
