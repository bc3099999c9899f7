#!/bin/sh
# usage: test_check_abi.sh CHECK_FOLDER WORK_FOLDER C_COMPILER PYTHON
# Shows that check_abi.py tells growth from breakage, with small libraries of its own.
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
verdict() {
  "$python" "$check/check_abi.py" "$1.so" "$1.h" "${2:-base}.abi" > "$1.log" 2>&1
}
accept() { verdict "$1" || { echo "$1 was refused:"; cat "$1.log"; exit 1; }; }
refuse() { ! verdict "$@" || { echo "$1 was accepted"; exit 1; }; }

library base 'int a; int b;' 'int demask_read(grown* g);
int demask_write(const grown* g, int how);'
"$check/dump_abi.sh" base.so base.h > base.abi
library same 'int a; int b;' 'int demask_read(grown* g);
int demask_write(const grown* g, int how);'
library added 'int a; int b; double c;' 'int demask_read(grown* g);
int demask_write(const grown* g, int how);
int demask_more(void);'
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
accept same
accept added
for breakage in removed moved retyped inserted parameter; do refuse "$breakage"; done
refuse in_padding padded
