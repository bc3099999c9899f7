#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# usage: tests/getting_started.sh WORK
# Follows docs/getting-started.md command by command, from packages and from source, on a copy of the
# project in WORK. Nothing is installed outside WORK but the Debian packages that building needs.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(realpath -m "$1")
photo=$root/tests/studio/person.jpg
libdir=lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH)
rm -rf "$work"
mkdir -p "$work/demask" "$work/home" "$work/bin"
# The files that git knows or would add.
git -C "$root" ls-files -z --cached --others --exclude-standard |
  (cd "$root" && xargs -0 cp --parents -t "$work/demask")
unset DEMASK_MODELS CMAKE_PREFIX_PATH
CCACHE_DIR=${CCACHE_DIR:-$(ccache --get-config cache_dir)}
export CCACHE_DIR HOME=$work/home
# follow WORK SECTION...
follow() {
  /usr/bin/python3 -B "$root/tests/docs/follow_guide.py" "$root/docs/getting-started.md" \
    "$work/demask" "$1" "$photo" "${@:2}" "Your first program"
}

echo "From source"
follow "$work/from_source" "Or install from source"

echo "From packages"
ln -s "$root/tests/docs/apt_into_root.sh" "$work/bin/apt"
printf '#!/bin/sh\nexec "$@"\n' > "$work/bin/sudo"
chmod +x "$work/bin/sudo"
system=$work/system
# Where apt would have installed to, the compiler, CMake and the loader look by themselves.
DEMASK_TEST_ROOT=$system PATH=$work/bin:$system/usr/bin:$PATH CMAKE_PREFIX_PATH=$system/usr \
  LD_LIBRARY_PATH=$system/usr/$libdir follow "$work/from_packages" "Install packages"
