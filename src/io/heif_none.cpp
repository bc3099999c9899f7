// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "demask/error.hpp"
#include "io/heif_file.hpp"

namespace demask::io {
namespace {

[[noreturn]] void refuse(const std::string& name) {
  throw Error(ErrorCode::unsupported_format,
              fmt::format("{}: this library was built without HEIC and AVIF; convert the file to "
                          "JPEG or PNG, or build with DEMASK_WITH_HEIF",
                          name));
}

}  // namespace

bool has_heif() { return false; }

cv::Mat decode_heif(const std::uint8_t* /*bytes*/, std::size_t /*size*/,
                    std::int64_t /*max_pixels*/, const std::string& name) {
  refuse(name);
}

HeifMetadata read_heif_metadata(const std::vector<std::uint8_t>& /*file*/,
                                const std::string& /*name*/) {
  return {};
}

std::vector<std::uint8_t> encode_heif(const cv::Mat& /*picture*/, FileFormat /*format*/,
                                      int /*quality*/, const HeifMetadata& /*metadata*/,
                                      const std::string& name) {
  refuse(name);
}

}  // namespace demask::io
