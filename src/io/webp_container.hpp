#pragma once

/// @file
/// The RIFF container of WebP files (RFC 9649). Exiv2 0.27 writes colour profiles of WebP files
/// under a wrong name and breaks the file; this writes all metadata chunks instead.

#include <cstdint>
#include <vector>

namespace demask::io {

/// Metadata of a WebP file, each empty if there is none.
struct WebpMetadata {
  std::vector<std::uint8_t> icc_profile;
  std::vector<std::uint8_t> exif;  ///< A TIFF structure.
  std::vector<std::uint8_t> xmp;   ///< An XMP packet.
};

/// The file with these metadata in place of those it has; the pictures are copied as they are.
/// `file` must be a whole WebP file.
std::vector<std::uint8_t> with_webp_metadata(const std::vector<std::uint8_t>& file,
                                             const WebpMetadata& metadata);

}  // namespace demask::io
