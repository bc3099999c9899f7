#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# usage: install_onnxruntime.sh PYTHON ENVIRONMENT
# Makes a virtual environment with ONNX Runtime and Pillow from PyPI, unless it is there already.
set -euo pipefail
python=$1 environment=$2
packages=(onnxruntime==1.32.0 pillow==13.0.0)
complete=$environment/installed.txt
[ "$(cat "$complete" 2> /dev/null)" != "${packages[*]}" ] || exit 0
"$python" -m venv --clear "$environment"
"$environment/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: \
  "${packages[@]}" || {
  echo "pip cannot get ${packages[*]} from PyPI, so the ONNX export cannot be tested; connect to" \
    "the network, or set PIP_INDEX_URL to a mirror" >&2
  exit 1
}
echo "${packages[*]}" > "$complete"
