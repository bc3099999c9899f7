// SPDX-License-Identifier: Apache-2.0

/* Reconstructs a photo with models and photo in memory, as if they came from an archive, a resource
 * or a network. The library reads no files.
 *
 *   bundle_from_memory PHOTO OUTPUT FILE...
 *
 * FILE... are the files of a bundle, including manifest.json. If the environment variable MAX_BYTES
 * is set, a bundle is refused if its models have more bytes in all. */
#include <demask.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_FILES = 16 };

static uint8_t* read_file(const char* path, size_t* size) {
  FILE* file = fopen(path, "rb");
  uint8_t* bytes = NULL;
  long length = -1;
  if (file == NULL) return NULL;
  if (fseek(file, 0, SEEK_END) == 0) length = ftell(file);
  if (length > 0 && fseek(file, 0, SEEK_SET) == 0) bytes = malloc((size_t)length);
  if (bytes != NULL && fread(bytes, 1, (size_t)length, file) != (size_t)length) {
    free(bytes);
    bytes = NULL;
  }
  fclose(file);
  *size = bytes == NULL ? 0 : (size_t)length;
  return bytes;
}

static const char* name_of(const char* path) {
  const char* slash = strrchr(path, '/');
  return slash == NULL ? path : slash + 1;
}

static demask_status open_bundle(char** paths, int32_t count, demask_bundle** bundle) {
  const char* names[MAX_FILES];
  uint8_t* contents[MAX_FILES] = {NULL};
  size_t sizes[MAX_FILES] = {0};
  const char* max_bytes = getenv("MAX_BYTES");
  demask_status status;
  int32_t i;
  for (i = 0; i < count; ++i) {
    names[i] = name_of(paths[i]);
    contents[i] = read_file(paths[i], &sizes[i]);
  }
  if (max_bytes == NULL) {
    status =
        demask_bundle_from_memory(names, (const uint8_t* const*)contents, sizes, count, bundle);
  } else {
    demask_bundle_limits limits = DEMASK_BUNDLE_LIMITS_INIT;
    limits.max_total_bytes = strtoul(max_bytes, NULL, 10);
    status = demask_bundle_from_memory_limited(names, (const uint8_t* const*)contents, sizes, count,
                                               &limits, bundle);
  }
  /* The bundle has its own copies. */
  for (i = 0; i < count; ++i) free(contents[i]);
  return status;
}

static demask_status reconstruct(const demask_bundle* bundle, const char* input,
                                 const char* output) {
  demask_reconstructor* reconstructor = NULL;
  demask_image* photo = NULL;
  demask_result* result = NULL;
  demask_image_view view = {.struct_size = sizeof view};
  demask_encode_options encoding = {.struct_size = sizeof encoding};
  size_t size = 0;
  uint8_t* bytes = read_file(input, &size);
  demask_status status = demask_image_decode(bytes, size, input, 0, &photo);
  free(bytes);
  if (status == DEMASK_OK) status = demask_image_get_view(photo, &view);
  if (status == DEMASK_OK) status = demask_reconstructor_create(bundle, NULL, &reconstructor);
  if (status == DEMASK_OK) status = demask_reconstruct_view(reconstructor, &view, NULL, &result);
  if (status == DEMASK_OK) status = demask_result_photo(result, &view);
  if (status == DEMASK_OK) status = demask_encode_default_options(&encoding);
  encoding.synthetic = 1;
  if (status == DEMASK_OK) status = demask_image_write(output, &view, &encoding);
  demask_result_free(result);
  demask_image_free(photo);
  demask_reconstructor_free(reconstructor);
  return status;
}

int main(int argc, char** argv) {
  demask_bundle* bundle = NULL;
  demask_status status;
  if (argc < 4 || argc - 3 > MAX_FILES) {
    fprintf(stderr, "usage: %s PHOTO OUTPUT FILE...\n", argv[0]);
    return 2;
  }
  status = open_bundle(argv + 3, argc - 3, &bundle);
  if (status == DEMASK_OK) {
    printf("bundle %s %s from memory\n", demask_bundle_name(bundle), demask_bundle_version(bundle));
    status = reconstruct(bundle, argv[1], argv[2]);
  }
  if (status != DEMASK_OK) fprintf(stderr, "%s\n", demask_last_error());
  demask_bundle_free(bundle);
  return status == DEMASK_OK ? 0 : 1;
}
