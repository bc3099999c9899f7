#include "demask/version.hpp"

namespace demask {

const char* version() noexcept { return DEMASK_VERSION_STRING; }

BuildInfo build_info() noexcept {
  constexpr bool with_exiv2 = DEMASK_WITH_EXIV2 != 0;
  return {version(), DEMASK_TORCH_VERSION, with_exiv2,
          with_exiv2 ? "GPL-3.0-or-later" : "Apache-2.0"};
}

}  // namespace demask
