// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// The mark of pictures of which a model painted a part: the IPTC digital source type
/// compositeWithTrainedAlgorithmicMedia in XMP
/// (https://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia).
///
/// A library built with Exiv2 writes the mark into the picture. One built without writes it beside
/// the picture `OUT`, as `OUT.xmp`; a sidecar of other software is never replaced. BuildInfo says
/// which build this is.

#include <filesystem>
#include <string>

#include "demask/export.hpp"

namespace demask {

/// Does to a finished image file what EncodeOptions::synthetic does, and, with a `source`, what
/// EncodeOptions::metadata_source does; the pixels stay as they are. The file is replaced as a
/// whole. With an empty `source` the file's own metadata are kept. With Exiv2, BMP is left as it
/// is.
/// @throws Error unreadable_file or unwritable_file.
DEMASK_API void mark_as_synthetic(const std::filesystem::path& target,
                                  const std::filesystem::path& source = {});

/// The XMP packet with that mark and nothing else, for files that demask does not write, such as
/// videos: to be embedded, or kept beside the file with .xmp behind its name.
[[nodiscard]] DEMASK_API std::string synthetic_xmp_packet();

/// True if the file, or the file beside it with .xmp behind its name, carries the IPTC digital
/// source type that EncodeOptions::synthetic writes. Without Exiv2, XMP that is compressed within
/// the file is not found.
/// @throws Error unreadable_file.
[[nodiscard]] DEMASK_API bool is_marked_as_synthetic(const std::filesystem::path& path);

}  // namespace demask
