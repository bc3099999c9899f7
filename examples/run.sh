#!/usr/bin/env bash
# usage: examples/run.sh [PHOTO]
# On a fresh Debian 12: installs what is missing, builds Release, and reconstructs the masked faces
# of PHOTO. Without PHOTO, a public-domain portrait with a synthetic mask is used, and the result is
# compared with the truth.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
build=$root/build-release
out=$root/out
photo=${1:-}

"$root/examples/install_packages.sh"
cmake -S "$root" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DDEMASK_BUILD_TESTS=OFF > /dev/null
cmake --build "$build" --target demask_program demask_dataset

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
