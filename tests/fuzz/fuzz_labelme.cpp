// SPDX-License-Identifier: Apache-2.0

/// @file
/// Reads an annotation file of Labelme, including its embedded image.

#include "data/labelme.hpp"
#include "input.hpp"
#include "memory_file.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const demask::fuzz::MemoryFile file(data, size);
  demask::fuzz::call([&] { demask::training::read_labelme(file.path()); });
  demask::fuzz::call([&] { demask::training::read_labelme(file.path(), {"mask"}); });
  return 0;
}
