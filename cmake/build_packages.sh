#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# usage: cmake/build_packages.sh [BUILD_FOLDER [CMAKE_OPTION...]]
# Builds the Debian packages libdemask0, libdemask-dev, demask-tools and demask-models in
# BUILD_FOLDER, by default build-package, and removes those of earlier builds there.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
build=$(realpath -m "${1:-$root/build-package}")
shift $(($# > 0))
cmake -S "$root" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_INSTALL_PREFIX=/usr \
  -DCMAKE_INSTALL_LIBDIR="lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH)" \
  -DCMAKE_SKIP_INSTALL_RPATH=ON -DDEMASK_BUILD_TESTS=OFF -DDEMASK_BUILD_TRAINING=OFF "$@" > /dev/null
cmake --build "$build"
rm -f "$build"/*.deb
(cd "$build" && cpack)
