#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# usage: cmake/install_packages.sh run|test
# Installs missing Debian packages: with `run`, those needed to build and run the library and its
# programs; with `test`, also those that the tests use.
set -euo pipefail
folder=$(cd "$(dirname "$0")" && pwd)
case ${1:-} in
  run) lists=("$folder/debian-packages-run.txt") ;;
  test) lists=("$folder/debian-packages-run.txt" "$folder/debian-packages-test.txt") ;;
  *) echo "usage: cmake/install_packages.sh run|test" >&2; exit 2 ;;
esac
missing=()
for package in $(cat "${lists[@]}"); do
  [ "$(dpkg-query -W -f='${Status}' "$package" 2> /dev/null)" = "install ok installed" ] ||
    missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0
echo "Installing ${missing[*]}" >&2
as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo)
"${as_root[@]}" apt-get update -qq
DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends \
  "${missing[@]}" > /dev/null
