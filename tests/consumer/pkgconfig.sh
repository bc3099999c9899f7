#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# usage: pkgconfig.sh BUILD LIBDIR PHOTO SANITIZE
# Compiles the C consumer with the flags from pkg-config, and runs it.
set -euo pipefail
build=$1 libdir=$2 photo=$3 sanitize=$4
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$build"
export PKG_CONFIG_PATH=$libdir/pkgconfig
# shellcheck disable=SC2046
gcc -std=c99 -pedantic-errors -Wall -Wextra ${sanitize:+-fsanitize=$sanitize} \
  "$here/../../examples/c/reconstruct_file.c" -o "$build/consumer" $(pkg-config --cflags --libs demask_c) \
  -Wl,-rpath,"$libdir"
unset DEMASK_MODELS
"$build/consumer" "$photo" "$build/out.png"
test -s "$build/out.png"
# The C++ flags must lead to the header and the library.
echo '#include <demask/demask.hpp>
int main() { return demask::version()[0] == 0; }' > "$build/version.cpp"
# shellcheck disable=SC2046
g++ -std=c++17 ${sanitize:+-fsanitize=$sanitize} "$build/version.cpp" -o "$build/version" \
  $(pkg-config --cflags --libs demask) -Wl,-rpath,"$libdir"
"$build/version"
