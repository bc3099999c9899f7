#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# usage: docs/make_studio_images.sh PROGRAM [FOLDER]
# Takes the pictures of the page of `demask studio` in Chromium, which tests/run.sh --browser
# installs, and writes them to FOLDER, by default docs/images. PROGRAM is the demask program.
set -euo pipefail
docs=$(cd "$(dirname "$0")" && pwd)
out=${2:-$docs/images}
mkdir -p "$out"
/usr/bin/python3 -B "$docs/drawings/studio_pictures.py" "$1" "$out"
