// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Writes the metadata chunks of WebP files (RFC 9649) through libwebpmux, because Exiv2 0.27
/// writes a WebP file's color profile under a wrong name, which breaks the file.

#include <cstdint>
#include <string>
#include <vector>

namespace demask::io {

/// The metadata of a WebP file; each field is empty if there is none.
struct WebpMetadata {
  std::vector<std::uint8_t> icc_profile;
  std::vector<std::uint8_t> exif;  ///< A TIFF structure.
  std::vector<std::uint8_t> xmp;   ///< An XMP packet.
};

/// Returns the file with its metadata replaced; the pictures, including those of an animation, are
/// copied unchanged. Error messages call the image `name`.
/// @throws Error unreadable_file (not a valid WebP file), unwritable_file.
std::vector<std::uint8_t> with_webp_metadata(const std::vector<std::uint8_t>& file,
                                             const WebpMetadata& metadata, const std::string& name);

}  // namespace demask::io
