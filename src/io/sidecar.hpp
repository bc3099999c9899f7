// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// The mark of synthetic pictures in an XMP file next to the picture: photo.jpg.xmp for photo.jpg.

#include <filesystem>
#include <string_view>

namespace demask::io {

/// The IPTC digital source type of a photo that a model painted in part.
inline constexpr std::string_view synthetic_source_type =
    "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia";

/// The path of a picture's sidecar.
std::filesystem::path sidecar_of(std::filesystem::path picture);

/// Whether an XMP packet in `bytes` contains that digital source type. Packets are found by their
/// wrapper, in files of any format (XMP Specification, part 1, section 7.3.2); compressed packets
/// are not found.
bool holds_mark(std::string_view bytes);

/// Whether the sidecar of `picture` exists and holds the mark.
/// @throws Error unreadable_file (no permission to read it).
bool has_marked_sidecar(const std::filesystem::path& picture);

/// Removes the sidecar of `picture` if it holds nothing but the mark; call it when a picture that
/// is not synthetic is written. Any other sidecar is left unchanged.
/// @throws Error unreadable_file or unwritable_file.
void remove_marked_sidecar(const std::filesystem::path& picture);

}  // namespace demask::io
