#pragma once

/// @file
/// EXIF, IPTC, XMP and ICC profiles of image files. Safe to call from any thread. The option
/// DEMASK_WITH_EXIV2 chooses the implementation: metadata_exiv2.cpp or metadata_none.cpp.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace demask::io {

/// The EXIF orientation, 1 (upright) to 8; 1 if there is none or the metadata cannot be read.
int exif_orientation(const std::uint8_t* bytes, std::size_t size);

/// What is written beside the pixels.
struct MetadataRequest {
  /// An encoded image whose metadata are taken over, or null. What of it cannot be parsed is left
  /// out, and so are previews, for they show the unedited picture. Unused without Exiv2.
  const std::vector<std::uint8_t>* source = nullptr;
  bool synthetic = false;  ///< Set the IPTC digital source type.
};

/// Writes an encoded image as a whole file with the metadata asked for; its pixels stay as they
/// are. Without Exiv2 the mark of synthetic pictures goes into a sidecar, see io/sidecar.hpp.
/// @throws Error unreadable_file (not an image), unwritable_file (the metadata do not fit, or the
///         file cannot be written).
void write_with_metadata(const std::filesystem::path& path, std::vector<std::uint8_t> image,
                         const MetadataRequest& request);

/// True if the XMP within an encoded image holds the digital source type of synthetic pictures.
/// `name` stands for the image in errors.
/// @throws Error unreadable_file.
bool has_embedded_mark(const std::vector<std::uint8_t>& image, const std::string& name);

}  // namespace demask::io
