// SPDX-License-Identifier: Apache-2.0
#include "io/webp_container.hpp"

#include <fmt/format.h>
#include <webp/mux.h>

#include <memory>

#include "demask/error.hpp"

namespace demask::io {
namespace {

using Bytes = std::vector<std::uint8_t>;

struct MuxDeleter {
  void operator()(WebPMux* mux) const { WebPMuxDelete(mux); }
};

void require_ok(WebPMuxError status, const std::string& name) {
  if (status == WEBP_MUX_MEMORY_ERROR) {
    throw Error(ErrorCode::out_of_memory,
                fmt::format("{}: not enough memory for its metadata; shrink the image", name));
  }
  if (status != WEBP_MUX_OK) {
    throw Error(ErrorCode::unwritable_file,
                fmt::format("{}: its metadata cannot be written; write to another format", name));
  }
}

/// Replaces the chunk `name`, or removes it if `content` is empty. `content` must outlive the mux.
WebPMuxError set_chunk(WebPMux* mux, const char* name, const Bytes& content) {
  if (content.empty()) {
    const WebPMuxError status = WebPMuxDeleteChunk(mux, name);
    return status == WEBP_MUX_NOT_FOUND ? WEBP_MUX_OK : status;
  }
  const WebPData data{content.data(), content.size()};
  return WebPMuxSetChunk(mux, name, &data, 0);
}

Bytes assemble(WebPMux* mux, const WebpMetadata& metadata, const std::string& name) {
  WebPData assembled;
  WebPDataInit(&assembled);
  require_ok(set_chunk(mux, "ICCP", metadata.icc_profile), name);
  require_ok(set_chunk(mux, "EXIF", metadata.exif), name);
  require_ok(set_chunk(mux, "XMP ", metadata.xmp), name);
  require_ok(WebPMuxAssemble(mux, &assembled), name);
  const std::unique_ptr<WebPData, decltype(&WebPDataClear)> owner(&assembled, WebPDataClear);
  return {assembled.bytes, assembled.bytes + assembled.size};
}

}  // namespace

Bytes with_webp_metadata(const Bytes& file, const WebpMetadata& metadata, const std::string& name) {
  const WebPData data{file.data(), file.size()};
  const std::unique_ptr<WebPMux, MuxDeleter> mux(WebPMuxCreate(&data, 0));
  if (mux == nullptr) {
    throw Error(ErrorCode::unreadable_file,
                fmt::format("{}: is not a valid WebP file; check that the file is whole", name));
  }
  return assemble(mux.get(), metadata, name);
}

}  // namespace demask::io
