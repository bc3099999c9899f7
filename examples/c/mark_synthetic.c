// SPDX-License-Identifier: Apache-2.0

/* Marks a finished image file as a composite with parts that a model painted, and checks the mark.
 *
 *   mark_synthetic FILE [SOURCE]
 *
 * With SOURCE, carries over the metadata of that image file. */
#include <demask.h>
#include <stdio.h>

int main(int argc, char** argv) {
  int32_t marked = 0;
  demask_status status;
  if (argc != 2 && argc != 3) {
    fprintf(stderr, "usage: %s FILE [SOURCE]\n", argv[0]);
    return 2;
  }
  status = demask_is_marked_as_synthetic(argv[1], &marked);
  if (status == DEMASK_OK) {
    printf("before: %s\n", marked ? "marked" : "not marked");
    status = demask_mark_as_synthetic(argv[1], argc == 3 ? argv[2] : NULL);
  }
  if (status == DEMASK_OK) status = demask_is_marked_as_synthetic(argv[1], &marked);
  if (status != DEMASK_OK) {
    fprintf(stderr, "%s\n", demask_last_error());
    return 1;
  }
  printf("after: %s\n", marked ? "marked" : "not marked");
  return marked ? 0 : 1;
}
