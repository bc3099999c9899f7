#pragma once

/// @file
/// Metadata chunks of WebP files (RFC 9649), written through libwebpmux. Exiv2 0.27 writes color
/// profiles of WebP files under a wrong name and breaks the file.

#include <cstdint>
#include <string>
#include <vector>

namespace demask::io {

/// Metadata of a WebP file, each empty if there is none.
struct WebpMetadata {
  std::vector<std::uint8_t> icc_profile;
  std::vector<std::uint8_t> exif;  ///< A TIFF structure.
  std::vector<std::uint8_t> xmp;   ///< An XMP packet.
};

/// The file with these metadata in place of those it has; the pictures, those of an animation too,
/// are copied as they are. `name` stands for the image in errors.
/// @throws Error unreadable_file (no valid WebP file), unwritable_file.
std::vector<std::uint8_t> with_webp_metadata(const std::vector<std::uint8_t>& file,
                                             const WebpMetadata& metadata, const std::string& name);

}  // namespace demask::io
