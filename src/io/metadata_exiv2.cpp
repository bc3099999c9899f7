// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <array>
#include <exiv2/exiv2.hpp>
#include <utility>

#include "demask/error.hpp"
#include "io/carried_metadata.hpp"
#include "io/exif_block.hpp"
#include "io/exiv2_source.hpp"
#include "io/extended_xmp.hpp"
#include "io/image_header.hpp"
#include "io/jpeg_segments.hpp"
#include "io/metadata.hpp"
#include "io/png_chunks.hpp"
#include "io/sidecar.hpp"
#include "io/webp_container.hpp"
#include "io/whole_file.hpp"

namespace demask::io {
namespace {

using Bytes = std::vector<std::uint8_t>;
using ImagePointer = Exiv2::Image::AutoPtr;

constexpr const char* source_type_key = "Xmp.iptcExt.DigitalSourceType";

bool has_metadata(FileFormat format) { return format != FileFormat::bmp; }

/// Which parts of a source's metadata are copied.
struct Parts {
  bool xmp = true;
  bool exif_and_iptc = true;
  bool profile = true;
};

/// What is tried, in this order, until the metadata can be written.
struct Attempt {
  Parts parts;
  const char* left_out;
};
constexpr std::array<Attempt, 5> attempts = {
    Attempt{{true, true, true}, ""}, Attempt{{false, true, true}, "XMP"},
    Attempt{{true, false, true}, "EXIF and IPTC"},
    Attempt{{false, false, true}, "EXIF, IPTC and XMP"},
    Attempt{{false, false, false}, "EXIF, IPTC, XMP and color profile"}};

/// Adds EXIF to that of the target, because a TIFF file stores its pixels in the same directory. It
/// has its own resolution, too.
void merge_exif(const Exiv2::ExifData& source, bool is_tiff, Exiv2::ExifData& exif) {
  const auto is_kept = [&](const Exiv2::Exifdatum& datum) {
    const std::string key = datum.key();
    return !is_tiff ||
           (key != x_resolution_key && key != y_resolution_key && key != resolution_unit_key);
  };
  for (const Exiv2::Exifdatum& datum : source) {
    const auto own = exif.findKey(Exiv2::ExifKey(datum.key()));
    if (is_kept(datum) && own != exif.end()) {
      exif.erase(own);
    }
  }
  for (const Exiv2::Exifdatum& datum : source) {
    if (is_kept(datum)) {
      exif.add(datum);
    }
  }
}

void put_parts(const ImageMetadata& metadata, const Parts& parts, FileFormat format,
               Exiv2::Image& target) {
  if (parts.exif_and_iptc) {
    merge_exif(metadata.exif, format == FileFormat::tiff, target.exifData());
    set_size(target.pixelWidth(), target.pixelHeight(), target.exifData());
    if (target.checkMode(Exiv2::mdIptc) & Exiv2::amWrite) {
      target.setIptcData(metadata.iptc);
    }
  }
  if (parts.xmp) {
    target.setXmpData(metadata.xmp);
  }
  if (parts.profile && !metadata.icc_profile.empty()) {
    Exiv2::DataBuf copy(metadata.icc_profile.data(),
                        static_cast<long>(metadata.icc_profile.size()));
    target.setIccProfile(copy);
  }
}

Bytes content_of(Exiv2::BasicIo& io) {
  Bytes bytes(io.size());
  if (io.open() != 0) {
    throw Exiv2::Error(Exiv2::kerErrorMessage, "memory cannot be opened");
  }
  const long count = io.read(bytes.data(), static_cast<long>(bytes.size()));
  io.close();
  if (count != static_cast<long>(bytes.size())) {
    throw Exiv2::Error(Exiv2::kerErrorMessage, "memory cannot be read");
  }
  return bytes;
}

Bytes encode_exif(const Exiv2::ExifData& exif) {
  Bytes bytes;
  if (!exif.empty()) {
    Exiv2::ExifParser::encode(bytes, Exiv2::littleEndian, exif);
  }
  return bytes;
}

Bytes encode_xmp(const Exiv2::XmpData& xmp) {
  std::string packet;
  if (!xmp.empty() && Exiv2::XmpParser::encode(packet, xmp) != 0) {
    throw Exiv2::Error(Exiv2::kerErrorMessage, "the XMP packet cannot be encoded");
  }
  return {packet.begin(), packet.end()};
}

WebpMetadata encode_for_webp(Exiv2::Image& image) {
  WebpMetadata metadata;
  metadata.exif = encode_exif(image.exifData());
  metadata.xmp = encode_xmp(image.xmpData());
  if (image.iccProfileDefined()) {
    const Exiv2::DataBuf* profile = image.iccProfile();
    metadata.icc_profile.assign(profile->pData_, profile->pData_ + profile->size_);
  }
  return metadata;
}

ImageHeader require_header(const Bytes& image, const std::string& name) {
  const std::optional<ImageHeader> header = inspect_header(image.data(), image.size());
  if (header && header->format != FileFormat::gif) {
    return *header;
  }
  throw Error(ErrorCode::unreadable_file,
              fmt::format("{}: is not an image that demask knows; give a JPEG, PNG, WebP, TIFF, "
                          "BMP, HEIC or AVIF file",
                          name));
}

ImagePointer open_or_explain(const Bytes& image, const std::string& name) {
  try {
    return open_image(image.data(), image.size());
  } catch (const Exiv2::AnyError& error) {
    throw Error(ErrorCode::unreadable_file,
                fmt::format("{}: its metadata cannot be read ({}); check that the file is whole",
                            name, error.what()));
  }
}

/// Writes a JPEG file, whose XMP may need several segments, and whose comments Exiv2 would lose.
/// @param file  The original file. `target` was opened without its comments and further segments.
Bytes write_jpeg(const Bytes& file, Exiv2::Image& target) {
  merge_extended_xmp(file, target.xmpData());
  JpegXmp xmp;
  if (!target.xmpData().empty()) {
    xmp = encode_for_jpeg(target.xmpData());
    target.setXmpPacket(xmp.packet);
    target.writeXmpFromPacket(true);
  }
  target.writeMetadata();
  Bytes written = content_of(target.io());
  insert_jpeg_segments(written, xmp.segments);
  insert_jpeg_segments(written, jpeg_comments(file));
  return written;
}

/// The image file with some parts of its source's metadata.
Bytes with_parts(const Bytes& image, const ImageHeader& header, const ImageMetadata& source,
                 const Parts& parts, const MetadataRequest& request, const std::string& name) {
  Bytes plain = image;
  if (header.format == FileFormat::jpeg) {
    remove_extended_xmp(plain);
    remove_jpeg_comments(plain);
  }
  const ImagePointer target = open_or_explain(plain, name);
  Bytes written;
  with_errors_of_exiv2([&] {
    if (request.source != nullptr) {
      put_parts(source, parts, header.format, *target);
    }
    if (request.synthetic) {
      target->xmpData()[source_type_key] = std::string(synthetic_source_type);
    }
    if (header.format == FileFormat::webp) {
      set_resolution_of_exif(request.resolution, target->exifData());
      written = with_webp_metadata(image, encode_for_webp(*target), name);
    } else if (header.format == FileFormat::jpeg) {
      written = write_jpeg(image, *target);
    } else {
      target->writeMetadata();
      written = content_of(target->io());
      name_png_profile(written);
    }
  });
  return written;
}

/// Calls `write` with fewer and fewer parts of the source's metadata until it succeeds. Only the
/// mark has to be written.
template <typename Write>
void attempt(const MetadataRequest& request, const std::string& name, const Write& write) {
  std::string reason;
  for (const Attempt& attempt : attempts) {
    try {
      write(attempt.parts);
      if (*attempt.left_out != '\0') {
        warn(request, fmt::format("{}: {} cannot be written ({}) and are left out", name,
                                  attempt.left_out, reason));
      }
      return;
    } catch (const Exiv2::AnyError& error) {
      reason = error.what();
    } catch (const Error& error) {
      if (error.code() != ErrorCode::unwritable_file) {
        throw;
      }
      reason = error.what();
    }
    if (request.source == nullptr) {
      break;
    }
  }
  if (request.synthetic) {
    throw Error(ErrorCode::unwritable_file,
                fmt::format("{}: the mark of synthetic pictures cannot be written ({}); write to "
                            "another format",
                            name, reason));
  }
  warn(request, fmt::format("{}: metadata cannot be written ({}) and is left out", name, reason));
}

/// Rewrites the metadata of an encoded image. Formats without metadata are left unchanged.
void add_metadata(Bytes& image, const MetadataRequest& request, const std::string& name) {
  const ImageHeader header = require_header(image, name);
  if (!has_metadata(header.format) || is_heif(header.format)) {
    return;
  }
  const auto lock = lock_exiv2();
  const ImageMetadata source = request.source == nullptr
                                   ? ImageMetadata()
                                   : source_metadata(request, header.format, header.gray, name);
  attempt(request, name, [&](const Parts& parts) {
    image = with_parts(image, header, source, parts, request, name);
  });
}

}  // namespace

int exif_orientation(const std::uint8_t* bytes, std::size_t size) {
  const std::optional<ImageHeader> header = inspect_header(bytes, size);
  // The container of HEIC and AVIF files tells how to turn them.
  if (!header || is_heif(header->format)) {
    return 1;
  }
  const auto lock = lock_exiv2();
  try {
    const ImagePointer image = open_image(bytes, size);
    const auto datum = image->exifData().findKey(Exiv2::ExifKey("Exif.Image.Orientation"));
    if (datum == image->exifData().end() || datum->count() == 0) {
      return 1;
    }
    const long orientation = datum->toLong();
    return orientation >= 1 && orientation <= 8 ? static_cast<int>(orientation) : 1;
  } catch (const Exiv2::AnyError&) {
    return parse_exif_orientation(bytes, size);
  }
}

HeifMetadata make_heif_metadata(const MetadataRequest& request, int width, int height,
                                const std::string& name) {
  const auto lock = lock_exiv2();
  ImageMetadata source;
  if (request.source != nullptr) {
    source = source_metadata(request, FileFormat::heic, false, name);
  }
  HeifMetadata made;
  attempt(request, name, [&](const Parts& parts) {
    made = {};
    with_errors_of_exiv2([&] {
      Exiv2::ExifData exif = parts.exif_and_iptc ? source.exif : Exiv2::ExifData();
      Exiv2::XmpData xmp = parts.xmp ? source.xmp : Exiv2::XmpData();
      set_size(width, height, exif);
      set_resolution_of_exif(request.resolution, exif);
      if (request.synthetic) {
        xmp[source_type_key] = std::string(synthetic_source_type);
      }
      made.exif = encode_exif(exif);
      made.xmp = encode_xmp(xmp);
      made.icc_profile = parts.profile ? source.icc_profile : Bytes();
      made.color = source.color;
    });
  });
  return made;
}

Bytes with_metadata(Bytes image, const MetadataRequest& request, const std::string& name) {
  if (request.synthetic || request.source != nullptr) {
    add_metadata(image, request, name);
  }
  return image;
}

void write_with_metadata(const std::filesystem::path& path, Bytes image,
                         const MetadataRequest& request) {
  write_whole_file(path, with_metadata(std::move(image), request, path.string()));
}

void update_metadata(const std::filesystem::path& path, Bytes image,
                     const MetadataRequest& request) {
  if (!is_heif(require_header(image, path.string()).format)) {
    write_with_metadata(path, std::move(image), request);
  } else if (request.synthetic) {
    write_marked_sidecar(path);
  }
}

bool has_embedded_mark(const Bytes& image, const std::string& name) {
  if (!has_metadata(require_header(image, name).format)) {
    return false;
  }
  const auto lock = lock_exiv2();
  try {
    ImageMetadata metadata = read_metadata(image, name);
    const auto datum = metadata.xmp.findKey(Exiv2::XmpKey(source_type_key));
    return datum != metadata.xmp.end() && datum->toString() == synthetic_source_type;
  } catch (const Exiv2::AnyError& error) {
    throw Error(ErrorCode::unreadable_file,
                fmt::format("{}: its metadata cannot be read ({}); check that the file is whole",
                            name, error.what()));
  }
}

}  // namespace demask::io
