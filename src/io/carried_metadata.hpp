// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// The part of a source's metadata that a new file carries. Hold lock_exiv2() while using it.

#include <exiv2/exiv2.hpp>
#include <optional>
#include <string>

#include "io/exiv2_source.hpp"
#include "io/image_format.hpp"
#include "io/metadata.hpp"
#include "io/resolution.hpp"

namespace demask::io {

inline constexpr const char* x_resolution_key = "Exif.Image.XResolution";
inline constexpr const char* y_resolution_key = "Exif.Image.YResolution";
inline constexpr const char* resolution_unit_key = "Exif.Image.ResolutionUnit";

/// Passes a sentence to the request's receiver of warnings, if there is one.
void warn(const MetadataRequest& request, const std::string& text);

/// The metadata of the request's source that a file of the format `target` gets, with warnings for
/// what is left out; none if it cannot be read. Error messages call the new file `name`.
/// @param is_gray  Whether the new file has one channel.
ImageMetadata source_metadata(const MetadataRequest& request, FileFormat target, bool is_gray,
                              const std::string& name);

/// Tells the resolution in EXIF that has none, for formats that have no field of their own for it.
void set_resolution_of_exif(const std::optional<Resolution>& resolution, Exiv2::ExifData& exif);

/// Sets the size of the picture, in pixels, in EXIF that tells one.
void set_size(int width, int height, Exiv2::ExifData& exif);

}  // namespace demask::io
