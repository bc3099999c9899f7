// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Reads annotations in Labelme format.

#include <filesystem>
#include <string>
#include <vector>

#include "data/labeled_image.hpp"

namespace demask::training {

/// Reads a Labelme file. The image is embedded in it or referenced relative to it; shapes
/// (polygon, rectangle, circle) with one of `labels`, or all if there are none, are drawn as the
/// mask, and their boxes are kept.
/// @throws Error unreadable_file, invalid_argument saying what is wrong with the file.
LabeledImage read_labelme(const std::filesystem::path& file,
                          const std::vector<std::string>& labels = {});

}  // namespace demask::training
