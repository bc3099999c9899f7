// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Pictures that the program makes beside the photos: masks, panels and pictures of a report. They
/// name their maker, so that a later run does not take them for photos.

#include <filesystem>

#include "demask/image.hpp"

namespace demask::program {

/// Writes a picture as write_image() does. In PNG and JPEG files it also names demask as the
/// software that made the picture. @throws Error unwritable_file.
void write_own_picture(const std::filesystem::path& path, const ImageView& image);

/// Whether write_own_picture() wrote a file. One that cannot be read was not.
bool is_own_picture(const std::filesystem::path& path);

}  // namespace demask::program
