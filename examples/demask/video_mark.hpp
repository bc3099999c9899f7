// SPDX-License-Identifier: Apache-2.0

#pragma once

/// @file
/// Marks edited videos as partly made by a model.

#include <filesystem>

namespace demask::program {

/// Marks a finished video with the IPTC digital source type of composite AI edits. An MP4 or
/// QuickTime file gets an XMP box (XMP Specification, part 3) at its end; for any other, an XMP
/// file is written with .xmp appended to `path`.
/// @param file  The video under its temporary name.
/// @param path  The name that the video will have.
/// @throws Error unwritable_file.
void mark_video(const std::filesystem::path& file, const std::filesystem::path& path);

}  // namespace demask::program
