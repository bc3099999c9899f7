// SPDX-License-Identifier: Apache-2.0
#include "command_line.hpp"

#ifdef __GLIBC__
#include <malloc.h>

#include <climits>
#endif

namespace {

// Keeps freed memory for the next tensor. By default glibc maps those above 32 MiB anew each time,
// and the system clears their pages, which takes longer than a network's work on them.
void keep_freed_memory() {
#ifdef __GLIBC__
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, INT_MAX);
#endif
}

}  // namespace

int main(int argc, char** argv) {
  keep_freed_memory();
  return demask::program::CommandLine().run(argc, argv);
}
