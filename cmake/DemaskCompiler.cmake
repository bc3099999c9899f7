# SPDX-License-Identifier: Apache-2.0
# Warnings and sanitizers for every target of this project.
find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
endif()

add_library(demask_warnings INTERFACE)
target_compile_options(demask_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion
  $<$<BOOL:${DEMASK_WERROR}>:-Werror>)

if(DEMASK_SANITIZE)
  # Optimizing instrumented code takes long and gains little. With sanitizers, GCC 12 wrongly
  # reports a member of std::regex's automaton as uninitialized.
  add_compile_options(-fsanitize=${DEMASK_SANITIZE} -fno-omit-frame-pointer
    -fno-sanitize-recover=all -O1 $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
  if(DEMASK_SANITIZE STREQUAL "thread")
    # tests/thread.supp names functions in OpenCV's headers.
    add_compile_options(-fno-inline)
  endif()
  add_link_options(-fsanitize=${DEMASK_SANITIZE})
endif()
