#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# usage: capi/python/build_opencv.sh PYTHON FOLDER
# Builds the OpenCV that goes into the wheel and installs it to FOLDER/opencv: static libraries of the
# modules that demask uses, from the sources in the source package of opencv-python-headless on PyPI,
# which the pip of PYTHON fetches. Of the image formats it has those that demask reads and writes.
set -euo pipefail
python=$1
mkdir -p "$2"
folder=$(cd "$2" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
version=4.10.0.84
source=$folder/opencv-python-headless-$version
prefix=$folder/opencv

if [ ! -f "$source/opencv/CMakeLists.txt" ]; then
  "$python" -m pip download -q --no-deps --no-binary opencv-python-headless --require-hashes \
    --dest "$folder" -r "$here/opencv-source.txt"
  tar -C "$folder" -xf "$source.tar.gz" "opencv-python-headless-$version/opencv"
fi

launcher=()
if command -v ccache > /dev/null; then
  launcher=(-DCMAKE_C_COMPILER_LAUNCHER=ccache -DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
fi
off() { printf -- '-D%s=OFF ' "$@"; }
# libwebp is the system's, which demask calls as well: a process should have one.
# shellcheck disable=SC2046
cmake -S "$source/opencv" -B "$folder/opencv-build" -G Ninja "${launcher[@]}" \
  -DCMAKE_BUILD_TYPE=Release -DCMAKE_INSTALL_PREFIX="$prefix" \
  -DCMAKE_POSITION_INDEPENDENT_CODE=ON -DBUILD_SHARED_LIBS=OFF \
  -DBUILD_LIST=core,imgproc,imgcodecs,calib3d,video \
  -DBUILD_JPEG=ON -DBUILD_PNG=ON -DBUILD_TIFF=ON -DBUILD_ZLIB=ON -DWITH_WEBP=ON \
  $(off BUILD_WEBP BUILD_TESTS BUILD_PERF_TESTS BUILD_EXAMPLES BUILD_DOCS BUILD_JAVA \
    BUILD_opencv_apps BUILD_opencv_python2 BUILD_opencv_python3 ENABLE_PRECOMPILED_HEADERS \
    OPENCV_GENERATE_PKGCONFIG WITH_1394 WITH_ADE WITH_EIGEN WITH_FFMPEG WITH_GDAL WITH_GDCM \
    WITH_GSTREAMER WITH_GTK WITH_IMGCODEC_HDR WITH_IMGCODEC_PFM WITH_IMGCODEC_PXM \
    WITH_IMGCODEC_SUNRASTER WITH_IPP WITH_ITT WITH_JASPER WITH_LAPACK WITH_OPENCL WITH_OPENEXR \
    WITH_OPENJPEG WITH_PROTOBUF WITH_QT WITH_QUIRC WITH_V4L WITH_VTK) > "$folder/opencv.log"
cmake --build "$folder/opencv-build" --target install >> "$folder/opencv.log" ||
  { tail -n 50 "$folder/opencv.log" >&2; exit 1; }
cp "$source/opencv/LICENSE" "$source/opencv/COPYRIGHT" "$prefix/share/licenses/opencv4/"
