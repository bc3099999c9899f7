// SPDX-License-Identifier: Apache-2.0
#include "io/heif_file.hpp"

#include <fmt/format.h>
#include <libheif/heif.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <memory>
#include <opencv2/imgproc.hpp>
#include <string_view>

#include "demask/error.hpp"
#include "io/byte_reader.hpp"

namespace demask::io {
namespace {

using Bytes = std::vector<std::uint8_t>;

template <auto Free>
struct Deleter {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};

using Context = std::unique_ptr<heif_context, Deleter<heif_context_free>>;
using Handle = std::unique_ptr<heif_image_handle, Deleter<heif_image_handle_release>>;
using Picture = std::unique_ptr<heif_image, Deleter<heif_image_release>>;
using Encoder = std::unique_ptr<heif_encoder, Deleter<heif_encoder_release>>;
using Codes = std::unique_ptr<heif_color_profile_nclx, Deleter<heif_nclx_color_profile_free>>;
using EncodingOptions = std::unique_ptr<heif_encoding_options, Deleter<heif_encoding_options_free>>;

bool is_memory_error(const heif_error& status) {
  return status.code == heif_error_Memory_allocation_error;
}

[[noreturn]] void throw_no_memory(const std::string& name) {
  throw Error(ErrorCode::out_of_memory,
              fmt::format("{}: not enough memory for its pixels; shrink the image", name));
}

void require_readable(const heif_error& status, const std::string& name) {
  if (status.code == heif_error_Ok) {
    return;
  }
  if (is_memory_error(status) && status.subcode != heif_suberror_Security_limit_exceeded) {
    throw_no_memory(name);
  }
  throw Error(ErrorCode::unreadable_file,
              fmt::format("{}: cannot be decoded ({}); check that the file is whole and a valid "
                          "image",
                          name, status.message));
}

void require_written(const heif_error& status, const std::string& name) {
  if (status.code == heif_error_Ok) {
    return;
  }
  if (is_memory_error(status)) {
    throw_no_memory(name);
  }
  throw Error(ErrorCode::unwritable_file,
              fmt::format("{}: the image cannot be encoded ({}); write another format", name,
                          status.message));
}

/// Opens a file that holds one picture. `bytes` must outlive the context.
Context open_file(const std::uint8_t* bytes, std::size_t size, const std::string& name) {
  Context context(heif_context_alloc());
  if (context == nullptr) {
    throw_no_memory(name);
  }
  require_readable(heif_context_read_from_memory_without_copy(context.get(), bytes, size, nullptr),
                   name);
  const int pictures = heif_context_get_number_of_top_level_images(context.get());
  if (pictures > 1) {
    throw Error(ErrorCode::unsupported_format,
                fmt::format("{}: holds {} pictures; export one of them to a file of its own", name,
                            pictures));
  }
  return context;
}

Handle open_picture(const Context& context, const std::string& name) {
  heif_image_handle* handle = nullptr;
  require_readable(heif_context_get_primary_image_handle(context.get(), &handle), name);
  return Handle(handle);
}

void check_size(std::int64_t width, std::int64_t height, std::int64_t max_pixels,
                const std::string& name) {
  if (width > 0 && height > 0 && width > max_pixels / height) {
    throw Error(ErrorCode::image_too_large,
                fmt::format("{}: {} x {} pixels are more than the limit of {}; shrink the image or "
                            "raise max_pixels",
                            name, width, height, max_pixels));
  }
}

/// The first metadata block of a kind; empty if there is none.
Bytes metadata_block(const Handle& picture, const char* type, std::string_view content_type) {
  const int count = heif_image_handle_get_number_of_metadata_blocks(picture.get(), type);
  std::vector<heif_item_id> ids(static_cast<std::size_t>(std::max(count, 0)));
  heif_image_handle_get_list_of_metadata_block_IDs(picture.get(), type, ids.data(), count);
  for (const heif_item_id id : ids) {
    const char* content = heif_image_handle_get_metadata_content_type(picture.get(), id);
    if (!content_type.empty() && (content == nullptr || content_type != content)) {
      continue;
    }
    Bytes block(heif_image_handle_get_metadata_size(picture.get(), id));
    if (!block.empty() &&
        heif_image_handle_get_metadata(picture.get(), id, block.data()).code == heif_error_Ok) {
      return block;
    }
  }
  return {};
}

/// The TIFF structure of an Exif item, which begins with the offset of that structure
/// (ISO/IEC 23008-12, annex A.2.1).
Bytes tiff_structure(const Bytes& block) {
  constexpr std::uint64_t offset_size = 4;
  const ByteReader reader(block.data(), block.size());
  const std::uint64_t start = offset_size + reader.big(0, 4);
  if (start >= block.size()) {
    return {};
  }
  return {block.begin() + static_cast<std::ptrdiff_t>(start), block.end()};
}

Bytes profile_of(const Handle& picture) {
  Bytes profile(heif_image_handle_get_raw_color_profile_size(picture.get()));
  if (profile.empty() ||
      heif_image_handle_get_raw_color_profile(picture.get(), profile.data()).code !=
          heif_error_Ok) {
    return {};
  }
  return profile;
}

std::optional<ColorCodes> codes_of(const Handle& picture) {
  heif_color_profile_nclx* found = nullptr;
  if (heif_image_handle_get_nclx_color_profile(picture.get(), &found).code != heif_error_Ok) {
    return std::nullopt;
  }
  const Codes codes(found);
  return ColorCodes{codes->color_primaries, codes->transfer_characteristics};
}

Encoder open_encoder(FileFormat format, int quality, const std::string& name) {
  heif_encoder* found = nullptr;
  const bool is_avif = format == FileFormat::avif;
  heif_context_get_encoder_for_format(
      nullptr, is_avif ? heif_compression_AV1 : heif_compression_HEVC, &found);
  Encoder encoder(found);
  if (encoder == nullptr) {
    throw Error(
        ErrorCode::unsupported_format,
        fmt::format("{}: libheif has no encoder for {}; install {}, or write another format", name,
                    is_avif ? "AVIF" : "HEIC", is_avif ? "its aom plugin" : "its x265 plugin"));
  }
  require_written(heif_encoder_set_lossy_quality(encoder.get(), quality), name);
  // Slower settings take many times as long for a hardly smaller file. Other plugins than Debian's
  // may not have them.
  if (is_avif) {
    heif_encoder_set_parameter_integer(encoder.get(), "speed", 8);
  } else {
    heif_encoder_set_parameter_string(encoder.get(), "preset", "ultrafast");
  }
  return encoder;
}

/// Copies a picture into one of libheif's, in RGB or RGBA.
Picture to_picture(const cv::Mat& source, const HeifMetadata& metadata, const std::string& name) {
  const bool has_alpha = source.channels() == 4;
  heif_image* made = nullptr;
  require_written(
      heif_image_create(source.cols, source.rows, heif_colorspace_RGB,
                        has_alpha ? heif_chroma_interleaved_RGBA : heif_chroma_interleaved_RGB,
                        &made),
      name);
  Picture picture(made);
  require_written(heif_image_add_plane(made, heif_channel_interleaved, source.cols, source.rows, 8),
                  name);
  int stride = 0;
  std::uint8_t* pixels = heif_image_get_plane(made, heif_channel_interleaved, &stride);
  cv::Mat target(source.rows, source.cols, has_alpha ? CV_8UC4 : CV_8UC3, pixels,
                 static_cast<std::size_t>(stride));
  const int conversion = source.channels() == 1 ? cv::COLOR_GRAY2RGB
                         : has_alpha            ? cv::COLOR_BGRA2RGBA
                                                : cv::COLOR_BGR2RGB;
  cv::cvtColor(source, target, conversion);
  if (!metadata.icc_profile.empty()) {
    require_written(heif_image_set_raw_color_profile(made, "prof", metadata.icc_profile.data(),
                                                     metadata.icc_profile.size()),
                    name);
  }
  return picture;
}

/// The code points to write: the given ones, or those of sRGB.
Codes codes_for(const HeifMetadata& metadata, const std::string& name) {
  constexpr int srgb_primaries = 1;
  constexpr int srgb_transfer = 13;
  const ColorCodes color = metadata.color.value_or(ColorCodes{srgb_primaries, srgb_transfer});
  Codes codes(heif_nclx_color_profile_alloc());
  if (codes == nullptr) {
    throw_no_memory(name);
  }
  // Code points that libheif does not know stay unspecified.
  heif_nclx_color_profile_set_color_primaries(codes.get(),
                                              static_cast<std::uint16_t>(color.primaries));
  heif_nclx_color_profile_set_transfer_characteristics(codes.get(),
                                                       static_cast<std::uint16_t>(color.transfer));
  codes->matrix_coefficients = heif_matrix_coefficients_ITU_R_BT_601_6;
  codes->full_range_flag = 1;
  return codes;
}

heif_error append_bytes(heif_context* /*context*/, const void* data, std::size_t size,
                        void* target) {
  try {
    const auto* first = static_cast<const std::uint8_t*>(data);
    auto* bytes = static_cast<Bytes*>(target);
    bytes->insert(bytes->end(), first, first + size);
    return {heif_error_Ok, heif_suberror_Unspecified, "success"};
  } catch (const std::bad_alloc&) {
    return {heif_error_Memory_allocation_error, heif_suberror_Unspecified, "out of memory"};
  }
}

int size_of(const Bytes& bytes) { return static_cast<int>(bytes.size()); }

void add_metadata(const Context& context, const Handle& handle, const HeifMetadata& metadata,
                  const std::string& name) {
  if (!metadata.exif.empty()) {
    require_written(heif_context_add_exif_metadata(context.get(), handle.get(),
                                                   metadata.exif.data(), size_of(metadata.exif)),
                    name);
  }
  if (!metadata.xmp.empty()) {
    require_written(heif_context_add_XMP_metadata(context.get(), handle.get(), metadata.xmp.data(),
                                                  size_of(metadata.xmp)),
                    name);
  }
}

}  // namespace

bool has_heif() { return true; }

cv::Mat decode_heif(const std::uint8_t* bytes, std::size_t size, std::int64_t max_pixels,
                    const std::string& name) {
  const Context context = open_file(bytes, size, name);
  const Handle handle = open_picture(context, name);
  check_size(heif_image_handle_get_width(handle.get()), heif_image_handle_get_height(handle.get()),
             max_pixels, name);
  const bool has_alpha = heif_image_handle_has_alpha_channel(handle.get()) != 0;
  heif_image* decoded = nullptr;
  require_readable(
      heif_decode_image(handle.get(), &decoded, heif_colorspace_RGB,
                        has_alpha ? heif_chroma_interleaved_RGBA : heif_chroma_interleaved_RGB,
                        nullptr),
      name);
  const Picture picture(decoded);
  int stride = 0;
  const std::uint8_t* pixels =
      heif_image_get_plane_readonly(decoded, heif_channel_interleaved, &stride);
  const cv::Mat rgb(heif_image_get_height(decoded, heif_channel_interleaved),
                    heif_image_get_width(decoded, heif_channel_interleaved),
                    has_alpha ? CV_8UC4 : CV_8UC3, const_cast<std::uint8_t*>(pixels),
                    static_cast<std::size_t>(stride));
  // A damaged file may declare another size than its pixels have.
  check_size(rgb.cols, rgb.rows, max_pixels, name);
  cv::Mat result;
  cv::cvtColor(rgb, result, has_alpha ? cv::COLOR_RGBA2BGRA : cv::COLOR_RGB2BGR);
  return result;
}

HeifMetadata read_heif_metadata(const Bytes& file, const std::string& name) {
  const Context context = open_file(file.data(), file.size(), name);
  const Handle handle = open_picture(context, name);
  HeifMetadata metadata;
  metadata.exif = tiff_structure(metadata_block(handle, "Exif", {}));
  metadata.xmp = metadata_block(handle, "mime", "application/rdf+xml");
  metadata.icc_profile = profile_of(handle);
  metadata.color = codes_of(handle);
  return metadata;
}

Bytes encode_heif(const cv::Mat& picture, FileFormat format, int quality,
                  const HeifMetadata& metadata, const std::string& name) {
  const Encoder encoder = open_encoder(format, quality, name);
  const Picture source = to_picture(picture, metadata, name);
  const Context context(heif_context_alloc());
  const EncodingOptions options(heif_encoding_options_alloc());
  if (context == nullptr || options == nullptr) {
    throw_no_memory(name);
  }
  const Codes codes = codes_for(metadata, name);
  // libheif takes the matrix from the options and the other code points from the picture.
  options->output_nclx_profile = codes.get();
  require_written(heif_image_set_nclx_color_profile(source.get(), codes.get()), name);
  // By default libheif writes none into HEIC files, which is right only for sRGB.
  options->macOS_compatibility_workaround_no_nclx_profile = metadata.color ? 0 : 1;
  // A profile and code points together would contradict each other.
  options->save_two_colr_boxes_when_ICC_and_nclx_available = 0;
  heif_image_handle* made = nullptr;
  require_written(
      heif_context_encode_image(context.get(), source.get(), encoder.get(), options.get(), &made),
      name);
  const Handle handle(made);
  add_metadata(context, handle, metadata, name);
  Bytes bytes;
  heif_writer writer{1, append_bytes};
  require_written(heif_context_write(context.get(), &writer, &bytes), name);
  return bytes;
}

}  // namespace demask::io
