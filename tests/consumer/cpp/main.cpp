// SPDX-License-Identifier: Apache-2.0

// usage: consumer PHOTO OUT
// A user of the installed C++ library: reconstructs a photo and fails if no face was found.
#include <demask/demask.hpp>
#include <iostream>

int main(int argc, char** argv) {
  if (argc != 3) {
    return 2;
  }
  try {
    const demask::ModelBundle bundle = demask::ModelBundle::find_default();
    std::cout << "demask " << demask::version() << ", models in " << bundle.folder() << '\n';
    const demask::FaceReconstructor reconstructor(bundle);
    const demask::Result result = reconstructor.reconstruct(demask::read_image(argv[1]));
    demask::write_image(argv[2], result.photo);
    for (const demask::FaceResult& face : result.faces) {
      std::cout << demask::to_string(face.status) << '\n';
    }
    return result.faces.empty() ? 1 : 0;
  } catch (const demask::Error& error) {
    std::cerr << demask::to_string(error.code()) << ": " << error.what() << '\n';
    return 1;
  }
}
