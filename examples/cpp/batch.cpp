// SPDX-License-Identifier: Apache-2.0

// Reconstructs many photos in one call, in which faces of several photos share the passes of the
// networks. If a photo fails, the others still succeed.
//
//   batch FOLDER PHOTO...
//
// FOLDER, which is created, gets the reconstructions, each under the name of its photo. Two photos
// of one name are refused, because one reconstruction would replace the other.
#include <demask/demask.hpp>
#include <exception>
#include <filesystem>
#include <iostream>
#include <set>
#include <stdexcept>
#include <vector>

namespace {

using Paths = std::vector<std::filesystem::path>;

void check_names(const Paths& inputs) {
  std::set<std::filesystem::path> names;
  for (const std::filesystem::path& input : inputs) {
    if (!names.insert(input.filename()).second) {
      throw std::runtime_error(input.string() + ": another photo has this name; rename one");
    }
  }
}

// Reads the photos that can be read, keeps the paths of these, and prints the other errors.
std::vector<demask::Image> read_photos(Paths& inputs) {
  Paths read;
  std::vector<demask::Image> photos;
  for (const std::filesystem::path& input : inputs) {
    try {
      photos.push_back(demask::read_image(input));
      read.push_back(input);
    } catch (const demask::Error& error) {
      std::cerr << error.what() << '\n';
    }
  }
  inputs = read;
  return photos;
}

void write_result(const std::filesystem::path& input, const demask::Result& result,
                  const std::filesystem::path& output) {
  demask::EncodeOptions encoding;
  encoding.metadata_source = input;
  encoding.synthetic = demask::any_reconstructed(result);
  demask::write_image(output, result.photo, encoding);
  std::cout << input.string() << ": " << result.faces.size() << " faces\n";
}

// Returns whether all photos were read, reconstructed and written.
bool reconstruct_photos(Paths inputs, const std::filesystem::path& folder) {
  const std::size_t count = inputs.size();
  const std::vector<demask::Image> photos = read_photos(inputs);
  // The views borrow the pixels: `photos` must not change while they are in use.
  const std::vector<demask::ImageView> views(photos.begin(), photos.end());

  demask::ReconstructOptions options;
  options.min_face_size = 40.0F;  // Pixels: skips the small faces in the background.
  const demask::FaceReconstructor reconstructor;
  const std::vector<demask::BatchResult> outcomes = reconstructor.reconstruct(views, options);

  std::size_t written = 0;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    try {
      if (outcomes[i].error) {
        throw *outcomes[i].error;
      }
      write_result(inputs[i], *outcomes[i].result, folder / inputs[i].filename());
      ++written;
    } catch (const demask::Error& error) {
      std::cerr << inputs[i].string() << ": " << error.what() << '\n';
    }
  }
  return written == count;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::cerr << "usage: batch FOLDER PHOTO...\n";
    return 2;
  }
  try {
    const Paths inputs(argv + 2, argv + argc);
    check_names(inputs);
    std::filesystem::create_directories(argv[1]);
    return reconstruct_photos(inputs, argv[1]) ? 0 : 1;
  } catch (const std::exception& error) {
    std::cerr << "batch: " << error.what() << '\n';
    return 1;
  }
}
