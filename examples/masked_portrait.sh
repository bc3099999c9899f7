#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# usage: masked_portrait.sh DEMASK_DATASET OUT_FOLDER
# Makes a photo of a masked face that is free to use: the public-domain portrait from Debian's
# python3-skimage with a synthetic mask. Writes truth.png, masked.png and mask.png.
set -euo pipefail
dataset=$1 out=$2
mkdir -p "$out"
portrait=/usr/lib/python3/dist-packages/skimage/data/astronaut.png
if [ -f "$portrait" ]; then
  cp "$portrait" "$out/truth.png"
else
  # Extracts only the picture, because the package depends on fifty others.
  packages=$(mktemp -d)
  trap 'rm -rf "$packages"' EXIT
  (cd "$packages" && apt-get download -qq -o APT::Sandbox::User="$(id -un)" python3-skimage)
  dpkg-deb --fsys-tarfile "$packages"/python3-skimage_*.deb |
    tar -xO ".$portrait" > "$out/truth.png"
fi
"$dataset" synthesize --photo "$out/truth.png" --out "$out/masked.png" --mask "$out/mask.png" \
  --seed 1
