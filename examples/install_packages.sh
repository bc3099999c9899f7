#!/usr/bin/env bash
# Installs the Debian packages that building, running and testing need and that are not there yet.
set -euo pipefail
list=$(cd "$(dirname "$0")/.." && pwd)/cmake/debian-packages.txt
missing=()
while read -r package; do
  [ "$(dpkg-query -W -f='${Status}' "$package" 2> /dev/null)" = "install ok installed" ] ||
    missing+=("$package")
done < "$list"
[ ${#missing[@]} -eq 0 ] && exit 0
echo "Installing ${missing[*]}" >&2
as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo)
"${as_root[@]}" apt-get update -qq
DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends \
  "${missing[@]}" > /dev/null
