#!/usr/bin/env bash
# usage: check_style.sh SOURCE BUILD
# Fails if a file is not as clang-format would write it, if clang-tidy objects, or if a layer knows
# what it may not know.
set -euo pipefail
source=$1 build=$2
cd "$source"
mapfile -t files < <(find include src capi examples training tests benchmarks \
  -name '*.cpp' -o -name '*.hpp' -o -name '*.h' -o -name '*.c' | sort)
clang-format --dry-run --Werror "${files[@]}"

fail() { echo "$1" >&2; exit 1; }
grep -rlE '#include *[<"](torch|ATen|c10)/' include capi examples src | grep -v '^src/runtime/' \
  && fail "LibTorch is named outside src/runtime"
grep -rlE '#include *[<"](opencv2|Eigen)/' include capi |
  grep -vE '^include/demask/(opencv|eigen)\.hpp$' \
  && fail "a public header other than opencv.hpp and eigen.hpp names OpenCV or Eigen"
grep -rlE '#include "(imaging|runtime|stages|pipeline|video)/' src/core && fail "core knows a layer below"
grep -rlE '#include "(runtime|stages|pipeline|video)/' src/imaging && fail "imaging knows a layer below"
grep -rlE '#include "(stages|pipeline|video)/' src/runtime && fail "runtime knows a layer below"
grep -rlE '#include "(pipeline|video)/' src/stages && fail "stages know the pipeline"
grep -rlE '#include "video/' src/pipeline && fail "the pipeline of photos knows video"

tests/style/tidy.py "$source" "$build"
