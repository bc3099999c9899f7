// SPDX-License-Identifier: Apache-2.0
#include "bundle/default_bundle.hpp"

#include <dlfcn.h>

#include <cstdlib>
#include <cstring>

namespace demask::bundle {
namespace {

// The folder of the shared library, or program if linked statically, that contains this code.
std::filesystem::path library_folder() {
  Dl_info info{};
  if (dladdr(reinterpret_cast<const void*>(&default_bundle_folders), &info) == 0 ||
      info.dli_fname == nullptr) {
    return {};
  }
  // For a program that was found through PATH, the name has no folder.
  const bool bare = std::strchr(info.dli_fname, '/') == nullptr;
  std::error_code failure;
  const std::filesystem::path file =
      std::filesystem::canonical(bare ? "/proc/self/exe" : info.dli_fname, failure);
  return failure ? std::filesystem::path() : file.parent_path();
}

}  // namespace

std::vector<std::filesystem::path> default_bundle_folders() {
  if (const char* named = std::getenv("DEMASK_MODELS"); named != nullptr && *named != '\0') {
    return {named};
  }
  std::vector<std::filesystem::path> folders;
  if (const std::filesystem::path folder = library_folder(); !folder.empty()) {
    folders.push_back((folder / DEMASK_DATA_FROM_LIBRARY).lexically_normal());
    folders.push_back((folder / DEMASK_DATA_FROM_PROGRAM).lexically_normal());
  }
  folders.emplace_back(DEMASK_SOURCE_MODELS);
  return folders;
}

}  // namespace demask::bundle
