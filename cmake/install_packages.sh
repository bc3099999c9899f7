#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# usage: cmake/install_packages.sh run|test|browser|wheel
# Installs missing Debian packages: with `run`, those needed to build and run the library and its
# programs; with `test`, also those that the tests use; with `browser`, also the browser in which the
# page of `demask studio` is tested; with `wheel`, only those needed to build the Python wheel.
set -euo pipefail
folder=$(cd "$(dirname "$0")" && pwd)
case ${1:-} in
  run) lists=("$folder/debian-packages-run.txt") ;;
  test) lists=("$folder/debian-packages-run.txt" "$folder/debian-packages-test.txt") ;;
  browser) lists=("$folder"/debian-packages-{run,test,browser}.txt) ;;
  wheel) lists=("$folder/debian-packages-wheel.txt") ;;
  *) echo "usage: cmake/install_packages.sh run|test|browser|wheel" >&2; exit 2 ;;
esac
missing=()
for package in $(cat "${lists[@]}"); do
  # The npm of another source serves as well, and Debian's cannot be installed beside it.
  [ "$package" != npm ] || ! command -v npm > /dev/null || continue
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
