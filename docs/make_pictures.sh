#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# usage: docs/make_pictures.sh GENERATOR DEMASK DEMASK_DATASET [FOLDER]
# Writes the pictures of painted faces in the guides to FOLDER, by default docs/images. GENERATOR is a TorchScript
# generator of faces (docs/training.md), so that nobody is shown who exists.
set -euo pipefail
docs=$(cd "$(dirname "$0")" && pwd)
generator=$1 demask=$2 dataset=$3 out=${4:-$docs/images}
export DEMASK_MODELS=${DEMASK_MODELS:-$docs/../models/default}
mkdir -p "$out"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# usage: masked_face SEED_OF_FACE SEED_OF_MASK NAME
masked_face() {
  /usr/bin/python3 -B "$docs/drawings/generated_face.py" "$generator" "$1" "$work/bare.png"
  "$dataset" synthesize --photo "$work/bare.png" --out "$work/$3.png" --mask "$work/mask.png" --seed "$2"
}

# The first row of a panel: photo, mask, landmarks, result.
"$demask" reconstruct "$docs/../tests/studio/person.jpg" -o "$work/person.png" --panel "$work/panel.png"
/usr/bin/python3 -B "$docs/drawings/panel_row.py" "$work/panel.png" "$out/panel.jpg"

# A cheek under the strap, enlarged, with each blend mode.
cheek=330,330,160
row=("masked=$docs/../tests/studio/person.jpg@$cheek")
for blend in none feather poisson; do
  "$demask" reconstruct "$docs/../tests/studio/person.jpg" -o "$work/$blend.png" --blend "$blend"
  row+=("$blend=$work/$blend.png@$cheek")
done
/usr/bin/python3 -B "$docs/drawings/picture_row.py" "$out/blend.jpg" "${row[@]}"

masked_face 5 2 variants
"$demask" reconstruct "$work/variants.png" -o "$work/v.png" --variants 5
row=("masked=$work/variants.png" "most likely=$work/v.png")
for variant in 1 2 3 4; do
  row+=("variant $variant=$work/v_variant$variant.png")
done
/usr/bin/python3 -B "$docs/drawings/picture_row.py" "$out/variants.jpg" "${row[@]}"

masked_face 3 2 expressions
row=("masked=$work/expressions.png")
for expression in as_found neutral smile open_mouth; do
  "$demask" reconstruct "$work/expressions.png" -o "$work/$expression.png" --expression "$expression"
  row+=("$expression=$work/$expression.png")
done
/usr/bin/python3 -B "$docs/drawings/picture_row.py" "$out/expressions.jpg" "${row[@]}"
