// SPDX-License-Identifier: Apache-2.0

/* Reconstructs the frames of a video, with tracked faces and steady painting.
 *
 *   reconstruct_video FOLDER VARIANT FRAME... [-- FRAME...]...
 *
 * FRAME... are image files, a twenty-fifth of a second apart. FOLDER gets their reconstructions as
 * 0.png, 1.png and so on. After -- another video begins, independent of the one before. VARIANT
 * names the set of inpainters; "" is the default one. */
#include <demask.h>
#include <stdio.h>
#include <string.h>

static demask_status write_frame(const demask_result* result, const char* path) {
  demask_image_view painted = {.struct_size = sizeof painted};
  demask_encode_options encoding = {.struct_size = sizeof encoding};
  demask_status status = demask_result_photo(result, &painted);
  if (status == DEMASK_OK) status = demask_encode_default_options(&encoding);
  encoding.synthetic = 1;
  return status == DEMASK_OK ? demask_image_write(path, &painted, &encoding) : status;
}

static demask_status print_tracks(const demask_result* result) {
  int32_t i;
  for (i = 0; i < demask_result_face_count(result); ++i) {
    int64_t track_id = 0;
    const demask_status status = demask_video_track_id(result, i, &track_id);
    if (status != DEMASK_OK) return status;
    printf(" face %d", (int)track_id);
  }
  printf("\n");
  return DEMASK_OK;
}

/* Reconstructs frame `index` of all frames, which is frame `at` of its video. */
static demask_status run_frame(demask_video* video, int index, int at, const char* input,
                               const char* folder) {
  char output[1024];
  demask_image* image = NULL;
  demask_result* result = NULL;
  demask_image_view frame = {.struct_size = sizeof frame};
  demask_video_info info = {.struct_size = sizeof info};
  demask_status status = demask_image_read(input, 0, &image);
  if (status == DEMASK_OK) status = demask_image_get_view(image, &frame);
  if (status == DEMASK_OK) {
    status = demask_video_reconstruct(video, &frame, at / 25.0, &info, &result);
  }
  if (status == DEMASK_OK) {
    printf("frame %d%s%s:", index, info.detector_ran ? ", detected" : "",
           info.scene_cut ? ", another scene" : "");
    status = print_tracks(result);
  }
  snprintf(output, sizeof output, "%s/%d.png", folder, index);
  if (status == DEMASK_OK) status = write_frame(result, output);
  demask_result_free(result);
  demask_image_free(image);
  return status;
}

static demask_status open_video(const char* variant, demask_video** video) {
  demask_bundle* bundle = NULL;
  demask_bundle* chosen = NULL;
  demask_reconstructor* reconstructor = NULL;
  demask_reconstruct_options reconstruct = {.struct_size = sizeof reconstruct};
  demask_video_options options = {.struct_size = sizeof options};
  demask_status status = demask_video_default_options(&options);
  if (status == DEMASK_OK) status = demask_reconstruct_default_options(&reconstruct);
  options.reconstruct = &reconstruct;
  options.detect_interval = 5;
  /* Steadier than the defaults, for heads that move little. */
  options.landmark_cutoff = 0.5;
  options.landmark_beta = 2.0;
  options.mask_seconds = 0.4;
  options.paint_seconds = 0.8;
  if (status == DEMASK_OK) status = demask_bundle_open_default(&bundle);
  if (status == DEMASK_OK) status = demask_bundle_with_variant(bundle, variant, &chosen);
  if (status == DEMASK_OK) printf("inpainters: \"%s\"\n", demask_bundle_variant(chosen));
  if (status == DEMASK_OK) status = demask_reconstructor_create(chosen, NULL, &reconstructor);
  if (status == DEMASK_OK) status = demask_video_create(reconstructor, &options, video);
  /* The video keeps the reconstructor alive. */
  demask_reconstructor_free(reconstructor);
  demask_bundle_free(chosen);
  demask_bundle_free(bundle);
  return status;
}

int main(int argc, char** argv) {
  demask_video* video = NULL;
  demask_status status;
  int i;
  int index = 0;
  int at = 0;
  if (argc < 4) {
    fprintf(stderr, "usage: %s FOLDER VARIANT FRAME... [-- FRAME...]...\n", argv[0]);
    return 2;
  }
  status = open_video(argv[2], &video);
  for (i = 3; status == DEMASK_OK && i < argc; ++i) {
    if (strcmp(argv[i], "--") == 0) {
      demask_video_reset(video);
      at = 0;
    } else {
      status = run_frame(video, index++, at++, argv[i], argv[1]);
    }
  }
  if (status != DEMASK_OK) fprintf(stderr, "%s\n", demask_last_error());
  demask_video_free(video);
  return status == DEMASK_OK ? 0 : 1;
}
