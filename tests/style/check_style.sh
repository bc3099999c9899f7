#!/usr/bin/env bash
# usage: check_style.sh SOURCE BUILD
# Fails if a file is not as clang-format would write it, if clang-tidy objects, if a source file does
# not name its license, or if the version differs between files.
set -euo pipefail
source=$1 build=$2
cd "$source"
mapfile -t files < <(find include src capi examples training tests benchmarks \
  -name '*.cpp' -o -name '*.hpp' -o -name '*.h' -o -name '*.c' | sort)
clang-format --dry-run --Werror "${files[@]}"
tests/style/check_spdx.py
tests/style/check_version.sh

tests/style/tidy.py "$source" "$build"
