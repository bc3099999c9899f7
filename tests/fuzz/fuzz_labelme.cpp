/// @file
/// An annotation as Labelme writes it, its embedded image included.

#include "data/labelme.hpp"
#include "input.hpp"
#include "memory_file.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const demask::fuzz::MemoryFile file(data, size);
  demask::fuzz::call([&] { demask::training::read_labelme(file.path()); });
  demask::fuzz::call([&] { demask::training::read_labelme(file.path(), {"mask"}); });
  return 0;
}
