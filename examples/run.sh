#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# usage: examples/run.sh [PHOTO]
# On a fresh Debian 12: installs what is missing, builds Release, and reconstructs the masked faces
# of PHOTO. Without PHOTO, uses a public-domain portrait with a synthetic mask, and compares the
# result with the portrait.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
build=$root/build-release
out=$root/out
photo=${1:-}

# No photo of a masked person is free to ship, so the program that puts masks on the faces of the
# training data makes one from a portrait. A given photo does not need that program.
targets=(demask_program)
[ -n "$photo" ] || targets+=(demask_dataset)

"$root/cmake/install_packages.sh" run
(cd "$root" && cmake --preset release > /dev/null)
cmake --build "$build" --target "${targets[@]}"

mkdir -p "$out"
if [ -z "$photo" ]; then
  "$root/examples/masked_portrait.sh" "$build/training/dataset/demask-dataset" "$out"
  photo=$out/masked.png
fi
"$build/examples/demask/demask" reconstruct "$photo" -o "$out/result.png" --panel "$out/panel.png" \
  --json "$out/report.json"
if [ "$photo" = "$out/masked.png" ]; then
  "$build/training/dataset/demask-dataset" compare "$out/result.png" "$out/truth.png" \
    --mask "$out/mask.png"
fi
echo "result: $out/result.png"
echo "panel:  $out/panel.png"
echo "report: $out/report.json"
