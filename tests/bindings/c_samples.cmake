# The C samples on the toy world, where what they print and paint is known.
add_test(NAME c_samples COMMAND ${DEBIAN_PYTHON} -B
  ${CMAKE_CURRENT_SOURCE_DIR}/test_c_samples.py $<TARGET_FILE_DIR:demask_c_run_stages>
  ${DEMASK_TEST_TOY} ${CMAKE_CURRENT_BINARY_DIR}/c_samples)
