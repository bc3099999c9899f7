// SPDX-License-Identifier: Apache-2.0
#include "io/carried_metadata.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "demask/error.hpp"
#include "io/color_profile.hpp"
#include "io/image_header.hpp"

namespace demask::io {
namespace {

using Bytes = std::vector<std::uint8_t>;

/// Whether a profile is of a color space, which its header names in four letters.
bool has_space(const Bytes& profile, const char* space) {
  constexpr std::size_t space_offset = 16;
  constexpr std::size_t space_size = 4;
  return profile.size() >= space_offset + space_size &&
         std::memcmp(profile.data() + space_offset, space, space_size) == 0;
}

/// A profile fits the pixels only if it is of their color space: decoding turns CMYK into RGB.
bool fits(const Bytes& profile, bool is_gray) {
  return has_space(profile, is_gray ? "GRAY" : "RGB ");
}

/// Gives a file that describes its colors by numbers a profile, if the target needs one.
void fit_profile(const MetadataRequest& request, FileFormat target, bool is_gray,
                 const std::string& name, ImageMetadata& metadata) {
  if (!fits(metadata.icc_profile, is_gray)) {
    if (has_space(metadata.icc_profile, "CMYK")) {
      warn(request, fmt::format("{}: the photo's CMYK values became RGB without its profile, so "
                                "colors differ a little",
                                name));
    }
    metadata.icc_profile.clear();
  }
  const auto source = inspect_header(request.source->data(), request.source->size());
  if (!metadata.icc_profile.empty() || !source) {
    return;
  }
  if (source->format == FileFormat::png && target != FileFormat::png) {
    metadata.icc_profile = profile_of_png(*request.source, is_gray);
  } else if (metadata.color && !is_heif(target)) {
    metadata.icc_profile =
        profile_of_code_points(metadata.color->primaries, metadata.color->transfer, is_gray);
  }
}

/// Describes pixels that are upright.
void set_upright(const MetadataRequest& request, ImageMetadata& metadata) {
  const auto orientation = metadata.exif.findKey(Exiv2::ExifKey("Exif.Image.Orientation"));
  if (orientation != metadata.exif.end()) {
    *orientation = std::uint16_t{1};
  }
  const auto described = metadata.xmp.findKey(Exiv2::XmpKey("Xmp.tiff.Orientation"));
  if (described != metadata.xmp.end()) {
    described->setValue("1");
  }
  const auto x = metadata.exif.findKey(Exiv2::ExifKey(x_resolution_key));
  const auto y = metadata.exif.findKey(Exiv2::ExifKey(y_resolution_key));
  if (request.is_turned && x != metadata.exif.end() && y != metadata.exif.end()) {
    const std::string former = x->toString();
    x->setValue(y->toString());
    y->setValue(former);
  }
}

}  // namespace

void warn(const MetadataRequest& request, const std::string& text) {
  if (request.warn) {
    request.warn(text);
  }
}

ImageMetadata source_metadata(const MetadataRequest& request, FileFormat target, bool is_gray,
                              const std::string& name) {
  ImageMetadata metadata;
  std::string reason;
  try {
    metadata = read_metadata(*request.source, name);
    if (metadata.has_damaged_profile) {
      warn(request, fmt::format("{}: the photo's color profile is damaged and is left out", name));
    }
    with_errors_of_exiv2([&] {
      if (keep_only_carried(metadata)) {
        warn(request, fmt::format("{}: the photo's motion video, gain map or depth map is left "
                                  "out; it belongs to the unedited photo",
                                  name));
      }
      set_upright(request, metadata);
    });
  } catch (const Exiv2::AnyError& error) {
    reason = error.what();
  } catch (const Error& error) {
    reason = error.what();
  }
  if (!reason.empty()) {
    warn(request, fmt::format("{}: the metadata of its source cannot be read ({}) and is left out",
                              name, reason));
    metadata = {};
  }
  fit_profile(request, target, is_gray, name, metadata);
  return metadata;
}

void set_resolution_of_exif(const std::optional<Resolution>& resolution, Exiv2::ExifData& exif) {
  constexpr std::uint16_t inch = 2;
  constexpr std::int64_t denominator = 10000;
  if (!resolution || !resolution->is_absolute ||
      exif.findKey(Exiv2::ExifKey(x_resolution_key)) != exif.end()) {
    return;
  }
  const auto fraction = [](double per_meter) {
    const double dots = std::clamp(dots_per_inch(per_meter), 0.0, 400000.0);
    return Exiv2::URational(static_cast<std::uint32_t>(std::lround(dots * denominator)),
                            std::uint32_t{denominator});
  };
  exif[x_resolution_key] = fraction(resolution->x);
  exif[y_resolution_key] = fraction(resolution->y);
  exif[resolution_unit_key] = inch;
}

void set_size(int width, int height, Exiv2::ExifData& exif) {
  const auto set_if_present = [&exif](const char* key, int value) {
    const auto datum = exif.findKey(Exiv2::ExifKey(key));
    if (datum != exif.end()) {
      *datum = static_cast<std::uint32_t>(value);
    }
  };
  set_if_present("Exif.Photo.PixelXDimension", width);
  set_if_present("Exif.Photo.PixelYDimension", height);
}

}  // namespace demask::io
