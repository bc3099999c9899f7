// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "augment/put_masks_on.hpp"
#include "data/face_annotator.hpp"
#include "dataset/commands.hpp"
#include "dataset/landmark_file.hpp"
#include "demask/error.hpp"
#include "demask/image_io.hpp"
#include "imaging/mat.hpp"

namespace demask::training {
void synthesize(const SynthesizeOptions& options) {
  const Image photo = convert(read_image(options.photo), PixelFormat::rgb);
  const std::vector<Landmarks> faces = options.landmarks.empty()
                                           ? find_landmarks(photo, options.models)
                                           : read_landmark_file(options.landmarks);
  if (faces.empty()) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("{}: no face was found; give a photo with larger faces, or --landmarks",
                            options.photo.string()));
  }
  const auto synthesizer = options.templates.empty()
                               ? synthesis::MaskSynthesizer::procedural()
                               : synthesis::MaskSynthesizer::with_templates(options.templates);
  const PhotoWithMasks masked =
      put_masks_on(imaging::as_mat(photo.view()), faces, synthesizer, options.seed);
  write_image(options.out, imaging::as_view(masked.rgb, PixelFormat::rgb));
  if (!options.mask.empty()) {
    write_image(options.mask, imaging::as_view(masked.mask, PixelFormat::gray));
  }
  fmt::print("{}: {} masked ({})\n", options.out.string(),
             faces.size() == 1 ? "1 face" : fmt::format("{} faces", faces.size()),
             fmt::join(masked.kinds, ", "));
}

}  // namespace demask::training
