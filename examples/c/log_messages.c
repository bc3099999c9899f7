// SPDX-License-Identifier: Apache-2.0

/* Writes the library's log to standard output, and distinguishes errors by their code.
 *
 *   log_messages [FOLDER] */
#include <demask.h>
#include <stdio.h>

/* Messages arrive one at a time, from any thread. */
static void print_message(void* user_data, demask_log_level level, const char* message) {
  FILE* stream = user_data;
  fprintf(stream, "%s %s\n", level == DEMASK_LOG_ERROR ? "error" : "info", message);
}

int main(int argc, char** argv) {
  demask_bundle* bundle = NULL;
  demask_reconstructor* reconstructor = NULL;
  demask_status status;

  if (demask_abi_version() != DEMASK_ABI_VERSION) {
    fprintf(stderr, "libdemask_c %s has another ABI than the header\n", demask_version());
    return 1;
  }
  printf("demask %s, %s\n", demask_version(), demask_build_info());
  status = demask_set_log_callback(print_message, stdout);
  if (status == DEMASK_OK) {
    status = argc > 1 ? demask_bundle_open(argv[1], &bundle) : demask_bundle_open_default(&bundle);
  }
  if (status == DEMASK_OK) status = demask_reconstructor_create(bundle, NULL, &reconstructor);
  if (status == DEMASK_OK) status = demask_reconstructor_load_all(reconstructor);
  switch (status) {
    case DEMASK_OK:
      printf("ready\n");
      break;
    case DEMASK_ERROR_BUNDLE_NOT_FOUND:
      printf("there are no models: install them, or name their folder\n");
      break;
    case DEMASK_ERROR_HASH_MISMATCH:
      printf("a model is damaged: install it again\n");
      break;
    default:
      printf("%s\n", demask_status_name(status));
  }
  demask_reconstructor_free(reconstructor);
  demask_bundle_free(bundle);
  if (demask_set_log_callback(NULL, NULL) != DEMASK_OK) return 1;
  return status == DEMASK_OK ? 0 : 1;
}
