// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "demask/error.hpp"
#include "io/exif_block.hpp"
#include "io/image_header.hpp"
#include "io/metadata.hpp"
#include "io/sidecar.hpp"
#include "io/whole_file.hpp"

namespace demask::io {
namespace {

using Bytes = std::vector<std::uint8_t>;

void require_image(const Bytes& image, const std::string& name) {
  const std::optional<ImageHeader> header = inspect_header(image.data(), image.size());
  if (!header || header->format == FileFormat::gif) {
    throw Error(ErrorCode::unreadable_file,
                fmt::format("{}: is not an image that demask knows; give a JPEG, PNG, WebP, TIFF, "
                            "BMP, HEIC or AVIF file",
                            name));
  }
}

}  // namespace

int exif_orientation(const std::uint8_t* bytes, std::size_t size) {
  return parse_exif_orientation(bytes, size);
}

HeifMetadata make_heif_metadata(const MetadataRequest& request, int /*width*/, int /*height*/,
                                const std::string& name) {
  HeifMetadata metadata;
  if (request.source == nullptr) {
    return metadata;
  }
  const auto header = inspect_header(request.source->data(), request.source->size());
  if (header && is_heif(header->format)) {
    try {
      metadata = read_heif_metadata(*request.source, name);
      metadata.exif.clear();
      metadata.xmp.clear();
    } catch (const Error& error) {
      if (request.warn) {
        request.warn(
            fmt::format("{}: the colors of its source are left out ({})", name, error.what()));
      }
    }
  }
  return metadata;
}

// NOLINTNEXTLINE(performance-unnecessary-value-param): as the implementation with Exiv2 has it.
Bytes with_metadata(Bytes image, const MetadataRequest& /*request*/, const std::string& name) {
  require_image(image, name);
  return image;
}

void write_with_metadata(const std::filesystem::path& path, Bytes image,
                         const MetadataRequest& request) {
  require_image(image, path.string());
  PartialFile file(path);
  file.append(image.data(), image.size());
  if (request.synthetic) {
    write_with_marked_sidecar(path, [&file] { file.commit(); });
  } else {
    file.commit();
  }
}

// The image is passed by value because the implementation with Exiv2 rewrites it in place.
// NOLINTNEXTLINE(performance-unnecessary-value-param)
void update_metadata(const std::filesystem::path& path, Bytes image,
                     const MetadataRequest& request) {
  require_image(image, path.string());
  if (request.synthetic) {
    write_marked_sidecar(path);
  }
}

bool has_embedded_mark(const Bytes& image, const std::string& name) {
  require_image(image, name);
  return holds_mark({reinterpret_cast<const char*>(image.data()), image.size()});
}

}  // namespace demask::io
