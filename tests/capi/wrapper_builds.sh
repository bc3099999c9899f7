#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# usage: wrapper_builds.sh INCLUDE LIBRARY TOY WORK
# Builds the test of the C++ wrapper with each compiler and standard, with warnings as errors. Runs
# the builds with GCC's C++ ABI from before version 5 and with Clang.
set -euo pipefail
include=$1 library=$2 toy=$3 work=$4
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$work"
export DEMASK_MODELS=$toy/bundle
warnings=(-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror)
for build in "g++ -std=c++17" "clang++ -std=c++11"; do
  echo "$build"
  # shellcheck disable=SC2086
  $build "${warnings[@]}" -I"$include" -fsyntax-only "$here/wrapper_test.cpp"
done
for build in "g++ -std=c++11 -D_GLIBCXX_USE_CXX11_ABI=0" "clang++ -std=c++17"; do
  echo "$build"
  # shellcheck disable=SC2086
  $build "${warnings[@]}" -I"$include" "$here/wrapper_test.cpp" "$library" \
    -Wl,-rpath,"$(dirname "$library")" -o "$work/wrapper_test"
  "$work/wrapper_test" "$toy" "$work"
done
