// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Reading and writing image files (JPEG, PNG, WebP, TIFF, BMP, HEIC, AVIF).
///
/// @code
/// const demask::Image photo = demask::read_image("photo.jpg");
/// demask::EncodeOptions encoding;
/// encoding.jpeg_quality = 90;
/// encoding.metadata_source = "photo.jpg";  // keeps its EXIF, IPTC, XMP, profile, resolution
/// demask::write_image("smaller.jpg", photo, encoding);
/// @endcode

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "demask/export.hpp"
#include "demask/image.hpp"
#include "demask/synthetic_mark.hpp"

namespace demask {

/// Decodes an image file to RGB, RGBA (if it has an alpha channel) or gray, with 8 bits per
/// channel. The pixels are turned upright according to the EXIF orientation or, in HEIC and AVIF
/// files, to that of the container. PNG and TIFF files of 16 bits per channel, and HEIC and AVIF
/// files of 10 or 12, are rounded to 8. CMYK files become RGB. The values are those of the file's
/// own color space: a profile is not applied.
/// @throws Error unreadable_file (missing, empty, truncated, over 512 MiB or not an image),
///         unsupported_format (several pages or frames, other depths, GIF, or HEIC and AVIF in a
///         build without libheif), image_too_large (checked before the pixels are decoded).
[[nodiscard]] DEMASK_API Image read_image(const std::filesystem::path& path,
                                          std::int64_t max_pixels = default_max_pixels);

/// Decodes an image file held in memory, as read_image() does. Error messages call it `name`.
/// @throws Error as read_image().
[[nodiscard]] DEMASK_API Image decode_image(const std::uint8_t* bytes, std::size_t size,
                                            const std::string& name = "image",
                                            std::int64_t max_pixels = default_max_pixels);

/// The file extensions of the formats that this build reads and writes, in lower case with the dot,
/// such as ".jpg". The list is constant.
[[nodiscard]] DEMASK_API const std::vector<std::string>& image_extensions();

/// Whether a file name ends in one of image_extensions(), upper or lower case. The file itself is
/// not opened.
[[nodiscard]] DEMASK_API bool is_image_name(const std::filesystem::path& path);

/// How an image file is encoded, and which metadata it gets.
struct EncodeOptions {
  int jpeg_quality = 95;  ///< 1 to 100, for JPEG, WebP, HEIC and AVIF.
  /// An image file whose metadata is copied to the output; empty for none. In every build that is
  /// the resolution, a mark of synthetic pictures and, within one format, the comments of JPEG, and
  /// the texts and color chunks of PNG files. With Exiv2 it is also EXIF, IPTC, XMP and the ICC
  /// profile if the color space matches. The orientation is set to upright, as decoded pixels are.
  /// What shows or describes the unedited picture is left out: thumbnails, previews, motion videos,
  /// gain maps and depth maps. So is metadata that the source holds in a damaged form, or that does
  /// not fit into the output; see `on_warning`. Metadata never prevents the picture from being
  /// written.
  std::filesystem::path metadata_source;
  /// Mark the picture with the IPTC digital source type compositeWithTrainedAlgorithmicMedia: a
  /// model painted part of this photo. The mark goes into the file's XMP or, if the library was
  /// built without Exiv2, into a file OUT.xmp next to the file OUT; see synthetic_mark.hpp.
  bool synthetic = false;
  /// The image file that the picture was decoded from; empty if unknown. If it is a lossless WebP
  /// file, a WebP output is lossless too. If it has 16 bits per channel and the output is PNG or
  /// TIFF, the output has 16 bits too: see `changed`.
  std::filesystem::path pixel_source;
  /// With a `pixel_source` of 16 bits: which pixels differ from it, such as Result::changed; gray,
  /// of the picture's size, borrowed during the call. Pixels of level 0 get the source's own 16-bit
  /// values, the others the picture's. Without it the output has 8 bits.
  std::optional<ImageView> changed;
  /// Called during the call, on its thread, with one sentence for each part of the metadata that is
  /// left out because it is damaged, does not fit, or belongs to the unedited picture. It may
  /// throw; then nothing is written.
  std::function<void(const std::string& warning)> on_warning;
};

/// Writes an image file in the format given by its extension (.jpg, .jpeg, .png, .webp, .tif,
/// .tiff, .bmp and, with libheif, .heic, .heif, .hif, .avif). The finished file, including metadata
/// and mark, is renamed into place, so that readers see either the whole file or none of it. JPEG
/// and BMP drop alpha; BMP holds no metadata but the resolution and, with Exiv2, no mark. Symbolic
/// links are followed. Writing OUT without the mark removes a file OUT.xmp that holds nothing but
/// the mark.
/// @throws Error unsupported_format (unknown extension, a side too long for the format, or no
///         encoder for it), unwritable_file, invalid_image, invalid_argument (quality, size or
///         format of `changed`), unreadable_file (metadata or pixel source, or the XMP file beside
///         the output).
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
/// @param source  The content of an image file, used like that of `options.metadata_source` and, if
///                `options.changed` is set, `options.pixel_source`, neither of which is read; null
///                for none.
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
