#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# usage: tests/package.sh BUILD_FOLDER PHOTO
# Builds the Debian packages in BUILD_FOLDER, checks them with lintian and their dependencies with
# apt, installs them into a separate root, reconstructs PHOTO with the installed program, compiles
# programs against the installed library, and removes the packages again.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
build=$(realpath -m "$1") photo=$2
libdir=lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH)

cmake -S "$root" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_INSTALL_PREFIX=/usr \
  -DCMAKE_INSTALL_LIBDIR="$libdir" -DCMAKE_SKIP_INSTALL_RPATH=ON -DDEMASK_BUILD_TESTS=OFF \
  -DDEMASK_BUILD_TRAINING=OFF -DDEMASK_WERROR=ON > /dev/null
cmake --build "$build"
rm -f "$build"/*.deb
(cd "$build" && cpack)
packages=("$build"/*.deb)
[ ${#packages[@]} -eq 4 ] || { echo "not four packages: ${packages[*]}" >&2; exit 1; }
lintian --fail-on error --suppress-tags bad-distribution-in-changes-file "${packages[@]}"

# Programs linked with the C++ library need the minor version they were built against; the C ABI only
# grows.
dpkg-deb -I "$build"/libdemask0_*.deb shlibs > "$build/shlibs.txt"
grep -Eqx 'libdemask (0\.[0-9]+) libdemask0 \(>= \1\), libdemask0 \(<< 0\.[0-9]+\)' "$build/shlibs.txt" &&
  grep -Eqx 'libdemask_c 0 libdemask0 \(>= 0\.[0-9]+\)' "$build/shlibs.txt" ||
  { echo "wrong dependencies of linked programs:" >&2; cat "$build/shlibs.txt" >&2; exit 1; }

# Checks that Debian has every dependency, and that all of them can be installed together: on this
# system and, if the lists of Debian's packages are present, on an empty one.
own=$(for package in "${packages[@]}"; do dpkg-deb -f "$package" Package; done)
for package in "${packages[@]}"; do
  while read -r name; do
    grep -qx "$name" <<< "$own" || apt-cache show --no-all-versions "$name" > /dev/null 2>&1 ||
      { echo "$package: Debian has no $name" >&2; exit 1; }
  done < <(dpkg-deb -f "$package" Depends Recommends Suggests | sed 's/^[A-Z][a-z]*: //' |
    tr ',|' '\n\n' | sed 's/(.*)//; s/[[:space:]]//g; /^$/d')
done
# simulate [OPTION...]
simulate() {
  apt-get -s -o APT::Sandbox::User="$(id -un)" "$@" install "${packages[@]}" > "$build/apt.txt" 2>&1 ||
    { cat "$build/apt.txt" >&2; exit 1; }
}
simulate
touch "$build/nothing"
bare=(-o Dir::State::status="$build/nothing" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache=)
if apt-cache "${bare[@]}" show libc6 > /dev/null 2>&1; then
  simulate "${bare[@]}"
fi

# In the new root, dpkg finds no installed packages, so dependencies cannot be met there.
scratch=$build/scratch
rm -rf "$scratch"
mkdir -p "$scratch/var/lib/dpkg/info" "$scratch/var/lib/dpkg/updates"
touch "$scratch/var/lib/dpkg/status"
dpkg_there=(dpkg --root="$scratch" --log="$build/dpkg.log" --force-depends --force-not-root
  --force-script-chrootless)
"${dpkg_there[@]}" -i "${packages[@]}" > /dev/null 2> "$build/dpkg-warnings.log"

export LD_LIBRARY_PATH=$scratch/usr/$libdir
unset DEMASK_MODELS
"$scratch/usr/bin/demask" models --verify > "$build/models.txt"
grep -q "$scratch/usr/share/demask/models/default" "$build/models.txt" ||
  { echo "the installed models were not found:" >&2; cat "$build/models.txt" >&2; exit 1; }
"$scratch/usr/bin/demask" reconstruct "$photo" -o "$build/unmasked.png"
for kind in cpp c; do
  "$root/tests/consumer/build_and_run.sh" "$root/tests/consumer/$kind" "$build/consumer_$kind" \
    "$scratch/usr" "$photo" "" "" > "$build/consumer.txt" || { cat "$build/consumer.txt" >&2; exit 1; }
done
"$root/tests/consumer/pkgconfig.sh" "$build/pkgconfig" "$scratch/usr/$libdir" "$photo" ""

"${dpkg_there[@]}" -P libdemask0 libdemask-dev demask-tools demask-models > /dev/null
left=$(cd "$scratch" && find . -mindepth 1 ! -type d ! -path './var/lib/dpkg/*')
[ -z "$left" ] || { echo "left behind: $left" >&2; exit 1; }
