#pragma once

/// @file
/// Annotations in the format of Labelme.

#include <filesystem>
#include <string>
#include <vector>

#include "data/labeled_image.hpp"

namespace demask::training {

/// Reads a Labelme file: the image that is embedded in it, or else referenced relative to it, the
/// shapes (polygon, rectangle, circle) with one of these labels drawn as its mask, and their boxes.
/// No labels means all.
/// @throws Error unreadable_file, invalid_argument naming what is wrong with the file.
LabeledImage read_labelme(const std::filesystem::path& file,
                          const std::vector<std::string>& labels = {});

}  // namespace demask::training
