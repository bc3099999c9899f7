# SPDX-License-Identifier: Apache-2.0
# Writes a C++ source that defines find_asset() of assets.hpp.
# usage: cmake -DFOLDER=page -DFILES=a;b -DOUTPUT=assets.cpp -P embed_assets.cmake
set(definitions "")
set(entries "")
set(number 0)
foreach(file IN LISTS FILES)
  file(READ ${FOLDER}/${file} digits HEX)
  string(REGEX REPLACE "(..)" "'\\\\x\\1'," bytes "${digits}")
  string(APPEND definitions "constexpr char file_${number}[] = {${bytes}};\n")
  get_filename_component(extension ${file} LAST_EXT)
  if(extension STREQUAL ".html")
    set(type "text/html; charset=utf-8")
  elseif(extension STREQUAL ".css")
    set(type "text/css; charset=utf-8")
  elseif(extension STREQUAL ".js")
    set(type "text/javascript; charset=utf-8")
  elseif(extension STREQUAL ".svg")
    set(type "image/svg+xml")
  else()
    message(FATAL_ERROR "${file}: its media type is unknown; add it to embed_assets.cmake")
  endif()
  set(path /${file})
  if(file STREQUAL "index.html")
    set(path /)
  endif()
  string(APPEND entries
    "      {\"${path}\", {{file_${number}, sizeof(file_${number})}, \"${type}\"}},\n")
  math(EXPR number "${number} + 1")
endforeach()
file(WRITE ${OUTPUT} "// Written by embed_assets.cmake.
#include \"assets.hpp\"

#include <map>

namespace demask::studio {
namespace {

${definitions}
}  // namespace

const Asset* find_asset(const std::string& path) {
  static const std::map<std::string, Asset> assets = {
${entries}  };
  const auto found = assets.find(path);
  return found == assets.end() ? nullptr : &found->second;
}

}  // namespace demask::studio
")
