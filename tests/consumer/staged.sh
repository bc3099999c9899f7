#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# usage: staged.sh BUILD WORK LIBDIR PHOTO PREFIX_PATH SANITIZE
# Installs BUILD for /usr into a DESTDIR, as package builds do, runs the installed programs, then
# moves the tree and builds against it with find_package and with pkg-config.
set -euo pipefail
build=$1 work=$2 libdir=$3 photo=$4 prefix_path=$5 sanitize=$6
here=$(cd "$(dirname "$0")" && pwd)
fail() { echo "$1" >&2; exit 1; }
unset DEMASK_MODELS
rm -rf "$work"
mkdir -p "$work"

stage=$work/stage
touch "$work/before"
DESTDIR=$stage cmake --install "$build" --prefix /usr > /dev/null
for file in "$libdir/libdemask.so" "$libdir/libdemask_c.so" "$libdir/libdemask.a" \
  "$libdir/libdemask_c.a" "$libdir/pkgconfig/demask.pc" "$libdir/pkgconfig/demask_c.pc" \
  "$libdir/cmake/demask/demaskConfig.cmake" "$libdir/cmake/demask/demaskTargets.cmake" \
  include/demask.h include/demask_capi.hpp include/demask/demask.hpp bin/demask bin/demask-import \
  bin/demask-export share/demask/models/default/manifest.json share/demask/report.schema.json; do
  [ -s "$stage/usr/$file" ] || fail "there is no $stage/usr/$file"
done
[ "$(ls -A "$stage")" = usr ] || fail "beside usr there is: $(ls -A "$stage")"
# Files installed without regard to DESTDIR would end up in the system.
while read -r file; do
  [ ! "/$file" -nt "$work/before" ] || fail "/$file was written"
done < <(cd "$stage" && find . -type f | cut -c 3-)

# check_models PREFIX
check_models() {
  "$1/bin/demask" models --verify > "$work/models.txt"
  grep -q "$1/share/demask/models/default" "$work/models.txt" ||
    fail "not the models of $1: $(cat "$work/models.txt")"
}
check_models "$stage/usr"

moved=$work/moved
mv "$stage/usr" "$moved"
check_models "$moved"
"$moved/bin/demask-import" --help > /dev/null
"$moved/bin/demask-export" --help > /dev/null
for kind in cpp c; do
  "$here/build_and_run.sh" "$here/$kind" "$work/$kind" "$moved" "$photo" "$prefix_path" \
    "$sanitize" > "$work/$kind.txt"
done
[ "$(grep -c "models in \"\?$moved/share/demask/models/default" "$work/cpp.txt")" -eq 2 ] ||
  fail "not the models of $moved: $(cat "$work/cpp.txt")"
"$here/pkgconfig.sh" "$work/pkgconfig" "$moved/$libdir" "$photo" "$sanitize"
for file in "$moved/$libdir/pkgconfig"/*.pc "$moved/$libdir/cmake/demask"/*.cmake; do
  ! grep -n "$stage\|$build\|${here%/tests/consumer}" "$file" ||
    fail "$file names a place that is only there where it was built"
done
