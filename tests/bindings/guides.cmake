# The programs in the guides of the bindings, run on the toy world.
add_test(NAME guides_of_bindings COMMAND ${DEBIAN_PYTHON} ${CMAKE_CURRENT_SOURCE_DIR}/test_guides.py
  ${PROJECT_SOURCE_DIR} ${DEMASK_TEST_TOY} ${CMAKE_CURRENT_BINARY_DIR}/guides ${MCS} ${MONO}
  ${csharp_out}/Demask.dll)
set_tests_properties(guides_of_bindings PROPERTIES ENVIRONMENT
  "${python_environment};LD_LIBRARY_PATH=$<TARGET_FILE_DIR:demask_capi>")
