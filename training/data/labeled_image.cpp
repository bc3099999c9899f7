// SPDX-License-Identifier: Apache-2.0
#include "data/labeled_image.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <system_error>
#include <utility>

#include "demask/error.hpp"
#include "demask/image_io.hpp"
#include "imaging/mat.hpp"
#include "io/image_header.hpp"
#include "io/whole_file.hpp"

namespace demask::training {
namespace {

namespace fs = std::filesystem;

const char* extension_of(io::FileFormat format) {
  switch (format) {
    case io::FileFormat::jpeg:
      return ".jpg";
    case io::FileFormat::png:
      return ".png";
    case io::FileFormat::webp:
      return ".webp";
    case io::FileFormat::tiff:
      return ".tif";
    case io::FileFormat::bmp:
      return ".bmp";
    case io::FileFormat::heic:
      return ".heic";
    case io::FileFormat::avif:
      return ".avif";
    case io::FileFormat::gif:
      return ".gif";
  }
  return "";
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

}  // namespace

LabeledImage load_labeled_image(std::vector<std::uint8_t> bytes, const std::string& name) {
  const Image decoded = decode_image(bytes.data(), bytes.size(), name);
  LabeledImage image;
  image.extension = extension_of(io::inspect_header(bytes.data(), bytes.size())->format);
  image.size = {decoded.width(), decoded.height()};
  image.bytes = std::move(bytes);
  return image;
}

LabeledImage load_labeled_image(const fs::path& file) {
  // An annotation may name any path, and reading a device might never end.
  std::error_code failure;
  if (fs::exists(file, failure) && !fs::is_regular_file(file, failure)) {
    throw Error(ErrorCode::unreadable_file,
                fmt::format("{}: is not a file; name an image file", file.string()));
  }
  LabeledImage image = load_labeled_image(io::read_whole_file(file), file.string());
  image.stem = file.stem().string();
  return image;
}

LabeledImage read_image_and_mask(const fs::path& image, const fs::path& mask) {
  LabeledImage result = load_labeled_image(image);
  const Image levels = convert(read_image(mask), PixelFormat::gray);
  if (cv::Size(levels.width(), levels.height()) != result.size) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("{}: {} x {} pixels where its image {} has {} x {}; make them equal",
                            mask.string(), levels.width(), levels.height(), image.string(),
                            result.size.width, result.size.height));
  }
  result.mask = imaging::as_mat(levels.view()) >= 128;
  return result;
}

std::vector<fs::path> list_files(const fs::path& folder,
                                 const std::vector<std::string>& extensions) {
  std::vector<fs::path> files;
  std::error_code failure;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, failure)) {
    const std::string extension = lower(entry.path().extension().string());
    if (std::find(extensions.begin(), extensions.end(), extension) != extensions.end()) {
      files.push_back(entry.path());
    }
  }
  if (failure || files.empty()) {
    throw Error(
        ErrorCode::unreadable_file,
        fmt::format("{}: {}; name a folder that holds such files", folder.string(),
                    failure ? failure.message()
                            : fmt::format("no {} file in it", fmt::join(extensions, ", "))));
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace demask::training
