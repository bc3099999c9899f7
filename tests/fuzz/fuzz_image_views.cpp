// SPDX-License-Identifier: Apache-2.0

/// @file
/// Converts and warps image views of any size, stride and format.

#include "input.hpp"

using demask::fuzz::any_float;
using demask::fuzz::any_integer;
using demask::fuzz::checked;

namespace {

void read_to_the_end(const demask_image* image) {
  demask_image_view view{};
  view.struct_size = sizeof view;
  checked(demask_image_get_view(image, &view));
  constexpr std::array<int, 5> channels = {1, 3, 3, 4, 4};
  volatile std::uint8_t last = 0;
  last = view.data[view.stride * (view.height - 1) +
                   std::int64_t{view.width} * channels[static_cast<std::size_t>(view.format)] - 1];
  (void)last;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  FuzzedDataProvider input(data, size);
  const demask::fuzz::View view(input);
  demask_image* image = nullptr;
  if (checked(demask_image_convert(view.get(), input.ConsumeIntegralInRange<int>(-1, 5), &image)) ==
      DEMASK_OK) {
    read_to_the_end(image);
    demask_image_free(image);
  }

  std::vector<float> points;
  for (int i = 0; i < 2 * 68; ++i) points.push_back(any_float(input));
  demask_landmarks landmarks{};
  landmarks.struct_size = sizeof landmarks;
  landmarks.scheme = DEMASK_LANDMARKS_IBUG68;
  landmarks.count = 68;
  landmarks.points = points.data();
  const int side = any_integer(input) % 300;
  std::array<double, 6> matrix{};
  checked(demask_canonical_similarity(&landmarks, side, matrix.data()));
  image = nullptr;
  if (checked(demask_canonical_face(view.get(), &landmarks, side, &image)) == DEMASK_OK) {
    read_to_the_end(image);
    demask_image_free(image);
  }
  return 0;
}
