#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# usage: docs/make_images.sh [FOLDER]
# Writes the drawings and plots of the guides to FOLDER, by default docs/images.
set -euo pipefail
docs=$(cd "$(dirname "$0")" && pwd)
out=${1:-$docs/images}
mkdir -p "$out"
for script in "$docs"/drawings/*_drawing.py "$docs"/drawings/*_plots.py; do
  python3 -B "$script" "$out"
done
