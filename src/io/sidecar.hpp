// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// The mark of synthetic pictures in an XMP file beside the picture: photo.jpg.xmp for photo.jpg.

#include <filesystem>
#include <string_view>

namespace demask::io {

/// The IPTC digital source type of a photo of which a model painted a part.
inline constexpr std::string_view synthetic_source_type =
    "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia";

/// The name of the sidecar of a picture.
std::filesystem::path sidecar_of(std::filesystem::path picture);

/// True if an XMP packet within `bytes` names the digital source type above. Packets are found by
/// their wrapper, in files of any format (XMP Specification, part 1, section 7.3.2); compressed
/// ones are not.
bool holds_mark(std::string_view bytes);

/// True if the sidecar of `picture` exists and holds the mark.
/// @throws Error unreadable_file (no permission to read it).
bool has_marked_sidecar(const std::filesystem::path& picture);

/// Removes a sidecar that holds the mark and nothing else, as a picture is written that is not
/// synthetic. Any other is left alone.
/// @throws Error unreadable_file or unwritable_file.
void remove_marked_sidecar(const std::filesystem::path& picture);

}  // namespace demask::io
