// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <exiv2/exiv2.hpp>
#include <mutex>
#include <new>
#include <optional>
#include <string_view>
#include <utility>

#include "demask/error.hpp"
#include "io/image_header.hpp"
#include "io/metadata.hpp"
#include "io/sidecar.hpp"
#include "io/webp_container.hpp"
#include "io/whole_file.hpp"

namespace demask::io {
namespace {

using Bytes = std::vector<std::uint8_t>;
using ImagePointer = Exiv2::Image::AutoPtr;

constexpr const char* source_type_key = "Xmp.iptcExt.DigitalSourceType";

void lock_xmp_toolkit(void* mutex, bool lock) {
  auto* toolkit_mutex = static_cast<std::recursive_mutex*>(mutex);
  if (lock) {
    toolkit_mutex->lock();
  } else {
    toolkit_mutex->unlock();
  }
}

/// Exiv2 0.27 keeps global tables without locks, so only one thread may use it at a time.
std::unique_lock<std::mutex> lock_exiv2() {
  static std::mutex exiv2_mutex;
  static std::recursive_mutex toolkit_mutex;
  static std::once_flag once;
  std::call_once(once, [] {
    Exiv2::XmpParser::initialize(lock_xmp_toolkit, &toolkit_mutex);
    // A library should not print warnings about camera makers' quirks to stderr. A host's own
    // handler is kept.
    if (Exiv2::LogMsg::handler() == Exiv2::LogMsg::defaultHandler) {
      Exiv2::LogMsg::setLevel(Exiv2::LogMsg::mute);
    }
  });
  return std::unique_lock<std::mutex>(exiv2_mutex);
}

/// Runs Exiv2 code that, for hostile sizes, throws other exceptions than its own errors.
template <typename Part>
void with_errors_of_exiv2(const Part& part) {
  try {
    part();
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const Exiv2::AnyError&) {
    throw;
  } catch (const std::exception& error) {
    throw Exiv2::Error(Exiv2::kerErrorMessage, error.what());
  }
}

ImagePointer open_image(const std::uint8_t* bytes, std::size_t size) {
  ImagePointer image;
  with_errors_of_exiv2([&] {
    image = Exiv2::ImageFactory::open(bytes, static_cast<long>(size));
    image->readMetadata();
  });
  return image;
}

bool has_metadata(FileFormat format) { return format != FileFormat::bmp; }

/// Tags of the main directory that describe how this file stores its pixels.
bool is_structural(std::uint16_t tag) {
  static constexpr std::array<std::uint16_t, 37> tags = {
      0x00fe, 0x00ff, 0x0100, 0x0101, 0x0102, 0x0103, 0x0106, 0x0107, 0x0108, 0x010a,
      0x0111, 0x0115, 0x0116, 0x0117, 0x0118, 0x0119, 0x011c, 0x0122, 0x0123, 0x0124,
      0x0125, 0x013d, 0x0140, 0x0142, 0x0143, 0x0144, 0x0145, 0x014a, 0x0152, 0x0153,
      0x015b, 0x0200, 0x0201, 0x0202, 0x0211, 0x0212, 0x0213};
  // XMP, IPTC, Photoshop and ICC blocks are copied separately.
  static constexpr std::array<std::uint16_t, 4> blocks = {0x02bc, 0x83bb, 0x8649, 0x8773};
  return std::binary_search(tags.begin(), tags.end(), tag) ||
         std::find(blocks.begin(), blocks.end(), tag) != blocks.end();
}

/// Whether a tag describes the scene or the camera, and not another picture in the file.
bool is_carried(const Exiv2::Exifdatum& datum) {
  const std::string group = datum.groupName();
  if (group == "Image") {
    return !is_structural(datum.tag());
  }
  static constexpr std::array<std::string_view, 5> pictures = {"Thumbnail", "Image2", "Image3",
                                                               "SubImage", "SubThumb"};
  const bool is_picture = std::any_of(pictures.begin(), pictures.end(), [&](std::string_view p) {
    return std::string_view(group).substr(0, p.size()) == p;
  });
  return !is_picture && group.find("Preview") == std::string::npos;
}

void copy_exif(const Exiv2::Image& source, Exiv2::Image& target) {
  // A TIFF file stores its pixels in the main directory, so the target's own tags are kept.
  Exiv2::ExifData& exif = target.exifData();
  for (const Exiv2::Exifdatum& datum : source.exifData()) {
    if (is_carried(datum)) {
      const auto own = exif.findKey(Exiv2::ExifKey(datum.key()));
      if (own != exif.end()) {
        exif.erase(own);
      }
    }
  }
  for (const Exiv2::Exifdatum& datum : source.exifData()) {
    if (is_carried(datum)) {
      exif.add(datum);
    }
  }
  const auto set_if_present = [&exif](const char* key, std::uint32_t value) {
    const auto datum = exif.findKey(Exiv2::ExifKey(key));
    if (datum != exif.end()) {
      *datum = value;
    }
  };
  set_if_present("Exif.Photo.PixelXDimension", static_cast<std::uint32_t>(target.pixelWidth()));
  set_if_present("Exif.Photo.PixelYDimension", static_cast<std::uint32_t>(target.pixelHeight()));
  const auto orientation = exif.findKey(Exiv2::ExifKey("Exif.Image.Orientation"));
  if (orientation != exif.end()) {
    *orientation = std::uint16_t{1};
  }
}

void copy_xmp(const Exiv2::Image& source, Exiv2::Image& target) {
  Exiv2::XmpData xmp;
  for (const Exiv2::Xmpdatum& datum : source.xmpData()) {
    if (datum.key().rfind("Xmp.xmp.Thumbnails", 0) != 0) {
      xmp.add(datum);
    }
  }
  const auto orientation = xmp.findKey(Exiv2::XmpKey("Xmp.tiff.Orientation"));
  if (orientation != xmp.end()) {
    orientation->setValue("1");
  }
  target.setXmpData(xmp);
}

/// A profile fits the pixels only if it is of their color space: decoding turns CMYK into RGB.
void copy_icc_profile(Exiv2::Image& source, Exiv2::Image& target, bool is_gray) {
  constexpr long space_offset = 16;
  constexpr std::size_t space_size = 4;
  const Exiv2::DataBuf* profile = source.iccProfile();
  if (!source.iccProfileDefined() || profile->size_ < space_offset + long{space_size}) {
    return;
  }
  const char* expected = is_gray ? "GRAY" : "RGB ";
  if (std::memcmp(profile->pData_ + space_offset, expected, space_size) != 0) {
    return;
  }
  Exiv2::DataBuf copy(profile->pData_, profile->size_);
  target.setIccProfile(copy);
}

void copy_all(const Bytes& source_bytes, Exiv2::Image& target, bool is_gray) {
  ImagePointer source;
  try {
    source = open_image(source_bytes.data(), source_bytes.size());
  } catch (const Exiv2::AnyError&) {
    return;
  }
  copy_exif(*source, target);
  copy_xmp(*source, target);
  copy_icc_profile(*source, target, is_gray);
  if (target.checkMode(Exiv2::mdIptc) & Exiv2::amWrite) {
    target.setIptcData(source->iptcData());
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

WebpMetadata encode_for_webp(Exiv2::Image& image) {
  WebpMetadata metadata;
  if (!image.exifData().empty()) {
    Exiv2::ExifParser::encode(metadata.exif, Exiv2::littleEndian, image.exifData());
  }
  if (!image.xmpData().empty()) {
    std::string packet;
    if (Exiv2::XmpParser::encode(packet, image.xmpData()) != 0) {
      throw Exiv2::Error(Exiv2::kerErrorMessage, "the XMP packet cannot be encoded");
    }
    metadata.xmp.assign(packet.begin(), packet.end());
  }
  if (image.iccProfileDefined()) {
    const Exiv2::DataBuf* profile = image.iccProfile();
    metadata.icc_profile.assign(profile->pData_, profile->pData_ + profile->size_);
  }
  return metadata;
}

ImageHeader require_header(const Bytes& image, const std::string& name) {
  const std::optional<ImageHeader> header = inspect_header(image.data(), image.size());
  if (header) {
    return *header;
  }
  throw Error(ErrorCode::unreadable_file,
              fmt::format("{}: is not an image that demask knows; give a JPEG, PNG, WebP, TIFF or "
                          "BMP file",
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

/// Rewrites the metadata of an encoded image. Formats without metadata are left unchanged.
void add_metadata(Bytes& image, const MetadataRequest& request, const std::string& name) {
  const ImageHeader header = require_header(image, name);
  if (!has_metadata(header.format)) {
    return;
  }
  const auto lock = lock_exiv2();
  const ImagePointer target = open_or_explain(image, name);
  try {
    if (request.source != nullptr) {
      copy_all(*request.source, *target, header.gray);
    }
    if (request.synthetic) {
      target->xmpData()[source_type_key] = std::string(synthetic_source_type);
    }
    if (header.format == FileFormat::webp) {
      image = with_webp_metadata(image, encode_for_webp(*target), name);
    } else {
      with_errors_of_exiv2([&] { target->writeMetadata(); });
      image = content_of(target->io());
    }
  } catch (const Exiv2::AnyError& error) {
    throw Error(ErrorCode::unwritable_file,
                fmt::format("{}: its metadata cannot be written ({}); write without a metadata "
                            "source, or to another format",
                            name, error.what()));
  }
}

}  // namespace

int exif_orientation(const std::uint8_t* bytes, std::size_t size) {
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
    return 1;
  }
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
  write_with_metadata(path, std::move(image), request);
}

bool has_embedded_mark(const Bytes& image, const std::string& name) {
  if (!has_metadata(require_header(image, name).format)) {
    return false;
  }
  const auto lock = lock_exiv2();
  const ImagePointer opened = open_or_explain(image, name);
  const auto datum = opened->xmpData().findKey(Exiv2::XmpKey(source_type_key));
  return datum != opened->xmpData().end() && datum->toString() == synthetic_source_type;
}

}  // namespace demask::io
