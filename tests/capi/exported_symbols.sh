#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Checks that a shared library exports all functions of demask.h and nothing else.
# Usage: exported_symbols.sh LIBRARY HEADER
set -eu
library=$1
header=$2

exported=$(nm -D --defined-only "$library" | awk '$2 != "A" {print $3}' | sed 's/@.*//' | sort)
# A function is declared by DEMASK_C_API, its type, its name and a parenthesis.
declared=$(grep -v '^#' "$header" | tr '\n' ' ' | grep -o 'DEMASK_C_API [A-Za-z0-9_ *]*(' |
  sed 's/ *($//; s/.*[ *]//' | sort)

[ -n "$declared" ] || { echo "$header: declares no function" >&2; exit 1; }
if [ "$exported" != "$declared" ]; then
  echo "$library exports other symbols than $header declares (< exported, > declared):" >&2
  difference=$(mktemp)
  printf '%s\n' "$declared" > "$difference"
  printf '%s\n' "$exported" | diff - "$difference" >&2 || true
  rm -f "$difference"
  exit 1
fi
