#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# usage: tests/fuzz/run.sh BUILD_FOLDER SECONDS [TARGET...]
# Runs each fuzz target (all by default) on its seeds and then for SECONDS on generated inputs.
# BUILD_FOLDER is build-tests/tests/fuzz. Findings, and inputs that reach new code, stay in
# BUILD_FOLDER/findings and BUILD_FOLDER/corpus. DEMASK_FUZZ_SEED makes a run repeatable.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
build=$1 seconds=$2
shift 2
targets=("$@")
[ ${#targets[@]} -gt 0 ] ||
  targets=(image_decoding image_views manifest options labelme voc c_abi)
export ASAN_OPTIONS=allocator_may_return_null=1:detect_leaks=1
export UBSAN_OPTIONS=print_stacktrace=1
# Files that a target writes do not need to reach the disk.
[ ! -w /dev/shm ] || export TMPDIR=/dev/shm
for target in "${targets[@]}"; do
  corpus=$build/corpus/$target findings=$build/findings/$target
  mkdir -p "$corpus" "$findings"
  # Inputs that failed in an earlier run come first: they should be fixed by now.
  "$build/fuzz_$target" -max_total_time="$seconds" -seed="${DEMASK_FUZZ_SEED:-0}" -max_len=4096 -timeout=25 -rss_limit_mb=2560 \
    -print_final_stats=1 -verbosity=1 -artifact_prefix="$findings/" "$corpus" \
    "$here/seeds/$target" "$findings" 2> "$build/$target.log" ||
    { tail -n 60 "$build/$target.log" >&2; exit 1; }
  grep -E 'number_of_executed_units|new_units_added' "$build/$target.log"
done
