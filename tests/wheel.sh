#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# usage: tests/wheel.sh FOLDER
# Builds the wheel in FOLDER, installs it into a new virtual environment, runs the tests of the Python
# package with it, and removes it again.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "$1"
folder=$(cd "$1" && pwd)
tests=$root/capi/python/tests
fail() { echo "$1" >&2; exit 1; }

"$root/capi/python/build_wheel.sh" "$folder"
wheels=("$folder"/dist/demask-*.whl)
[ ${#wheels[@]} -eq 1 ] || fail "not one wheel: ${wheels[*]}"
echo "$(basename "${wheels[0]}"): $(stat -c %s "${wheels[0]}") bytes"

user=$folder/user
rm -rf "$user"
/usr/bin/python3 -m venv "$user"
"$user/bin/pip" install -q "${wheels[0]}[progress]" mypy
toy=$folder/toy
mkdir -p "$toy"

# in_user_environment COMMAND...: runs it with the wheel's environment and nothing of this shell's.
in_user_environment() {
  (cd "$tests" && env -i HOME="$folder" LANG=C.UTF-8 PATH="$user/bin:/usr/bin:/bin" \
    PYTHONDONTWRITEBYTECODE=1 DEMASK_TOY="$toy" DEMASK_WHEEL="${wheels[0]}" \
    DEMASK_PHOTO="$root/tests/studio/person.jpg" \
    DEMASK_EXAMPLE_PHOTO="$root/tests/studio/person.jpg" "$@")
}
in_user_environment python -B "$root/tests/data/make_bundle.py" "$toy"
in_user_environment python -m unittest -v test_wheel test_bundle test_default_models test_docstrings \
  test_fork test_images test_program test_progress_and_log test_reconstruct test_results \
  test_samples test_stages test_video

"$user/bin/pip" uninstall -q -y demask
left=$(find "$user" -iname '*demask*')
[ -z "$left" ] || fail "left behind: $left"
"$user/bin/python" -c "import torch"
