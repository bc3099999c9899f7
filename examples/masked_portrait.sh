#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# usage: masked_portrait.sh DEMASK_DATASET OUT_FOLDER
# Makes a photo of a masked face that is free to use: the public-domain portrait from Debian's
# python3-skimage with a synthetic mask. Writes truth.png, masked.png and mask.png.
set -euo pipefail
dataset=$1 out=$2
mkdir -p "$out"
portrait=/usr/lib/python3/dist-packages/skimage/data/astronaut.png
if [ -s "$out/truth.png" ]; then
  :  # It is there from an earlier run.
elif [ -f "$portrait" ]; then
  cp "$portrait" "$out/truth.png"
else
  # Extracts only the picture, because the package depends on fifty others.
  packages=$(mktemp -d)
  trap 'rm -rf "$packages"' EXIT
  download() {
    (cd "$packages" && apt-get download -qq -o APT::Sandbox::User="$(id -un)" python3-skimage)
  }
  if ! download 2> /dev/null; then
    # Without lists of packages, such as in a fresh container, apt finds no package.
    as_root=()
    [ "$(id -u)" -eq 0 ] || as_root=(sudo)
    "${as_root[@]}" apt-get update -qq && download || {
      echo "python3-skimage cannot be downloaded; run apt-get update, or install the package" >&2
      exit 1
    }
  fi
  dpkg-deb --fsys-tarfile "$packages"/python3-skimage_*.deb |
    tar -xO ".$portrait" > "$packages/truth.png"
  mv "$packages/truth.png" "$out/truth.png"
fi
"$dataset" synthesize --photo "$out/truth.png" --out "$out/masked.png" --mask "$out/mask.png" \
  --seed 1
