#pragma once

/// @file
/// The mark of edited videos.

#include <filesystem>

namespace demask::program {

/// Marks a finished video with the IPTC digital source type of composite AI edits. An MP4 or
/// QuickTime file gets an XMP box (XMP Specification, part 3) at its end; beside any other, `path`
/// with .xmp behind it is written.
/// @param file  the video as it is named while it is made; `path`, as it will be named.
/// @throws Error unwritable_file.
void mark_video(const std::filesystem::path& file, const std::filesystem::path& path);

}  // namespace demask::program
