// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// EXIF, IPTC, XMP and ICC profiles of image files. Safe to call from any thread. The option
/// DEMASK_WITH_EXIV2 chooses the implementation: metadata_exiv2.cpp or metadata_none.cpp.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "io/heif_file.hpp"
#include "io/resolution.hpp"

namespace demask::io {

/// The EXIF orientation, 1 (upright) to 8; 1 if there is none or the metadata cannot be read.
int exif_orientation(const std::uint8_t* bytes, std::size_t size);

/// The metadata to write with an image.
struct MetadataRequest {
  /// An encoded image whose metadata is copied, or null for none. Metadata that cannot be parsed or
  /// does not fit is left out, as is what shows the unedited picture. Unused without Exiv2.
  const std::vector<std::uint8_t>* source = nullptr;
  bool synthetic = false;  ///< Set the IPTC digital source type.
  /// The resolution for EXIF that has none, in formats without a field of their own.
  std::optional<Resolution> resolution;
  bool is_turned = false;  ///< The source's pixels lie on their side.
  /// Receives one sentence for each part of the metadata that is left out; may be empty.
  std::function<void(const std::string&)> warn;
};

/// The metadata of a new HEIC or AVIF file; empty without Exiv2 except for the colors of a HEIC or
/// AVIF source. Error messages call the file `name`.
/// @param width, height  The size of the new picture in pixels.
/// @throws Error unwritable_file (the mark cannot be set).
HeifMetadata make_heif_metadata(const MetadataRequest& request, int width, int height,
                                const std::string& name);

/// Returns an encoded image with the requested metadata and unchanged pixels; HEIC and AVIF files
/// hold theirs already, and without Exiv2 every image is returned as it is. Error messages call it
/// `name`.
/// @throws Error unreadable_file (not an image), unwritable_file (the mark does not fit).
std::vector<std::uint8_t> with_metadata(std::vector<std::uint8_t> image,
                                        const MetadataRequest& request, const std::string& name);

/// Writes an encoded image, with the requested metadata and unchanged pixels, to a file in one
/// step. HEIC and AVIF files hold theirs already. Without Exiv2 the mark of synthetic pictures goes
/// into a sidecar, see io/sidecar.hpp.
/// @throws Error unreadable_file (not an image), unwritable_file (the mark does not fit, or the
/// file
///         cannot be written).
void write_with_metadata(const std::filesystem::path& path, std::vector<std::uint8_t> image,
                         const MetadataRequest& request);

/// Changes the metadata of an image file that has the content `image`; its pixels are unchanged.
/// Without Exiv2, and for HEIC and AVIF, only the sidecar is written.
/// @throws Error as write_with_metadata().
void update_metadata(const std::filesystem::path& path, std::vector<std::uint8_t> image,
                     const MetadataRequest& request);

/// Whether the XMP inside an encoded image holds the digital source type of synthetic pictures.
/// Error messages call the image `name`.
/// @throws Error unreadable_file.
bool has_embedded_mark(const std::vector<std::uint8_t>& image, const std::string& name);

}  // namespace demask::io
