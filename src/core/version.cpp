#include "demask/version.hpp"

namespace demask {

const char* version() noexcept { return DEMASK_VERSION_STRING; }

}  // namespace demask
