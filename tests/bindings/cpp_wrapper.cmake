# The C++ wrapper, built outside of this project's compiler and standard.
add_test(NAME cpp_wrapper COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/wrapper_builds.sh
  ${PROJECT_SOURCE_DIR}/capi $<TARGET_FILE:demask_capi> ${DEMASK_TEST_TOY}
  ${CMAKE_CURRENT_BINARY_DIR}/cpp_wrapper)
