// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// The mark for pictures that a model painted in part: the IPTC digital source type
/// compositeWithTrainedAlgorithmicMedia in XMP
/// (https://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia).
///
/// A library built with Exiv2 writes the mark into the picture. One built without Exiv2 writes it
/// to a sidecar file, `OUT.xmp` next to the picture `OUT` (symbolic links are followed); it never
/// replaces a sidecar of other software. BuildInfo says which build is linked.

#include <filesystem>
#include <string>

#include "demask/export.hpp"

namespace demask {

/// Marks an existing image file as EncodeOptions::synthetic does and, unless `source` is empty,
/// copies its EXIF, IPTC, XMP and ICC profile as EncodeOptions::metadata_source does. An empty
/// `source` keeps the file's own metadata. The pixels are unchanged; the file is replaced in one
/// step. BMP files are left unchanged with Exiv2. For HEIC and AVIF files, and for all files
/// without Exiv2, only the sidecar is written; write_image() writes the mark into new HEIC and AVIF
/// files.
/// @throws Error unreadable_file or unwritable_file.
DEMASK_API void mark_as_synthetic(const std::filesystem::path& target,
                                  const std::filesystem::path& source = {});

/// An XMP packet that holds nothing but the mark, for files that demask does not write, such as
/// videos. Embed it, or save it next to the file under the file's name plus ".xmp".
[[nodiscard]] DEMASK_API std::string synthetic_xmp_packet();

/// Whether the file, or its sidecar (the file's name plus ".xmp"), carries the IPTC digital source
/// type that EncodeOptions::synthetic writes. A library built without Exiv2 does not find XMP that
/// is compressed inside the file.
/// @throws Error unreadable_file.
[[nodiscard]] DEMASK_API bool is_marked_as_synthetic(const std::filesystem::path& path);

}  // namespace demask
