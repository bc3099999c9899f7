# Third-party packages of the library. Those of optional parts are looked for where they are built.
find_package(OpenCV 4.5 REQUIRED COMPONENTS core imgproc imgcodecs
  calib3d video)
find_package(Eigen3 3.3 REQUIRED NO_MODULE)
find_package(fmt 9 REQUIRED)
find_package(nlohmann_json 3.9 REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
find_package(OpenMP REQUIRED COMPONENTS CXX)
find_package(Torch 1.13 REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(exiv2 REQUIRED IMPORTED_TARGET GLOBAL exiv2)
