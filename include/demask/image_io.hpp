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

/// Decodes an image file to RGB, RGBA (if it has an alpha channel) or gray. The EXIF orientation is
/// applied to the pixels.
/// @throws Error unreadable_file (missing, empty, truncated, over 512 MiB or not an image),
///         unsupported_format (more than 8 bits a channel), image_too_large (checked before pixels
///         are decoded).
[[nodiscard]] DEMASK_API Image read_image(const std::filesystem::path& path,
                                          std::int64_t max_pixels = default_max_pixels);

/// Decodes the bytes of an image file as read_image() does. `name` appears in error messages.
/// @throws as read_image().
[[nodiscard]] DEMASK_API Image decode_image(const std::uint8_t* bytes, std::size_t size,
                                            const std::string& name = "image",
                                            std::int64_t max_pixels = default_max_pixels);

/// The extensions of the files that are read and written, in lower case with their dot, such as
/// ".jpg"; never changes.
[[nodiscard]] DEMASK_API const std::vector<std::string>& image_extensions();

/// Whether a file name has one of image_extensions(), in any case. The file is not looked at.
[[nodiscard]] DEMASK_API bool is_image_name(const std::filesystem::path& path);

/// How a file is encoded, and what is written beside its pixels.
struct EncodeOptions {
  int jpeg_quality = 95;  ///< 1 to 100, for JPEG and WebP.
  /// An image file whose EXIF, IPTC and XMP, and ICC profile if it is of the same color space, are
  /// carried over if the library was built with Exiv2. The orientation is set to upright, as
  /// decoded pixels are; thumbnails and previews are left out, for they show the unedited picture.
  /// Metadata that cannot be parsed are left out. Empty for none.
  std::filesystem::path metadata_source;
  /// Mark the picture with the IPTC digital source type compositeWithTrainedAlgorithmicMedia: a
  /// photo of which a model painted a part. The mark is in the XMP of the file or, if the library
  /// was built without Exiv2, in the XMP file OUT.xmp beside it; see synthetic_mark.hpp.
  bool synthetic = false;
};

/// Encodes to the format that the extension names (.jpg, .jpeg, .png, .webp, .tif, .tiff, .bmp) and
/// renames the finished file, metadata and mark included, into place: a reader sees the whole file
/// or none. JPEG and BMP drop alpha; BMP has no metadata and, with Exiv2, no mark. A symbolic
/// link is followed. A file OUT.xmp that holds that mark alone is removed as a picture without it
/// is written.
/// @throws Error unsupported_format (unknown extension, too many pixels a side for the format),
///         unwritable_file, invalid_image, invalid_argument (quality), unreadable_file (metadata
///         source).
DEMASK_API void write_image(const std::filesystem::path& path, const ImageView& image,
                            const EncodeOptions& options = {});
/// Writes an image, a temporary included.
inline void write_image(const std::filesystem::path& path, const Image& image,
                        const EncodeOptions& options = {}) {
  write_image(path, image.view(), options);
}

}  // namespace demask
