// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Masks as run lengths, which is how the page and the server exchange them.

#include <nlohmann/json.hpp>

#include "demask/blend.hpp"
#include "demask/image.hpp"

namespace demask::studio {

/// A mask as {"x", "y", "width", "height", "runs"}: its rectangle in the photo, and the lengths of
/// the runs of equal pixels, row by row, of which the first is uncovered and may be 0. Null for a
/// mask without pixels.
nlohmann::json to_runs(const MaskRegion& mask);

/// Reads such a mask; its levels are 0 and 255.
/// @param width, height  Of the photo.
/// @throws RequestError if it is malformed or does not lie in the photo.
MaskRegion from_runs(const nlohmann::json& mask, int width, int height);

/// The mask as a gray image of the photo's size.
Image in_photo(const MaskRegion& mask, int width, int height);

}  // namespace demask::studio
