# SPDX-License-Identifier: Apache-2.0
# Builds the fuzz targets with Clang in a separate tree, and runs each for half a minute as a test.
find_program(DEMASK_CLANGXX NAMES clang++-14 clang++ REQUIRED)
set(DEMASK_FUZZ_SECONDS 30 CACHE STRING "Seconds that each fuzz target runs as a test")
set(fuzz_folder ${CMAKE_CURRENT_BINARY_DIR}/fuzz)

include(ExternalProject)
include(ProcessorCount)
ProcessorCount(processors)
ExternalProject_Add(demask_fuzzers
  SOURCE_DIR ${CMAKE_CURRENT_LIST_DIR}
  BINARY_DIR ${fuzz_folder}
  CMAKE_ARGS -DCMAKE_CXX_COMPILER=${DEMASK_CLANGXX}
  BUILD_COMMAND ${CMAKE_COMMAND} --build <BINARY_DIR> --parallel ${processors}
  INSTALL_COMMAND ""
  BUILD_ALWAYS ON)

foreach(name image_decoding image_views manifest options labelme voc c_abi)
  add_test(NAME fuzz_${name} COMMAND ${CMAKE_CURRENT_LIST_DIR}/run.sh ${fuzz_folder}
    ${DEMASK_FUZZ_SECONDS} ${name})
  # A fixed seed: every run tries the same inputs, so that a new failure comes from a change.
  set_tests_properties(fuzz_${name} PROPERTIES ENVIRONMENT DEMASK_FUZZ_SEED=1)
endforeach()
