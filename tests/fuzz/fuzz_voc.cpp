// SPDX-License-Identifier: Apache-2.0

/// @file
/// Reads an annotation in Pascal VOC's XML format, which may refer to the image image.png.

#include <cstdlib>
#include <filesystem>

#include "data/voc.hpp"
#include "demask/image_io.hpp"
#include "input.hpp"
#include "memory_file.hpp"

namespace {

/// A folder with one image, created when the program starts.
std::filesystem::path make_images() {
  std::string name = (std::filesystem::temp_directory_path() / "demask-fuzz-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) demask::fuzz::report_defect("no temporary folder");
  demask::write_image(std::filesystem::path(name) / "image.png",
                      demask::Image(4, 3, demask::PixelFormat::rgb));
  static const std::string folder = name;
  std::atexit([] { std::filesystem::remove_all(folder); });
  return name;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::filesystem::path images = make_images();
  const demask::fuzz::MemoryFile file(data, size);
  demask::fuzz::call([&] { demask::training::read_voc(file.path(), images); });
  return 0;
}
