// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Reads annotations in Pascal VOC format.

#include <filesystem>

#include "data/labeled_image.hpp"

namespace demask::training {

/// Reads a Pascal VOC annotation and the image it names in the folder `images`. VOC counts pixels
/// from 1 and includes the last one, so (1, 1, 10, 10) is the box of 10 x 10 pixels at (0, 0).
/// @throws Error unreadable_file, invalid_argument saying what is wrong with the file.
LabeledImage read_voc(const std::filesystem::path& file, const std::filesystem::path& images);

}  // namespace demask::training
