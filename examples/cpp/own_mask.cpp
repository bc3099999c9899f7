// SPDX-License-Identifier: Apache-2.0

// Reconstructs what your own mask covers, instead of the masks that the library finds.
//
//   own_mask PHOTO MASK OUTPUT
//
// MASK is a picture of the photo's size; its light pixels are painted.
#include <demask/demask.hpp>
#include <exception>
#include <iostream>

int main(int argc, char** argv) {
  if (argc != 4) {
    std::cerr << "usage: own_mask PHOTO MASK OUTPUT\n";
    return 2;
  }
  try {
    const demask::Image photo = demask::read_image(argv[1]);
    const demask::Image mask =
        demask::convert(demask::read_image(argv[2]), demask::PixelFormat::gray);

    demask::ReconstructOptions options;
    options.mask = mask;           // A view: `mask` must outlive the call.
    options.mask_dilation = 0.0F;  // Paints only what the mask covers.
    options.selection = demask::FaceSelection::largest;
    const demask::FaceReconstructor reconstructor;
    const demask::Result result = reconstructor.reconstruct(photo, options);

    for (const demask::FaceResult& face : result.faces) {
      std::cout << demask::to_string(face.status) << '\n';
    }
    demask::EncodeOptions encoding;
    encoding.metadata_source = argv[1];
    encoding.synthetic = demask::any_reconstructed(result);
    demask::write_image(argv[3], result.photo, encoding);
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "own_mask: " << error.what() << '\n';
    return 1;
  }
}
