// SPDX-License-Identifier: Apache-2.0
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

/// The metadata to write with an image.
struct MetadataRequest {
  /// An encoded image whose metadata is copied, or null for none. Metadata that cannot be parsed is
  /// left out, as are previews, because they show the unedited picture. Unused without Exiv2.
  const std::vector<std::uint8_t>* source = nullptr;
  bool synthetic = false;  ///< Set the IPTC digital source type.
};

/// Returns an encoded image with the requested metadata and unchanged pixels; without Exiv2 it is
/// returned as it is. Error messages call it `name`.
/// @throws Error unreadable_file (not an image), unwritable_file (the metadata does not fit).
std::vector<std::uint8_t> with_metadata(std::vector<std::uint8_t> image,
                                        const MetadataRequest& request, const std::string& name);

/// Writes an encoded image, with the requested metadata and unchanged pixels, to a file in one
/// step. Without Exiv2 the mark of synthetic pictures goes into a sidecar, see io/sidecar.hpp.
/// @throws Error unreadable_file (not an image), unwritable_file (the metadata does not fit, or the
///         file cannot be written).
void write_with_metadata(const std::filesystem::path& path, std::vector<std::uint8_t> image,
                         const MetadataRequest& request);

/// Changes the metadata of an image file that has the content `image`; its pixels are unchanged.
/// Without Exiv2 only the sidecar is written.
/// @throws Error as write_with_metadata().
void update_metadata(const std::filesystem::path& path, std::vector<std::uint8_t> image,
                     const MetadataRequest& request);

/// Whether the XMP inside an encoded image holds the digital source type of synthetic pictures.
/// Error messages call the image `name`.
/// @throws Error unreadable_file.
bool has_embedded_mark(const std::vector<std::uint8_t>& image, const std::string& name);

}  // namespace demask::io
