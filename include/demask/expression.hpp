// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// The expression of a painted face.

#include "demask/export.hpp"

namespace demask {

/// The expression of a painted face. The values match the C ABI.
enum class Expression : int {
  as_found = 0,   ///< As the landmark detector guesses it.
  neutral = 1,    ///< A closed mouth at rest.
  smile = 2,      ///< A wide mouth with raised corners.
  open_mouth = 3  ///< Parted lips and a lowered chin.
};

/// The name of an expression, such as "smile"; "unknown" for a value outside the enum.
[[nodiscard]] DEMASK_API const char* to_string(Expression expression) noexcept;

}  // namespace demask
