# The Dask example, on a cluster of two workers of this machine.
add_test(NAME dask COMMAND ${DEBIAN_PYTHON} -W ignore::DeprecationWarning -m unittest -v
  test_reconstruct_archive WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}/examples/dask/tests)
set(paths ${PROJECT_SOURCE_DIR}/examples/python:${PROJECT_SOURCE_DIR}/examples/dask)
set_tests_properties(dask PROPERTIES TIMEOUT 300 ENVIRONMENT
  "PYTHONDONTWRITEBYTECODE=1;PYTHONPATH=${paths};DEMASK_LIBRARY=$<TARGET_FILE:demask_capi>;${toy}")
