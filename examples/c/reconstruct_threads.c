// SPDX-License-Identifier: Apache-2.0

/* Reconstructs several photo files at once: one reconstructor, one thread for each photo.
 *
 *   reconstruct_threads FOLDER PHOTO...
 *
 * FOLDER gets 0.png, 1.png and so on. Any number of threads may use a handle; each thread has its
 * own error text. */
#include <demask.h>
#include <pthread.h>
#include <stdio.h>

enum { MAX_PHOTOS = 64 };

typedef struct {
  const demask_reconstructor* reconstructor;
  const char* input;
  char output[1024];
  demask_status status;
} job;

static void* run(void* argument) {
  job* work = argument;
  work->status =
      demask_reconstruct_file(work->reconstructor, work->input, work->output, NULL, NULL, NULL);
  if (work->status != DEMASK_OK) fprintf(stderr, "%s\n", demask_last_error());
  return NULL;
}

/* Returns the number of photos that failed. */
static int run_all(const demask_reconstructor* reconstructor, const char* folder, char** photos,
                   int count) {
  pthread_t threads[MAX_PHOTOS];
  static job jobs[MAX_PHOTOS];
  int started, i;
  int failed = 0;
  for (started = 0; started < count; ++started) {
    job* work = &jobs[started];
    work->reconstructor = reconstructor;
    work->input = photos[started];
    snprintf(work->output, sizeof work->output, "%s/%d.png", folder, started);
    if (pthread_create(&threads[started], NULL, run, work) != 0) break;
  }
  for (i = 0; i < started; ++i) {
    pthread_join(threads[i], NULL);
    if (jobs[i].status != DEMASK_OK) ++failed;
  }
  return failed + count - started;
}

int main(int argc, char** argv) {
  demask_bundle* bundle = NULL;
  demask_reconstructor* reconstructor = NULL;
  demask_runtime_options runtime = {.struct_size = sizeof runtime};
  int failed = 1;

  if (argc < 3 || argc - 2 > MAX_PHOTOS) {
    fprintf(stderr, "usage: %s FOLDER PHOTO... (%d at most)\n", argv[0], MAX_PHOTOS);
    return 2;
  }
  if (demask_runtime_default_options(&runtime) == DEMASK_OK) {
    /* The callers keep all cores busy, so each network runs on one thread. */
    runtime.threads = 1;
    if (demask_bundle_open_default(&bundle) == DEMASK_OK &&
        demask_reconstructor_create(bundle, &runtime, &reconstructor) == DEMASK_OK &&
        demask_reconstructor_load_all(reconstructor) == DEMASK_OK) {
      failed = run_all(reconstructor, argv[1], argv + 2, argc - 2);
      printf("%d of %d photos\n", argc - 2 - failed, argc - 2);
    } else {
      fprintf(stderr, "%s\n", demask_last_error());
    }
  }
  demask_reconstructor_free(reconstructor);
  demask_bundle_free(bundle);
  return failed == 0 ? 0 : 1;
}
