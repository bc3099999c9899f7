// SPDX-License-Identifier: Apache-2.0
#include "samples/prior_batch.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <opencv2/imgproc.hpp>

#include "augment/augmentation.hpp"
#include "augment/canonical_sampling.hpp"
#include "core/landmarks.hpp"
#include "imaging/mat.hpp"
#include "imaging/preprocess.hpp"
#include "metrics/face_embedding.hpp"
#include "samples/covered_face.hpp"
#include "samples/landmark_noise.hpp"

namespace demask::training {
namespace {

// What the errors of detected landmarks move the square by.
constexpr SimilarityJitter alignment_jitter{0.01F, 0.02F, 0.02F};
constexpr float recolored_share = 0.4F;
constexpr float recoloring = 0.3F;
constexpr float degraded_share = 0.5F;

// From a square of `from` px to the same square at `to` px.
Similarity resized(int from, int to) {
  const double scale = static_cast<double>(to) / from;
  return {scale, 0.0, 0.5 * scale - 0.5, 0.5 * scale - 0.5};
}

// By how many pixels the square reaches beyond the picture at most, on any side.
int missing_border(cv::Size picture, const Similarity& to_square, int size) {
  const Similarity back = to_square.inverse();
  float missing = 0.0F;
  for (const Point corner : {Point{0.0F, 0.0F}, Point{static_cast<float>(size), 0.0F},
                             Point{0.0F, static_cast<float>(size)},
                             Point{static_cast<float>(size), static_cast<float>(size)}}) {
    const Point p = back(corner);
    missing = std::max({missing, -p.x, -p.y, p.x - static_cast<float>(picture.width),
                        p.y - static_cast<float>(picture.height)});
  }
  constexpr int reach = 4;  // of the interpolation
  return cvCeil(missing) + reach;
}

// The face on its square of `size` pixels, moved by `jitter`.
CanonicalFace on_square(const PriorFace& face, int size, const Similarity& jitter) {
  CanonicalFace square;
  square.to_canonical = jitter * resized(PriorFace::unit_side, size) * face.to_unit;
  const int border = missing_border(face.rgb.size(), square.to_canonical, size);
  cv::Mat continued;
  cv::copyMakeBorder(face.rgb, continued, border, border, border, border, cv::BORDER_REFLECT);
  const Similarity without_border(1.0, 0.0, -border, -border);
  square.rgb = imaging::warp_to_square(imaging::as_view(continued, PixelFormat::rgb),
                                       square.to_canonical * without_border, size);
  square.coverage = imaging::warp_coverage(face.rgb.size(), square.to_canonical, size);
  square.landmarks = core::transformed(face.landmarks, square.to_canonical);
  return square;
}

}  // namespace

PriorBatch::PriorBatch(int count, int size, std::size_t code_values)
    : truth(count, size, 3),
      visible(count, size, 3),
      hole(count, size, 1),
      unknown(count, size, 1),
      coverage(count, size, 1),
      landmarks(static_cast<std::size_t>(count)),
      landmark_map(count, size, 1),
      codes(static_cast<std::size_t>(count) * code_values),
      embedding_grid(static_cast<std::size_t>(count) * 6) {}

void put_masked_face(PriorBatch& batch, int index, const PriorFace& face,
                     const PriorVariation& variation, const synthesis::MaskSynthesizer& synthesizer,
                     std::mt19937_64& engine) {
  Random random(engine);
  const int size = batch.truth.size();
  const bool augment = variation.augment;
  const Similarity jitter =
      augment ? random_similarity(alignment_jitter, size, random) : Similarity();
  CanonicalFace square = on_square(face, size, jitter);
  if (augment && random.chance(recolored_share)) {
    jitter_colors(square.rgb, recoloring, random);
  }
  square.rgb.copyTo(batch.truth.at(index));
  square.coverage.copyTo(batch.coverage.at(index));
  // What is continued by reflection is given to the painter like the rest.
  square.coverage.setTo(255);
  CoveredFace covered = cover_face(square, augment, synthesizer, engine);
  if (augment && random.chance(degraded_share)) {
    degrade(covered.rgb, random);
  }
  covered.rgb.copyTo(batch.visible.at(index));
  batch.visible.at(index).setTo(cv::Scalar::all(0.0), covered.hole);
  covered.hole.copyTo(batch.hole.at(index));
  covered.hole.copyTo(batch.unknown.at(index));
  Landmarks& drawn = batch.landmarks[static_cast<std::size_t>(index)];
  drawn = with_detector_noise(square.landmarks, variation.landmark_errors, random);
  imaging::draw_landmark_map(drawn, size).copyTo(batch.landmark_map.at(index));
  const std::array<float, 6> grid = embedding_grid(square.landmarks, size);
  std::copy(grid.begin(), grid.end(),
            batch.embedding_grid.begin() + static_cast<std::ptrdiff_t>(index) * 6);
  std::copy(face.codes.begin(), face.codes.end(),
            batch.codes.begin() + static_cast<std::ptrdiff_t>(face.codes.size()) * index);
}

}  // namespace demask::training
