// SPDX-License-Identifier: Apache-2.0

/* Reconstructs the frames of a video two at a time, which is faster than one by one.
 *
 *   reconstruct_frames FOLDER FRAME...
 *
 * FRAME... are image files of one size, a twenty-fifth of a second apart. FOLDER gets their
 * reconstructions as 0.png, 1.png and so on. */
#include <demask.h>
#include <stdio.h>

enum { TOGETHER = 2 };

static demask_status write_frame(const demask_result* result, int number, const char* folder) {
  char path[1024];
  demask_image_view painted = {.struct_size = sizeof painted};
  demask_video_info info = {.struct_size = sizeof info};
  demask_encode_options encoding = {.struct_size = sizeof encoding};
  demask_status status = demask_video_frame_info(result, &info);
  if (status == DEMASK_OK) status = demask_result_photo(result, &painted);
  if (status == DEMASK_OK) status = demask_encode_default_options(&encoding);
  encoding.synthetic = 1;
  snprintf(path, sizeof path, "%s/%d.png", folder, number);
  if (status == DEMASK_OK) status = demask_image_write(path, &painted, &encoding);
  if (status == DEMASK_OK) printf("frame %d%s\n", number, info.detector_ran ? ", detected" : "");
  return status;
}

/* Reconstructs and writes `count` frames; the first one has the number `first`. */
static demask_status run_frames(demask_video* video, char** files, int first, int count,
                                const char* folder) {
  demask_image* images[TOGETHER] = {NULL};
  demask_image_view views[TOGETHER];
  double seconds[TOGETHER];
  demask_batch* batch = NULL;
  demask_status status = DEMASK_OK;
  int i;
  for (i = 0; status == DEMASK_OK && i < count; ++i) {
    views[i].struct_size = sizeof views[i];
    seconds[i] = (first + i) / 25.0;
    status = demask_image_read(files[i], 0, &images[i]);
    if (status == DEMASK_OK) status = demask_image_get_view(images[i], &views[i]);
  }
  if (status == DEMASK_OK) {
    status = demask_video_reconstruct_frames(video, views, seconds, count, &batch);
  }
  for (i = 0; status == DEMASK_OK && i < demask_batch_count(batch); ++i) {
    const demask_result* result = NULL;
    status = demask_batch_result(batch, i, &result);
    if (status == DEMASK_OK) status = write_frame(result, first + i, folder);
  }
  demask_batch_free(batch);
  for (i = 0; i < count; ++i) demask_image_free(images[i]);
  return status;
}

static demask_status open_video(demask_video** video) {
  demask_bundle* bundle = NULL;
  demask_reconstructor* reconstructor = NULL;
  demask_status status = demask_bundle_open_default(&bundle);
  if (status == DEMASK_OK) status = demask_reconstructor_create(bundle, NULL, &reconstructor);
  if (status == DEMASK_OK) status = demask_video_create(reconstructor, NULL, video);
  /* The video keeps the reconstructor alive. */
  demask_reconstructor_free(reconstructor);
  demask_bundle_free(bundle);
  return status;
}

int main(int argc, char** argv) {
  demask_video* video = NULL;
  demask_status status;
  int i;
  if (argc < 3) {
    fprintf(stderr, "usage: %s FOLDER FRAME...\n", argv[0]);
    return 2;
  }
  status = open_video(&video);
  for (i = 2; status == DEMASK_OK && i < argc; i += TOGETHER) {
    const int left = argc - i;
    status = run_frames(video, argv + i, i - 2, left < TOGETHER ? left : TOGETHER, argv[1]);
  }
  if (status != DEMASK_OK) fprintf(stderr, "%s\n", demask_last_error());
  demask_video_free(video);
  return status == DEMASK_OK ? 0 : 1;
}
