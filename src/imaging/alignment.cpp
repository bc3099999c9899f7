// SPDX-License-Identifier: Apache-2.0
#include "demask/alignment.hpp"

#include <fmt/format.h>

#include <limits>

#include "demask/error.hpp"
#include "imaging/mat.hpp"
#include "imaging/preprocess.hpp"

namespace demask {

Image canonical_face(const ImageView& photo, const Landmarks& landmarks, int size) {
  validate(photo, std::numeric_limits<std::int64_t>::max());
  constexpr int max_size = 4096;
  if (size < 1 || size > max_size) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("size: {} is outside its range; give 1 to {}", size, max_size));
  }
  const Similarity to_canonical = canonical_similarity(landmarks, size);
  return imaging::to_image(imaging::warp_to_square(photo, to_canonical, size), PixelFormat::rgb);
}

}  // namespace demask
