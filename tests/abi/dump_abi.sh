#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# usage: dump_abi.sh LIBRARY HEADER
# Prints the ABI of the functions that LIBRARY exports, with only the types of HEADER, and without
# paths of the machine it was built on.
set -eu
dump=$(abidw --header-file "$2" --drop-private-types --exported-interfaces-only \
  --drop-undefined-syms --no-corpus-path --no-comp-dir-path --no-show-locs --no-elf-needed \
  --type-id-style hash "$1")
printf '%s\n' "$dump" | sed "s|^\(  <abi-instr.* path='\)[^']*/|\1|"
