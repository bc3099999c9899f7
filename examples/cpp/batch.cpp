// SPDX-License-Identifier: Apache-2.0

// Reconstructs many photos in one call, in which faces of several photos share the passes of the
// networks. If a photo fails, the others still succeed.
//
//   batch FOLDER PHOTO...
//
// FOLDER gets the reconstructions, each under the name of its photo.
#include <demask/demask.hpp>
#include <exception>
#include <filesystem>
#include <iostream>
#include <vector>

namespace {

// Writes one result, or prints its error. Returns whether it was written.
bool write_outcome(const std::filesystem::path& input, const demask::BatchResult& outcome,
                   const std::filesystem::path& output) {
  if (outcome.error) {
    std::cout << input.string() << ": " << outcome.error->what() << '\n';
    return false;
  }
  demask::EncodeOptions encoding;
  encoding.metadata_source = input;
  encoding.synthetic = demask::any_reconstructed(*outcome.result);
  demask::write_image(output, outcome.result->photo, encoding);
  std::cout << input.string() << ": " << outcome.result->faces.size() << " faces\n";
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::cerr << "usage: batch FOLDER PHOTO...\n";
    return 2;
  }
  const std::filesystem::path folder = argv[1];
  const std::vector<std::filesystem::path> inputs(argv + 2, argv + argc);
  try {
    std::vector<demask::Image> photos;
    for (const std::filesystem::path& input : inputs) {
      photos.push_back(demask::read_image(input));
    }
    // The views borrow the pixels: `photos` must not change while they are in use.
    std::vector<demask::ImageView> views;
    for (const demask::Image& photo : photos) {
      views.push_back(photo);
    }

    demask::ReconstructOptions options;
    options.min_face_size = 40.0F;  // Pixels: skips the small faces in the background.
    const demask::FaceReconstructor reconstructor;
    const std::vector<demask::BatchResult> outcomes = reconstructor.reconstruct(views, options);

    bool is_all_written = true;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      is_all_written &= write_outcome(inputs[i], outcomes[i], folder / inputs[i].filename());
    }
    return is_all_written ? 0 : 1;
  } catch (const std::exception& error) {
    std::cerr << "batch: " << error.what() << '\n';
    return 1;
  }
}
