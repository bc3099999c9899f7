// SPDX-License-Identifier: Apache-2.0

/// @file
/// Reconstructs a photo with arbitrary options (numbers, boxes, landmarks, masks and struct sizes)
/// and stages that all work.

#include "arguments.hpp"

using demask::fuzz::checked;

namespace {

struct Photo {
  static constexpr int width = 90;
  static constexpr int height = 70;
  std::vector<std::uint8_t> pixels = std::vector<std::uint8_t>(3 * width * height);
  demask_image_view view{};

  Photo() {
    for (std::size_t i = 0; i < pixels.size(); ++i) {
      pixels[i] = static_cast<std::uint8_t>(i * 31 + i / 270);
    }
    view.struct_size = sizeof view;
    view.data = pixels.data();
    view.width = width;
    view.height = height;
    view.format = DEMASK_PIXEL_BGR;
  }
};

void check_result(const demask_result* result, const Photo& photo) {
  demask_image_view out{};
  out.struct_size = sizeof out;
  checked(demask_result_photo(result, &out));
  if (out.width != photo.view.width || out.height != photo.view.height) {
    demask::fuzz::report_defect("the photo has changed its size");
  }
  demask_image_view changed{};
  changed.struct_size = sizeof changed;
  checked(demask_result_changed(result, &changed));
  for (std::size_t i = 0; i < photo.pixels.size() / 3; ++i) {
    for (std::size_t channel = 3 * i; channel < 3 * i + 3; ++channel) {
      if (changed.data[i] == 0 && out.data[channel] != photo.pixels[channel]) {
        demask::fuzz::report_defect("a pixel outside of the changed ones has changed");
      }
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Photo photo;
  FuzzedDataProvider input(data, size);
  const demask::fuzz::ReconstructArguments arguments(input);
  demask::fuzz::SizedStruct<demask_reconstruct_options> options(arguments.options(), input);
  demask_bundle* bundle = demask::fuzz::bundle_from_memory(demask::fuzz::any_bundle_files(input));
  if (bundle == nullptr) return 0;
  demask_reconstructor* reconstructor = nullptr;
  checked(demask_reconstructor_create(bundle, nullptr, &reconstructor));
  demask_result* result = nullptr;
  if (checked(demask_reconstruct_view(reconstructor, &photo.view, options.get(), &result)) ==
      DEMASK_OK) {
    check_result(result, photo);
  }
  demask_result_free(result);
  demask_reconstructor_free(reconstructor);
  demask_bundle_free(bundle);
  return 0;
}
