#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# usage: check_style.sh SOURCE BUILD
# Fails if clang-format would change a file, if clang-tidy reports a problem, if a source file does
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
