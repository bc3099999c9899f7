// SPDX-License-Identifier: Apache-2.0
#include "version_command.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <string>

#include "demask/version.hpp"
#include "exit_codes.hpp"
#include "video_build.hpp"

namespace demask::program {
namespace {

constexpr const char* with_exiv2 =
    "with Exiv2: EXIF, IPTC, XMP and ICC profiles are carried over, and edited photos are\n"
    "marked in their XMP.\n"
    "License of this build, except for its models: {} (demask is under Apache-2.0; Exiv2\n"
    "is under GPL-2.0-or-later, of which only version 3 is compatible with Apache-2.0).\n";

constexpr const char* without_exiv2 =
    "without Exiv2: EXIF, IPTC, XMP and ICC profiles are not carried over, and edited photos are\n"
    "marked in OUT.xmp beside them.\n"
    "License of the library in this build, except for its models: {}.\n";

}  // namespace

int run_version() {
  const BuildInfo info = build_info();
  const char* details = info.with_exiv2 ? with_exiv2 : without_exiv2;
  const std::string text =
      fmt::format("demask {}\nLibTorch {}\n", info.version, info.torch_version) +
      fmt::format(fmt::runtime(details), info.license) + video_build_info();
  std::fputs(text.c_str(), stdout);
  return ExitCode::all_done;
}

}  // namespace demask::program
