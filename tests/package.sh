#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# usage: tests/package.sh BUILD_FOLDER PHOTO
# Builds the Debian packages in BUILD_FOLDER, checks them with lintian and their dependencies with
# apt, installs them into a separate root, reconstructs PHOTO with the installed program, compiles
# programs against the installed library, among them that of docs/getting-started.md as it says there,
# and removes the packages again.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
build=$(realpath -m "$1") photo=$2
libdir=lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH)

"$root/cmake/build_packages.sh" "$build" -DDEMASK_WERROR=ON
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

scratch=$build/scratch
rm -rf "$scratch"
DEMASK_TEST_ROOT=$scratch "$root/tests/docs/apt_into_root.sh" install "${packages[@]}"

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
PATH=$scratch/usr/bin:$PATH CMAKE_PREFIX_PATH=$scratch/usr /usr/bin/python3 -B \
  "$root/tests/docs/follow_guide.py" "$root/docs/getting-started.md" "$build" "$build/guide" \
  "$root/tests/studio/person.jpg" "Your first program"

dpkg --root="$scratch" --log="$scratch.dpkg.log" --force-depends --force-not-root \
  --force-script-chrootless -P libdemask0 libdemask-dev demask-tools demask-models > /dev/null
left=$(cd "$scratch" && find . -mindepth 1 ! -type d ! -path './var/lib/dpkg/*')
[ -z "$left" ] || { echo "left behind: $left" >&2; exit 1; }
