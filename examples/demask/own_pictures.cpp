// SPDX-License-Identifier: Apache-2.0
#include "own_pictures.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "demask/image_io.hpp"
#include "demask/opencv.hpp"
#include "file_names.hpp"
#include "io/sidecar.hpp"
#include "io/whole_file.hpp"

namespace demask::program {
namespace {

namespace fs = std::filesystem;
using namespace std::string_view_literals;

/// How files of a format name the program that made them.
struct Maker {
  std::string_view signature;  ///< The first bytes of every file of the format.
  std::size_t offset;          ///< Where the name belongs.
  std::string_view bytes;
};

constexpr std::array<Maker, 2> makers = {{
    // PNG: a chunk tEXt with the keyword Software and its CRC-32, after the chunk IHDR.
    {"\x89PNG\r\n\x1A\n"sv, 33, "\0\0\0\x0FtEXtSoftware\0demask\x4D\x80\xF6\xC6"sv},
    // JPEG: a comment segment after the start of the image.
    {"\xFF\xD8"sv, 2, "\xFF\xFE\0\x19made by the demask tool"sv},
}};

/// Returns how a file that starts like this names its maker; nothing for other formats.
std::optional<Maker> maker_for(std::string_view start) {
  for (const Maker& maker : makers) {
    if (start.substr(0, maker.signature.size()) == maker.signature) {
      return maker;
    }
  }
  return std::nullopt;
}

/// Returns the extension, for OpenCV, of a format that can name its maker; nothing for others.
std::optional<std::string> extension_with_maker(const fs::path& path) {
  const std::string extension = lower_extension(path);
  const bool has_maker = extension == ".png" || extension == ".jpg" || extension == ".jpeg";
  return has_maker ? std::optional(extension) : std::nullopt;
}

}  // namespace

void write_own_picture(const fs::path& path, const ImageView& image) {
  const std::optional<std::string> extension = extension_with_maker(path);
  if (!extension) {
    write_image(path, image);
    return;
  }
  cv::Mat pixels = as_mat(image);
  if (image.format == PixelFormat::rgb) {
    cv::Mat bgr;
    cv::cvtColor(pixels, bgr, cv::COLOR_RGB2BGR);
    pixels = bgr;
  }
  std::vector<std::uint8_t> bytes;
  cv::imencode(*extension, pixels, bytes);
  const std::optional<Maker> maker =
      maker_for({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  if (maker) {
    const auto place = bytes.begin() + static_cast<std::ptrdiff_t>(maker->offset);
    bytes.insert(place, maker->bytes.begin(), maker->bytes.end());
  }
  io::write_whole_file(path, bytes);
  io::remove_marked_sidecar(path);
}

bool is_own_picture(const fs::path& path) {
  std::array<char, 128> start{};
  std::ifstream file(path, std::ios::binary);
  file.read(start.data(), start.size());
  const std::string_view read(start.data(), static_cast<std::size_t>(file.gcount()));
  const std::optional<Maker> maker = maker_for(read);
  return maker && read.size() >= maker->offset &&
         read.substr(maker->offset, maker->bytes.size()) == maker->bytes;
}

}  // namespace demask::program
