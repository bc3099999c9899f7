#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# usage: must_use.sh CC INCLUDE WORK
# Fails unless the compiler warns about an ignored status, for every function that returns one, and
# is silent for a program that opts out of the warning.
set -eu
cc=$1 include=$2 work=$3
mkdir -p "$work"
bare=$(tr '\n' ' ' < "$include/demask.h" | grep -o 'DEMASK_C_API demask_status [a-z0-9_]*' || true)
if [ -n "$bare" ]; then
  echo "without DEMASK_MUST_USE: $bare" >&2
  exit 1
fi
cat > "$work/ignores.c" << 'END'
#include <demask.h>
int main(void) {
  demask_bundle* bundle = NULL;
  demask_bundle_open_default(&bundle);
  demask_bundle_free(bundle);
  return 0;
}
END
options="-std=c99 -Wall -Werror -c -o $work/ignores.o -I $include"
# shellcheck disable=SC2086
if "$cc" $options "$work/ignores.c" 2> "$work/warning.txt"; then
  echo "a status that is not looked at gives no warning" >&2
  exit 1
fi
grep -q 'unused-result' "$work/warning.txt"
# shellcheck disable=SC2086
"$cc" $options -DDEMASK_MUST_USE= "$work/ignores.c"
