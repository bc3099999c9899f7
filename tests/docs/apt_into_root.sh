#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# usage: apt install FILE...
# Stands in for apt, and is named so, in tests that must not install into the system: installs
# packages into the separate root $DEMASK_TEST_ROOT. There, dpkg finds none of the system's packages,
# so dependencies cannot be met.
set -euo pipefail
[ "${1:-}" = install ] || { echo "apt: only install is known here" >&2; exit 2; }
shift
root=$DEMASK_TEST_ROOT
mkdir -p "$root/var/lib/dpkg/info" "$root/var/lib/dpkg/updates"
touch "$root/var/lib/dpkg/status"
for file in "$@"; do
  # apt takes a file for a file only if its name has a slash.
  [[ $file == */* ]] || { echo "apt: $file is not a path" >&2; exit 100; }
done
dpkg --root="$root" --log="$root.dpkg.log" --force-depends --force-not-root \
  --force-script-chrootless -i "$@" > /dev/null 2> "$root.warnings.log"
