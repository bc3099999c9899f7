#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# usage: check_api_docs.sh SOURCE WORK
# Fails if a public symbol has no documentation, or documentation that Doxygen cannot parse.
set -eu
source=$1 work=$2
mkdir -p "$work"
cd "$source"
{
  cat docs/Doxyfile
  echo "INPUT = include/demask capi/demask.h capi/demask_capi.hpp"
  echo "OUTPUT_DIRECTORY = $work"
  echo "GENERATE_HTML = NO"
  echo "GENERATE_XML = YES"
  echo "WARN_AS_ERROR = FAIL_ON_WARNINGS"
} | doxygen -
