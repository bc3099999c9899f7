// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <opencv2/imgproc.hpp>
#include <random>

#include "augment/masked_photo.hpp"
#include "data/face_dataset.hpp"
#include "data/spread.hpp"
#include "dataset/commands.hpp"
#include "demask/image_io.hpp"
#include "imaging/mat.hpp"
#include "programs/progress_line.hpp"

namespace demask::training {
namespace {

// The face, plain and with its mask outlined, side by side.
cv::Mat tile_of(const MaskedCanonicalFace& face) {
  cv::Mat outlined = face.rgb.clone();
  std::vector<std::vector<cv::Point>> contours;
  cv::findContours(face.mask > 127, contours, cv::RETR_EXTERNAL, cv::CHAIN_APPROX_NONE);
  cv::drawContours(outlined, contours, -1, cv::Scalar(0, 255, 0));
  cv::Mat tile;
  cv::hconcat(face.rgb, outlined, tile);
  return tile;
}

}  // namespace

void sheet(const SheetOptions& options) {
  const std::vector<FaceRecord> faces =
      spread(read_faces(options.data, options.split), static_cast<std::size_t>(options.count));
  const synthesis::MaskSynthesizer synthesizer = make_synthesizer(options.data);
  std::mt19937_64 engine(options.seed);
  const int count = static_cast<int>(faces.size());
  const int columns = std::min(options.columns, count);
  const int rows = (count + columns - 1) / columns;
  cv::Mat canvas(rows * options.size, columns * 2 * options.size, CV_8UC3, cv::Scalar::all(0));
  programs::ProgressLine progress;
  for (int i = 0; i < count; ++i) {
    progress.show_fraction(static_cast<double>(i) / count, "faces");
    const MaskedCanonicalFace face = read_masked_canonical(
        faces[static_cast<std::size_t>(i)], false, 1.0F, options.size, {}, synthesizer, engine);
    const cv::Rect place(i % columns * 2 * options.size, i / columns * options.size,
                         2 * options.size, options.size);
    tile_of(face).copyTo(canvas(place));
  }
  write_image(options.out, imaging::as_view(canvas, PixelFormat::rgb));
}

}  // namespace demask::training
