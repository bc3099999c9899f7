// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Blends a painted canonical face into its photo.

#include <opencv2/core.hpp>

#include "core/workers.hpp"
#include "demask/blend.hpp"
#include "demask/image.hpp"
#include "imaging/patch.hpp"

namespace demask::imaging {

/// Sets the pixels of `changed` (gray, of the photo's size) to 255 where `region` is 255.
void mark(const MaskRegion& region, Image& changed);

/// The rectangle of the photo that composite() reads or writes for a region.
cv::Rect touched_area(const Patch& patch, const MaskRegion& region, cv::Size photo);

/// Writes the painted pixels into `photo` (any format; alpha is kept) where `region` is 255 and
/// nowhere else. `holes` (gray, of the photo's size) is 255 in the holes of all faces, including
/// this one: pixels there are not used as a color reference. The result does not depend on the
/// number of `workers`.
void composite(const Patch& patch, const MaskRegion& region, const Image& holes, BlendMode blend,
               const core::Workers& workers, Image& photo);

}  // namespace demask::imaging
