#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# usage: test_check_abi.sh CHECK_FOLDER WORK_FOLDER C_COMPILER PYTHON
# Checks, with small libraries, that check_abi.py distinguishes additions from breakage, and that
# check_constants.py detects changed constants.
set -eu
check=$1 work=$2 compiler=$3 python=$4
rm -rf "$work"
mkdir -p "$work"
cd "$work"

# library NAME STRUCT_FIELDS FUNCTIONS
library() {
  cat > "$1.h" << END
#include <stddef.h>
typedef struct grown { size_t struct_size; $2 } grown;
$3
END
  printf '#include "%s.h"\n' "$1" > "$1.c"
  sed -n 's/^\(int .*\);$/\1 { return 0; }/p' "$1.h" >> "$1.c"
  "$compiler" -g -shared -fPIC -Wl,-soname,libsmall.so.0 -o "$1.so" "$1.c"
}
# check LIBRARY BASELINE [OPTION]
check_library() {
  "$python" "$check/check_abi.py" ${3:+"$3"} "$1.so" "$1.h" "$2.abi" > "$1.log" 2>&1
}
check_header() {
  "$python" "$check/check_constants.py" ${3:+"$3"} "$1.h" "$2.txt" first.h > "$1.log" 2>&1
}
# accept CHECK NAME BASELINE [OPTION]
accept() { "$@" || { echo "$* was refused:"; cat "$2.log"; exit 1; }; }
# refuse MESSAGE CHECK NAME BASELINE [OPTION]
refuse() {
  message=$1
  shift
  ! "$@" || { echo "$* was accepted"; exit 1; }
  grep -q -- "$message" "$2.log" || { echo "$* does not say '$message':"; cat "$2.log"; exit 1; }
}

library base 'int a; int b;' 'int demask_read(grown* g);
int demask_write(const grown* g, int how);'
"$check/dump_abi.sh" base.so base.h > base.abi
library same 'int a; int b;' 'int demask_read(grown* g);
int demask_write(const grown* g, int how);'
library added 'int a; int b;' 'int demask_read(grown* g);
int demask_write(const grown* g, int how);
int demask_more(void);'
library longer 'int a; int b; double c;' 'int demask_read(grown* g);
int demask_write(const grown* g, int how);'
library removed 'int a; int b;' 'int demask_read(grown* g);'
library moved 'int b; int a;' 'int demask_read(grown* g);
int demask_write(const grown* g, int how);'
library retyped 'int a; short b;' 'int demask_read(grown* g);
int demask_write(const grown* g, int how);'
library inserted 'double c; int a; int b;' 'int demask_read(grown* g);
int demask_write(const grown* g, int how);'
library parameter 'int a; int b;' 'int demask_read(grown* g);
int demask_write(const grown* g, double how);'
library padded 'int a; int b; short s;' 'int demask_read(grown* g);
int demask_write(const grown* g, int how);'
"$check/dump_abi.sh" padded.so padded.h > padded.abi
library in_padding 'int a; int b; short s; short t;' 'int demask_read(grown* g);
int demask_write(const grown* g, int how);'
library filled 'int a; int b; short s; short reserved[3]; int c;' 'int demask_read(grown* g);
int demask_write(const grown* g, int how);'
accept check_library same base
broken='breaks the ABI\|leave the others alone'
for breakage in removed moved retyped inserted parameter; do
  refuse "$broken" check_library "$breakage" base
  refuse "$broken" check_library "$breakage" base --update
done
refuse "$broken" check_library in_padding padded
cp padded.abi filled.abi
accept check_library filled filled --update

# Additions must be entered in the baseline and are checked from then on.
for addition in added longer; do
  cp base.abi "$addition.abi"
  refuse 'demask_abi_baseline' check_library "$addition" "$addition"
  accept check_library "$addition" "$addition" --update
  accept check_library "$addition" "$addition"
  refuse "$broken" check_library same "$addition"
done
cp base.abi unheld.abi
refuse 'lacks demask_more,' check_library added unheld
refuse 'lacks struct grown,' check_library longer unheld

# header NAME CONSTANTS
header() { printf '#define DEMASK_LIMIT 7\nenum { %s };\n' "$2" > "$1.h"; }
header first 'DEMASK_ONE = 1'
header second 'DEMASK_ONE = 1, DEMASK_TWO = 2'
header changed 'DEMASK_ONE = 3'
header gone 'DEMASK_TWO = 2'
header later 'DEMASK_ONE = 1, DEMASK_TWO = 3'
echo 'DEMASK_LIMIT = 7' > held.txt
for header in changed gone; do refuse 'DEMASK_ONE: is 1 in first.h' check_header "$header" held; done
refuse 'lacks DEMASK_ONE, DEMASK_TWO,.*demask_abi_baseline' check_header second held
accept check_header second held --update
accept check_header second held
refuse 'DEMASK_TWO: is 2 in held.txt, 3 in later.h' check_header later held
refuse 'DEMASK_TWO' check_header later held --update
