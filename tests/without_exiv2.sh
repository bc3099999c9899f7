#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# usage: tests/without_exiv2.sh BUILD_FOLDER PHOTO
# Builds the library, the C library and the program without Exiv2 and FFmpeg in BUILD_FOLDER, runs
# the tests of files and metadata, and reconstructs PHOTO, which is then marked in a file beside it.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
build=$(realpath -m "$1") photo=$2
fail() { echo "$1" >&2; exit 1; }

cmake -S "$root" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DDEMASK_WERROR=ON \
  -DDEMASK_WITH_EXIV2=OFF -DDEMASK_WITH_FFMPEG=OFF > /dev/null
cmake --build "$build" --target demask_io_tests demask_program demask_capi
for library in "$build/src/libdemask.so" "$build/capi/libdemask_c.so"; do
  readelf -d "$library" | grep -E 'NEEDED.*(exiv2|webpmux|heif)' && fail "$library: is linked with Exiv2 or libheif"
done
"$build/tests/demask_io_tests"

demask=$build/examples/demask/demask
"$demask" version > "$build/version.txt"
grep -q 'without Exiv2' "$build/version.txt" && grep -q 'Apache-2.0' "$build/version.txt" ||
  fail "demask version does not say which build this is: $(cat "$build/version.txt")"

grep -q 'without FFmpeg' "$build/version.txt" ||
  fail "demask version does not say that there is no demask video: $(cat "$build/version.txt")"
readelf -d "$demask" | grep -E 'NEEDED.*libav' && fail "$demask: is linked with FFmpeg"
code=0
"$demask" video clip.mp4 -o unmasked.mp4 2> "$build/video.txt" || code=$?
[ "$code" -eq 2 ] && grep -q 'made without FFmpeg' "$build/video.txt" ||
  fail "demask video ends with $code: $(cat "$build/video.txt")"

output=$build/output
rm -rf "$output"
mkdir -p "$output"
DEMASK_MODELS=$root/models/default "$demask" reconstruct "$photo" -o "$output/unmasked.jpg"
grep -q 'DigitalSourceType="http.*compositeWithTrainedAlgorithmicMedia"' "$output/unmasked.jpg.xmp" ||
  fail "the reconstructed photo is not marked in the file beside it"
grep -qa compositeWithTrainedAlgorithmicMedia "$output/unmasked.jpg" &&
  fail "the photo itself is marked"
[ "$(ls "$output" | wc -l)" -eq 2 ] || fail "other files were written: $(ls "$output")"
