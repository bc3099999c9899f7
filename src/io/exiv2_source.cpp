// SPDX-License-Identifier: Apache-2.0
#include "io/exiv2_source.hpp"

#include <algorithm>
#include <array>
#include <exiv2/webpimage.hpp>
#include <string_view>

#include "io/extended_xmp.hpp"
#include "io/image_header.hpp"
#include "io/jpeg_segments.hpp"

namespace demask::io {
namespace {

using Bytes = std::vector<std::uint8_t>;

void lock_xmp_toolkit(void* mutex, bool lock) {
  auto* toolkit_mutex = static_cast<std::recursive_mutex*>(mutex);
  if (lock) {
    toolkit_mutex->lock();
  } else {
    toolkit_mutex->unlock();
  }
}

/// Tags of the main directory that describe how this file stores its pixels.
bool is_structural(std::uint16_t tag) {
  static constexpr std::array<std::uint16_t, 37> tags = {
      0x00fe, 0x00ff, 0x0100, 0x0101, 0x0102, 0x0103, 0x0106, 0x0107, 0x0108, 0x010a,
      0x0111, 0x0115, 0x0116, 0x0117, 0x0118, 0x0119, 0x011c, 0x0122, 0x0123, 0x0124,
      0x0125, 0x013d, 0x0140, 0x0142, 0x0143, 0x0144, 0x0145, 0x014a, 0x0152, 0x0153,
      0x015b, 0x0200, 0x0201, 0x0202, 0x0211, 0x0212, 0x0213};
  // XMP, IPTC, Photoshop and ICC blocks are copied separately; Photoshop's layers (0x935c) show the
  // unedited picture.
  static constexpr std::array<std::uint16_t, 5> blocks = {0x02bc, 0x83bb, 0x8649, 0x8773, 0x935c};
  return std::binary_search(tags.begin(), tags.end(), tag) ||
         std::find(blocks.begin(), blocks.end(), tag) != blocks.end();
}

/// Whether a tag describes the scene or the camera, and not another picture in the file.
bool is_carried(const Exiv2::Exifdatum& datum) {
  const std::string group = datum.groupName();
  if (group == "Image") {
    return !is_structural(datum.tag());
  }
  static constexpr std::array<std::string_view, 6> pictures = {"Thumbnail", "Image2",   "Image3",
                                                               "SubImage",  "SubThumb", "MpfInfo"};
  const bool is_picture = std::any_of(pictures.begin(), pictures.end(), [&](std::string_view p) {
    return std::string_view(group).substr(0, p.size()) == p;
  });
  return !is_picture && group.find("Preview") == std::string::npos;
}

/// Whether `text` begins with one of `starts`.
template <std::size_t count>
bool begins_with_one_of(std::string_view text, const std::array<std::string_view, count>& starts) {
  return std::any_of(starts.begin(), starts.end(), [text](std::string_view start) {
    return text.substr(0, start.size()) == start;
  });
}

/// Whether an XMP property describes a part of the file that a new file lacks: the video of a
/// motion photo, a gain map, a depth map or another picture; or a part that shows the unedited
/// picture.
bool describes_other_part(const Exiv2::Xmpdatum& datum) {
  static constexpr std::array<std::string_view, 6> schemes = {
      "http://ns.google.com/photos/1.0/container/", "http://ns.google.com/photos/1.0/image/",
      "http://ns.google.com/photos/1.0/depthmap/",  "http://ns.google.com/photos/dd/1.0/",
      "http://ns.adobe.com/hdr-gain-map/",          "http://ns.apple.com/HDRGainMap/"};
  static constexpr std::array<std::string_view, 4> cameras = {
      "http://ns.google.com/photos/1.0/camera/", "http://ns.xiaomi.com/photos/1.0/camera/",
      "http://ns.oplus.com/photos/1.0/camera/", "http://ns.vivo.com/photos/1.0/camera/"};
  static constexpr std::array<std::string_view, 4> videos = {"MicroVideo", "MotionPhoto",
                                                             "OLivePhoto", "Video"};
  const std::string scheme = Exiv2::XmpProperties::ns(datum.groupName());
  return begins_with_one_of(scheme, schemes) ||
         (begins_with_one_of(scheme, cameras) && begins_with_one_of(datum.tagName(), videos));
}

ImageMetadata read_heif(const Bytes& file, const std::string& name) {
  const HeifMetadata blocks = read_heif_metadata(file, name);
  ImageMetadata metadata;
  metadata.icc_profile = blocks.icc_profile;
  metadata.color = blocks.color;
  if (!blocks.exif.empty()) {
    Exiv2::ExifParser::decode(metadata.exif, blocks.exif.data(),
                              static_cast<std::uint32_t>(blocks.exif.size()));
  }
  if (!blocks.xmp.empty() &&
      Exiv2::XmpParser::decode(metadata.xmp, {blocks.xmp.begin(), blocks.xmp.end()}) != 0) {
    metadata.xmp.clear();
  }
  return metadata;
}

// Exiv2 judges by other bytes than inspect_header(), and its readers of videos may never return.
void require_picture(const Exiv2::Image& image) {
  using namespace Exiv2::ImageType;  // NOLINT(google-build-using-namespace): names of types only
  static constexpr std::array<int, 8> pictures = {jpeg, png, tiff, webp, bmp, cr2, orf, rw2};
  if (std::find(pictures.begin(), pictures.end(), image.imageType()) == pictures.end()) {
    throw Exiv2::Error(Exiv2::kerErrorMessage, "not a picture of a known type");
  }
}

}  // namespace

Exiv2Lock lock_exiv2() {
  const core::Activity activity;
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
  return {{}, std::unique_lock<std::mutex>(exiv2_mutex)};
}

Exiv2::Image::AutoPtr open_image(const std::uint8_t* bytes, std::size_t size) {
  Exiv2::Image::AutoPtr image;
  with_errors_of_exiv2([&] {
    image = Exiv2::ImageFactory::open(bytes, static_cast<long>(size));
    require_picture(*image);
    image->readMetadata();
  });
  return image;
}

ImageMetadata read_metadata(const Bytes& file, const std::string& name) {
  const std::optional<ImageHeader> header = inspect_header(file.data(), file.size());
  ImageMetadata metadata;
  if (header && is_heif(header->format)) {
    with_errors_of_exiv2([&] { metadata = read_heif(file, name); });
    return metadata;
  }
  Bytes without_profile;
  Exiv2::Image::AutoPtr image;
  try {
    image = open_image(file.data(), file.size());
  } catch (const Exiv2::AnyError&) {
    // Exiv2 refuses a JPEG file whose profile is damaged.
    without_profile = file;
    remove_jpeg_profile(without_profile);
    metadata.has_damaged_profile = without_profile.size() < file.size();
    image = open_image(without_profile.data(), without_profile.size());
  }
  with_errors_of_exiv2([&] {
    metadata.exif = image->exifData();
    metadata.iptc = image->iptcData();
    metadata.xmp = image->xmpData();
    if (image->iccProfileDefined()) {
      const Exiv2::DataBuf* profile = image->iccProfile();
      metadata.icc_profile.assign(profile->pData_, profile->pData_ + profile->size_);
    }
    merge_extended_xmp(file, metadata.xmp);
  });
  return metadata;
}

bool keep_only_carried(ImageMetadata& metadata) {
  Exiv2::ExifData exif;
  for (const Exiv2::Exifdatum& datum : metadata.exif) {
    if (is_carried(datum)) {
      exif.add(datum);
    }
  }
  metadata.exif = exif;
  bool has_other_part = false;
  Exiv2::XmpData xmp;
  for (const Exiv2::Xmpdatum& datum : metadata.xmp) {
    if (describes_other_part(datum)) {
      has_other_part = true;
    } else if (datum.key().rfind("Xmp.xmp.Thumbnails", 0) != 0) {
      xmp.add(datum);
    }
  }
  metadata.xmp = xmp;
  return has_other_part;
}

}  // namespace demask::io
