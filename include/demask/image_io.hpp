// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Reading and writing image files (JPEG, PNG, WebP, TIFF, BMP).
///
/// @code
/// const demask::Image photo = demask::read_image("photo.jpg");
/// demask::EncodeOptions encoding;
/// encoding.jpeg_quality = 90;
/// encoding.metadata_source = "photo.jpg";  // keeps its EXIF, IPTC, XMP and color profile
/// demask::write_image("smaller.jpg", photo, encoding);
/// @endcode

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "demask/export.hpp"
#include "demask/image.hpp"
#include "demask/synthetic_mark.hpp"

namespace demask {

/// Decodes an image file to RGB, RGBA (if it has an alpha channel) or gray. The pixels are turned
/// upright according to the EXIF orientation.
/// @throws Error unreadable_file (missing, empty, truncated, over 512 MiB or not an image),
///         unsupported_format (more than 8 bits per channel), image_too_large (checked before the
///         pixels are decoded).
[[nodiscard]] DEMASK_API Image read_image(const std::filesystem::path& path,
                                          std::int64_t max_pixels = default_max_pixels);

/// Decodes an image file held in memory, as read_image() does. Error messages call it `name`.
/// @throws Error as read_image().
[[nodiscard]] DEMASK_API Image decode_image(const std::uint8_t* bytes, std::size_t size,
                                            const std::string& name = "image",
                                            std::int64_t max_pixels = default_max_pixels);

/// The file extensions of the supported formats, in lower case with the dot, such as ".jpg". The
/// list is constant.
[[nodiscard]] DEMASK_API const std::vector<std::string>& image_extensions();

/// Whether a file name ends in one of image_extensions(), upper or lower case. The file itself is
/// not opened.
[[nodiscard]] DEMASK_API bool is_image_name(const std::filesystem::path& path);

/// How an image file is encoded, and which metadata it gets.
struct EncodeOptions {
  int jpeg_quality = 95;  ///< 1 to 100, for JPEG and WebP.
  /// An image file whose metadata (EXIF, IPTC, XMP, and the ICC profile if the color space matches)
  /// is copied to the output if the library was built with Exiv2; empty for none. The orientation
  /// is set to upright, as decoded pixels are. Thumbnails and previews are left out because they
  /// show the unedited picture, as is metadata that cannot be parsed. Every build copies the mark.
  std::filesystem::path metadata_source;
  /// Mark the picture with the IPTC digital source type compositeWithTrainedAlgorithmicMedia: a
  /// model painted part of this photo. The mark goes into the file's XMP or, if the library was
  /// built without Exiv2, into a file OUT.xmp next to the file OUT; see synthetic_mark.hpp.
  bool synthetic = false;
};

/// Writes an image file in the format given by its extension (.jpg, .jpeg, .png, .webp, .tif,
/// .tiff, .bmp). The finished file, including metadata and mark, is renamed into place, so that
/// readers see either the whole file or none of it. JPEG and BMP drop alpha; BMP holds no metadata
/// and, with Exiv2, no mark. Symbolic links are followed. Writing OUT without the mark removes a
/// file OUT.xmp that holds nothing but the mark.
/// @throws Error unsupported_format (unknown extension, or a side too long for the format),
///         unwritable_file, invalid_image, invalid_argument (quality), unreadable_file (metadata
///         source, or the XMP file beside it).
DEMASK_API void write_image(const std::filesystem::path& path, const ImageView& image,
                            const EncodeOptions& options = {});
/// Writes an image file; takes temporaries too. @throws Error as the overload for views.
inline void write_image(const std::filesystem::path& path, const Image& image,
                        const EncodeOptions& options = {}) {
  write_image(path, image.view(), options);
}

/// Encodes an image file in memory, as write_image() writes it, in the format given by the
/// extension of `name`; error messages call it `name`. Without Exiv2 the result holds neither
/// metadata nor mark: save synthetic_xmp_packet() beside it.
/// @param source  The content of an image file, used like that of `options.metadata_source`, which
///                is not read; null for none.
/// @throws Error as write_image(), except for reasons of the file system.
[[nodiscard]] DEMASK_API std::vector<std::uint8_t> encode_image(
    const std::string& name, const ImageView& image, const EncodeOptions& options = {},
    const std::vector<std::uint8_t>* source = nullptr);
/// Encodes an image file; takes temporaries too. @throws Error as the overload for views.
[[nodiscard]] inline std::vector<std::uint8_t> encode_image(
    const std::string& name, const Image& image, const EncodeOptions& options = {},
    const std::vector<std::uint8_t>* source = nullptr) {
  return encode_image(name, image.view(), options, source);
}

}  // namespace demask
