// SPDX-License-Identifier: Apache-2.0
#include "demask/version.hpp"

#if DEMASK_WITH_EXIV2
#define DEMASK_EXIV2 "with Exiv2"
#else
#define DEMASK_EXIV2 "without Exiv2"
#endif
// libheif itself is under LGPL-3, but Debian's loads x265, which is under the GPL.
#if DEMASK_WITH_EXIV2 || DEMASK_WITH_HEIF
#define DEMASK_LICENSE "GPL-3.0-or-later"
#else
#define DEMASK_LICENSE "Apache-2.0"
#endif

namespace demask {

const char* version() noexcept { return DEMASK_VERSION_STRING; }

BuildInfo build_info() noexcept {
  BuildInfo info;
  info.version = version();
  info.torch_version = DEMASK_TORCH_VERSION;
  info.with_exiv2 = DEMASK_WITH_EXIV2 != 0;
  info.license = DEMASK_LICENSE;
  info.description = "LibTorch " DEMASK_TORCH_VERSION ", " DEMASK_EXIV2 ", " DEMASK_LICENSE;
  return info;
}

}  // namespace demask
