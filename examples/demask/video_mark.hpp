// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// The mark of videos that are partly made by a model.

#include <filesystem>

namespace demask::program {

/// Marks a finished MP4 or QuickTime file with the IPTC digital source type of composite AI edits,
/// in an XMP box (XMP Specification, part 3) at its end. Other files are left unchanged.
/// @param file  The video under its temporary name.
/// @param path  The name that the video will have, for error messages.
/// @returns Whether the file is marked.
/// @throws Error unwritable_file.
bool embed_mark(const std::filesystem::path& file, const std::filesystem::path& path);

/// Whether a video is marked: in an XMP box of its own, or in the XMP file beside it. A file that
/// cannot be read is not.
bool holds_video_mark(const std::filesystem::path& file);

}  // namespace demask::program
