# The Python package, run from its source folder against the C library of the build.
set(package ${PROJECT_SOURCE_DIR}/examples/python)
set(python_environment PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=${package}
  DEMASK_LIBRARY=$<TARGET_FILE:demask_capi>)

add_test(NAME python COMMAND ${DEBIAN_PYTHON} -m unittest -v test_abi test_bundle test_images
  test_library test_reconstruct test_stages test_video WORKING_DIRECTORY ${package}/tests)
set_tests_properties(python PROPERTIES TIMEOUT 300
  ENVIRONMENT "${python_environment};${toy};DEMASK_CAPI_SOURCE=${PROJECT_SOURCE_DIR}/capi")

add_test(NAME python_default_models COMMAND ${DEBIAN_PYTHON} -m unittest -v test_default_models
  WORKING_DIRECTORY ${package}/tests)
set_tests_properties(python_default_models PROPERTIES FIXTURES_REQUIRED masked_photo
  ENVIRONMENT "${python_environment};DEMASK_MODELS=${DEMASK_TEST_BUNDLE};DEMASK_PHOTO=${DEMASK_TEST_PHOTO}")

add_test(NAME python_install COMMAND ${DEBIAN_PYTHON} -m unittest -v test_install
  WORKING_DIRECTORY ${package}/tests)
set_tests_properties(python_install PROPERTIES FIXTURES_REQUIRED "installed;masked_photo"
  ENVIRONMENT
  "PYTHONDONTWRITEBYTECODE=1;DEMASK_INSTALLED=${installed};DEMASK_PHOTO=${DEMASK_TEST_PHOTO}")

find_program(MYPY mypy REQUIRED)
add_test(NAME python_types COMMAND ${MYPY} --config-file pyproject.toml
  --cache-dir ${CMAKE_CURRENT_BINARY_DIR}/mypy demask WORKING_DIRECTORY ${package})
