// SPDX-License-Identifier: Apache-2.0

// Reconstructs the faces under the masks of a photo.
//
//   photo INPUT OUTPUT
//
// A painted face is a plausible guess and identifies no one.
#include <demask/demask.hpp>
#include <exception>
#include <iostream>

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: photo INPUT OUTPUT\n";
    return 2;
  }
  try {
    const demask::Image photo = demask::read_image(argv[1]);
    const demask::FaceReconstructor reconstructor;  // Uses the default models.
    const demask::Result result = reconstructor.reconstruct(photo);

    for (const demask::FaceResult& face : result.faces) {
      std::cout << demask::to_string(face.status) << " at (" << face.box.x << ", " << face.box.y
                << "), score " << face.score << '\n';
    }

    demask::EncodeOptions encoding;
    encoding.metadata_source = argv[1];  // Keeps date, camera and color profile.
    // Marks the file as partly made by a model.
    encoding.synthetic = demask::any_reconstructed(result);
    demask::write_image(argv[2], result.photo, encoding);
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "photo: " << error.what() << '\n';
    return 1;
  }
}
