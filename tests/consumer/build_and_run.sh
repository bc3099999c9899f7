#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# usage: build_and_run.sh SOURCE BUILD PREFIX PHOTO PREFIX_PATH SANITIZE
# Configures, builds and runs a project against an installed demask.
set -euo pipefail
source=$1 build=$2 prefix=$3 photo=$4 prefix_path=$5 sanitize=$6
rm -rf "$build"
flags=${sanitize:+-fsanitize=$sanitize}
cmake -S "$source" -B "$build" -DCMAKE_PREFIX_PATH="$prefix;$prefix_path" \
  -DCMAKE_BUILD_TYPE=Release -DCMAKE_C_FLAGS="$flags" -DCMAKE_CXX_FLAGS="$flags"
cmake --build "$build"
# The shared library finds the installed models by itself; a program linked statically is outside
# the prefix and must be told where they are.
unset DEMASK_MODELS
for program in "$build"/consumer_*; do
  name=$(basename "$program")
  [ "$name" = consumer_static ] && export DEMASK_MODELS=$prefix/share/demask/models/default
  [ "$name" = consumer_shared ] && unset DEMASK_MODELS
  "$program" "$photo" "$build/$name.png"
  test -s "$build/$name.png"
done
