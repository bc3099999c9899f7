// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// How carefully faces are painted.

#include "demask/export.hpp"

namespace demask {

/// How carefully faces are painted. The values match the C ABI.
enum class Quality : int {
  /// By the direct inpainter, at 128 pixels, enlarged: for video and cameras.
  fast = 0,
  /// By the prior inpainter, a generator of faces at up to 512 pixels, in one pass.
  fine = 1,
  /// As `fine`, followed by a search for the generated face that fits the visible part of the face
  /// best: seconds for each face.
  best = 2
};

/// The name of a quality, such as "fine"; "unknown" for a value outside the enum.
[[nodiscard]] DEMASK_API const char* to_string(Quality quality) noexcept;

}  // namespace demask
