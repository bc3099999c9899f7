#pragma once

/// @file
/// EXIF, IPTC, XMP and ICC profiles of encoded images, in memory. Safe to call from any thread.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace demask::io {

/// The EXIF orientation, 1 (upright) to 8; 1 if there is none or the metadata cannot be read.
int exif_orientation(const std::uint8_t* bytes, std::size_t size);

/// What add_metadata() puts into a file.
struct MetadataRequest {
  /// An encoded image whose metadata are taken over, or null. What of it cannot be parsed is left
  /// out, and so are previews, for they show the unedited picture.
  const std::vector<std::uint8_t>* source = nullptr;
  bool synthetic = false;  ///< Set the IPTC digital source type.
};

/// Rewrites the metadata of an encoded image; its pixels stay as they are. A format without
/// metadata is left alone. `name` stands for the image in errors.
/// @throws Error unreadable_file (not an image), unwritable_file (the metadata do not fit).
void add_metadata(std::vector<std::uint8_t>& image, const MetadataRequest& request,
                  const std::string& name);

/// True if the XMP of an encoded image holds the digital source type that add_metadata() sets.
/// @throws Error unreadable_file.
bool has_synthetic_mark(const std::vector<std::uint8_t>& image, const std::string& name);

}  // namespace demask::io
