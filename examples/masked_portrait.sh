#!/usr/bin/env bash
# usage: masked_portrait.sh DEMASK_DATASET OUT_FOLDER
# Makes a photo of a masked face that is free to use: the public-domain portrait of Debian's
# python3-skimage with a synthetic mask. Writes truth.png, masked.png and mask.png.
set -euo pipefail
dataset=$1 out=$2
mkdir -p "$out"
portrait=$(dpkg -L python3-skimage | grep '/astronaut\.png$')
cp "$portrait" "$out/truth.png"
"$dataset" synthesize --photo "$out/truth.png" --out "$out/masked.png" --mask "$out/mask.png" \
  --seed 1
