# SPDX-License-Identifier: Apache-2.0
# Third-party packages of the library. Those of optional parts are looked up where these are built.
find_package(OpenCV 4.5 REQUIRED COMPONENTS core imgproc imgcodecs
  calib3d video)
find_package(Eigen3 3.3 REQUIRED NO_MODULE)
find_package(fmt 9 REQUIRED)
find_package(nlohmann_json 3.9 REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
find_package(Torch 1.13 REQUIRED)
# LibTorch from PyPI comes with its own fmt headers and OpenMP runtime. Its include folder is
# searched first, so sources that include it use fmt header-only, from that folder; and the project
# uses the same OpenMP runtime, because a process must have only one.
list(GET TORCH_INCLUDE_DIRS 0 torch_headers)
if(EXISTS ${torch_headers}/fmt/format.h)
  target_compile_definitions(torch INTERFACE FMT_HEADER_ONLY)
endif()
get_filename_component(torch_openmp ${torch_headers}/../lib/libgomp.so.1 ABSOLUTE)
if(EXISTS ${torch_openmp})
  set(OpenMP_gomp_LIBRARY ${torch_openmp} CACHE FILEPATH "GCC's OpenMP runtime")
endif()
# Installed files find LibTorch where the build found it, even within the source tree, whose folders
# CMake would leave out of the run path.
get_filename_component(torch_libraries ${TORCH_LIBRARY} DIRECTORY)
if(NOT torch_libraries IN_LIST CMAKE_CXX_IMPLICIT_LINK_DIRECTORIES)
  list(APPEND CMAKE_INSTALL_RPATH ${torch_libraries})
endif()
find_package(OpenMP REQUIRED COMPONENTS CXX)
find_package(PkgConfig REQUIRED)
pkg_check_modules(webp REQUIRED IMPORTED_TARGET GLOBAL libwebp)
if(DEMASK_WITH_HEIF)
  pkg_check_modules(heif REQUIRED IMPORTED_TARGET GLOBAL libheif>=1.15)
endif()
if(DEMASK_WITH_EXIV2)
  pkg_check_modules(exiv2 REQUIRED IMPORTED_TARGET GLOBAL exiv2)
  pkg_check_modules(webpmux REQUIRED IMPORTED_TARGET GLOBAL libwebpmux)
endif()
