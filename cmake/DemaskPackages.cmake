# SPDX-License-Identifier: Apache-2.0
# Debian packages, built by `cpack` in a tree configured with the prefix /usr: libdemask0 (the
# libraries), libdemask-dev, demask-tools (the programs) and demask-models, which is separate
# because it has a different license.
set(DEMASK_PACKAGE_MAINTAINER "demask maintainers <maintainers@demask.invalid>" CACHE STRING
  "Maintainer of the Debian packages")

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME demask)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_CONTACT ${DEMASK_PACKAGE_MAINTAINER})
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_COMPONENTS_ALL runtime dev tools models)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS ${PROJECT_BINARY_DIR}/src
  ${PROJECT_BINARY_DIR}/capi)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)

# demask_package(COMPONENT NAME SECTION DEPENDS SUMMARY TEXT...)
function(demask_package component name section depends summary)
  string(TOUPPER ${component} key)
  string(JOIN "\n" text ${ARGN})
  set(CPACK_DEBIAN_${key}_PACKAGE_NAME ${name} PARENT_SCOPE)
  set(CPACK_DEBIAN_${key}_PACKAGE_SECTION ${section} PARENT_SCOPE)
  set(CPACK_DEBIAN_${key}_PACKAGE_DEPENDS "${depends}" PARENT_SCOPE)
  set(CPACK_COMPONENT_${key}_DESCRIPTION "${summary}\n${text}" PARENT_SCOPE)
  # Policy 12.5 and 12.7: every package has a copyright and a changelog. Section 4d of the Apache
  # License: the package includes the notice.
  set(documents ${CMAKE_INSTALL_DATADIR}/doc/${name})
  install(FILES ${PROJECT_SOURCE_DIR}/cmake/package/copyright ${PROJECT_SOURCE_DIR}/NOTICE
    DESTINATION ${documents} COMPONENT ${component})
  install(FILES ${PROJECT_BINARY_DIR}/changelog.gz DESTINATION ${documents}
    COMPONENT ${component})
endfunction()

string(TIMESTAMP package_date "%a, %d %b %Y %H:%M:%S +0000" UTC)
configure_file(cmake/package/changelog.in ${PROJECT_BINARY_DIR}/changelog @ONLY)
execute_process(COMMAND gzip -9n -f -k ${PROJECT_BINARY_DIR}/changelog COMMAND_ERROR_IS_FATAL ANY)

demask_package(runtime libdemask0 libs "" "reconstruction of faces under masks - libraries"
  "demask finds the face masks worn in photos and paints plausible faces under"
  "them. This package contains the C++ library and the C library.")
set(CPACK_DEBIAN_RUNTIME_PACKAGE_RECOMMENDS demask-models)
# Policy 8.1.1 and 8.6: a trigger for ldconfig, and the package that provides the libraries.
# (CPack's own scripts that call ldconfig make lintian warn.)
file(WRITE ${PROJECT_BINARY_DIR}/package/triggers "activate-noawait ldconfig\n")
file(WRITE ${PROJECT_BINARY_DIR}/package/shlibs "")
# The soname of the C++ library changes with the minor version, but the name of the package does not,
# so programs linked with it need a package of their own minor version. The C ABI only grows.
math(EXPR next_minor "${PROJECT_VERSION_MINOR} + 1")
set(own_minor ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
get_target_property(soversion demask SOVERSION)
file(APPEND ${PROJECT_BINARY_DIR}/package/shlibs "libdemask ${soversion} "
  "libdemask0 (>= ${own_minor}), libdemask0 (<< ${PROJECT_VERSION_MAJOR}.${next_minor})\n")
if(TARGET demask_capi)
  get_target_property(soversion demask_capi SOVERSION)
  file(APPEND ${PROJECT_BINARY_DIR}/package/shlibs
    "libdemask_c ${soversion} libdemask0 (>= ${own_minor})\n")
endif()
set(CPACK_DEBIAN_RUNTIME_PACKAGE_CONTROL_EXTRA ${PROJECT_BINARY_DIR}/package/triggers
  ${PROJECT_BINARY_DIR}/package/shlibs)
demask_package(dev libdemask-dev libdevel "libdemask0 (= ${PROJECT_VERSION})"
  "reconstruction of faces under masks - development files"
  "demask finds the face masks worn in photos and paints plausible faces under"
  "them. This package contains the headers, the static libraries, and the files"
  "for CMake and pkg-config.")
# Programs that link the shared libraries need none of these, and those that link the static ones
# all except Eigen; demask/opencv.hpp and demask/eigen.hpp need the library they are named after.
string(CONCAT CPACK_DEBIAN_DEV_PACKAGE_SUGGESTS
  "libeigen3-dev, libexiv2-dev, libfmt-dev, libheif-dev, libopencv-dev, libssl-dev, libtorch-dev, libwebp-dev, "
  "pkg-config")
demask_package(tools demask-tools graphics "libdemask0 (= ${PROJECT_VERSION}), demask-models"
  "reconstruction of faces under masks - program"
  "demask finds the face masks worn in photos and paints plausible faces under"
  "them. This package contains the command-line program; demask-import, which"
  "converts published checkpoints to models, using Python, LibTorch and h5py;"
  "and demask-export, which writes models as ONNX.")
set(CPACK_DEBIAN_TOOLS_PACKAGE_RECOMMENDS "python3, python3-h5py, python3-torch")
demask_package(models demask-models non-free/science ""
  "reconstruction of faces under masks - default models"
  "demask finds the face masks worn in photos and paints plausible faces under"
  "them. This package contains the default models, which are for research and"
  "non-commercial use.")
set(CPACK_DEBIAN_MODELS_PACKAGE_ARCHITECTURE all)
set(CPACK_DEBIAN_MODELS_PACKAGE_SHLIBDEPS OFF)
set(CPACK_DEBIAN_DEV_PACKAGE_SHLIBDEPS OFF)
include(CPack)
