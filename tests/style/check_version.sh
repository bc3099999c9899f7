#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# usage: check_version.sh
# Fails if CITATION.cff, CHANGELOG.md or Demask.csproj does not name the version of
# include/demask/version.hpp.
set -euo pipefail
cd "$(dirname "$0")/../.."
version=$(sed -n 's/.*DEMASK_VERSION_STRING "\(.*\)".*/\1/p' include/demask/version.hpp)
fail() { echo "$1; the library is version $version" >&2; exit 1; }
grep -qx "version: $version" CITATION.cff || fail "CITATION.cff names another version"
grep -qF "## [$version]" CHANGELOG.md || fail "CHANGELOG.md has no entry"
grep -qF "<Version>$version</Version>" capi/csharp/Demask/Demask.csproj ||
  fail "Demask.csproj names another version"
