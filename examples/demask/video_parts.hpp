// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// The outermost parts of a video file: boxes of MP4 and QuickTime, chunks of AVI, elements of
/// Matroska and WebM.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace demask::program {

/// An outermost part of a file.
struct FilePart {
  std::string type;          ///< Such as "moov", "RIFF" or "segment".
  std::uint64_t start = 0;   ///< Of its content, in bytes from the beginning of the file.
  std::uint64_t length = 0;  ///< Of its content as the part says: the file may be shorter.
};

/// The parts of a file in their order; none if it is of another kind or cannot be read.
std::vector<FilePart> parts_of(const std::filesystem::path& file);

/// Whether a file ends before the last of its parts does.
bool is_cut_off(const std::filesystem::path& file);

}  // namespace demask::program
