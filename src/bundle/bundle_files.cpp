// SPDX-License-Identifier: Apache-2.0
#include "bundle/bundle_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "bundle/manifest.hpp"
#include "demask/error.hpp"

namespace demask::bundle {
namespace {

namespace fs = std::filesystem;

// A manifest is a few kilobytes; anything far larger is not one.
constexpr std::uintmax_t max_manifest_bytes = 4U << 20U;

[[noreturn]] void throw_unreadable(const fs::path& path, const std::string& reason) {
  throw Error(
      ErrorCode::unreadable_file,
      fmt::format("{}: {}; check that the file is there and may be read", path.string(), reason));
}

void require_inside(const fs::path& folder, const fs::path& path) {
  std::error_code failure;
  const fs::path root = fs::canonical(folder, failure);
  const fs::path target = failure ? fs::path() : fs::canonical(path, failure);
  if (failure) {
    throw_unreadable(path, failure.message());
  }
  if (std::mismatch(root.begin(), root.end(), target.begin(), target.end()).first != root.end()) {
    throw Error(ErrorCode::bundle_invalid,
                fmt::format("{}: it leads to {}, which is outside the bundle; put the file itself "
                            "into the bundle",
                            path.string(), target.string()));
  }
}

}  // namespace

std::uint64_t bundle_file_size(const fs::path& folder, const std::string& name) {
  const fs::path path = folder / name;
  require_inside(folder, path);
  std::error_code failure;
  if (!fs::is_regular_file(path, failure)) {
    throw_unreadable(path, failure ? failure.message() : "it is not a regular file");
  }
  const std::uintmax_t size = fs::file_size(path, failure);
  if (failure) {
    throw_unreadable(path, failure.message());
  }
  return size;
}

std::vector<std::uint8_t> read_bundle_file(const fs::path& folder, const std::string& name) {
  const fs::path path = folder / name;
  const std::uint64_t size = bundle_file_size(folder, name);
  std::ifstream stream(path, std::ios::binary);
  if (!stream) {
    throw_unreadable(path, std::strerror(errno));
  }
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(size));
  stream.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size));
  if (stream.gcount() != static_cast<std::streamsize>(size)) {
    throw Error(ErrorCode::unreadable_file,
                fmt::format("{}: it ended early; copy it again", path.string()));
  }
  return bytes;
}

std::string read_manifest(const fs::path& folder) {
  if (bundle_file_size(folder, manifest_file_name) > max_manifest_bytes) {
    throw Error(ErrorCode::bundle_invalid,
                fmt::format("{}: it is larger than {} bytes, so it is no manifest; name a bundle "
                            "made for demask",
                            (folder / manifest_file_name).string(), max_manifest_bytes));
  }
  const std::vector<std::uint8_t> bytes = read_bundle_file(folder, manifest_file_name);
  return {bytes.begin(), bytes.end()};
}

}  // namespace demask::bundle
