// SPDX-License-Identifier: Apache-2.0
#include "demask/image.hpp"

#include "convert.hpp"
#include "demask.h"
#include "demask/image_io.hpp"
#include "handles.hpp"
#include "structs.hpp"

using namespace demask::capi;

demask_status demask_encode_default_options(demask_encode_options* options) {
  return guarded([&] { write_struct(options, "options", default_encode_options()); });
}

demask_status demask_image_read(const char* path, int64_t max_pixels, demask_image** image) {
  return guarded([&] {
    demask_image*& out = require(image, "image");
    out = make_handle<demask_image>(
              demask::read_image(to_path(path, "path"), to_max_pixels(max_pixels)))
              .release();
  });
}

demask_status demask_image_decode(const uint8_t* bytes, size_t size, const char* name,
                                  int64_t max_pixels, demask_image** image) {
  return guarded([&] {
    demask_image*& out = require(image, "image");
    require(bytes, "bytes");
    out = make_handle<demask_image>(demask::decode_image(bytes, size,
                                                         name == nullptr ? "image" : name,
                                                         to_max_pixels(max_pixels)))
              .release();
  });
}

demask_status demask_image_convert(const demask_image_view* source, demask_pixel_format format,
                                   demask_image** image) {
  return guarded([&] {
    demask_image*& out = require(image, "image");
    out = make_handle<demask_image>(
              demask::convert(to_view(source, "source"),
                              checked_enum<demask::PixelFormat>(format, 5, "format")))
              .release();
  });
}

demask_status demask_image_get_view(const demask_image* image, demask_image_view* view) {
  return guarded([&] { write_struct(view, "view", from_image(require(image, "image").image)); });
}

demask_status demask_image_write(const char* path, const demask_image_view* image,
                                 const demask_encode_options* options) {
  return guarded([&] {
    demask::write_image(to_path(path, "path"), to_view(image, "image"), to_options(options));
  });
}

void demask_image_free(demask_image* image) { delete image; }

demask_status demask_mark_as_synthetic(const char* target, const char* source) {
  return guarded([&] {
    demask::mark_as_synthetic(to_path(target, "target"), source == nullptr
                                                             ? std::filesystem::path()
                                                             : to_path(source, "source"));
  });
}

demask_status demask_is_marked_as_synthetic(const char* path, int32_t* marked) {
  return guarded([&] {
    int32_t& out = require(marked, "marked");
    out = demask::is_marked_as_synthetic(to_path(path, "path")) ? 1 : 0;
  });
}
