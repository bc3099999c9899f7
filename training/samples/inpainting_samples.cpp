// SPDX-License-Identifier: Apache-2.0
#include "samples/inpainting_samples.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <utility>

#include "augment/augmentation.hpp"
#include "augment/background.hpp"
#include "augment/canonical_sampling.hpp"
#include "augment/masked_photo.hpp"
#include "core/canonical_frame.hpp"
#include "imaging/preprocess.hpp"
#include "metrics/face_embedding.hpp"
#include "pipeline/mask_room.hpp"
#include "samples/covered_face.hpp"
#include "samples/landmark_noise.hpp"
#include "samples/landmark_warp.hpp"

namespace demask::training {
namespace {

constexpr SimilarityJitter alignment_jitter{0.02F, 0.04F, 0.04F};
// Share of the training faces that are scaled down, as the pipeline does where a mask needs room.
constexpr float smaller_share = 0.3F;
// Share of the training faces before a background of strong colors.
constexpr float strong_background_share = 0.15F;

}  // namespace

InpaintingBatch::InpaintingBatch(int count, int size)
    : truth(count, size, 3),
      visible(count, size, 3),
      hole(count, size, 1),
      coverage(count, size, 1),
      landmark_map(count, size, 1),
      embedding_grid(static_cast<std::size_t>(count) * 6) {}

InpaintingSamples::InpaintingSamples(std::vector<FaceRecord> faces, const TrainingOptions& options)
    : faces_(std::move(faces)),
      size_(options.size),
      order_(faces_.size(), options.seed),
      synthesizer_(make_synthesizer(options.data)) {}

InpaintingBatch InpaintingSamples::training_batch(std::uint64_t number, int count) {
  InpaintingBatch batch(count, size_);
  order_.for_batch(number, count, [&](int place, std::size_t item, std::mt19937_64& engine) {
    const float landmark_noise = Random(engine).uniform(0.0F, 1.0F);
    fill(batch, place, faces_[item], landmark_noise, true, engine);
  });
  return batch;
}

InpaintingBatch InpaintingSamples::validation_batch(std::size_t first, int count,
                                                    float landmark_noise) const {
  InpaintingBatch batch(count, size_);
  for (int i = 0; i < count; ++i) {
    const std::size_t item = first + static_cast<std::size_t>(i);
    std::mt19937_64 engine(item);
    fill(batch, i, faces_[item], landmark_noise, false, engine);
  }
  return batch;
}

void InpaintingSamples::fill(InpaintingBatch& batch, int index, const FaceRecord& record,
                             float landmark_noise, bool augment, std::mt19937_64& engine) const {
  Random random(engine);
  AnnotatedPhoto photo{read_rgb(record.file), record.landmarks};
  Similarity jitter;
  if (augment) {
    if (random.chance(0.5F)) {
      photo = mirror(photo);
    }
    jitter = random_similarity(alignment_jitter, size_, random);
    if (random.chance(smaller_share)) {
      const float least = static_cast<float>(pipeline::min_face_scale);
      jitter = jitter * core::scaled_around_eyes(random.uniform(least, 1.0F), size_);
    }
  }
  CanonicalFace face = make_canonical(photo, size_, jitter);
  if (augment && random.chance(0.3F)) {
    jitter_colors(face.rgb, 0.4F, random);
    face.rgb.setTo(cv::Scalar::all(0.0), face.coverage == 0);
  }
  if (augment && random.chance(strong_background_share)) {
    replace_background(face, random);
  }
  const CoveredFace covered = cover_face(face, augment, synthesizer_, engine);
  const Landmarks drawn = with_detector_noise(face.landmarks, landmark_noise, random);

  // With the true face as its target, an inpainter given wrong landmarks learns to blur. With the
  // face warped to those landmarks, it learns to follow them.
  const cv::Mat truth =
      augment ? bend_to_landmarks(face.rgb, covered.hole, face.landmarks, drawn) : face.rgb;
  truth.copyTo(batch.truth.at(index));
  covered.rgb.copyTo(batch.visible.at(index));
  covered.hole.copyTo(batch.hole.at(index));
  face.coverage.copyTo(batch.coverage.at(index));
  imaging::draw_landmark_map(drawn, size_).copyTo(batch.landmark_map.at(index));
  const std::array<float, 6> grid = embedding_grid(face.landmarks, size_);
  std::copy(grid.begin(), grid.end(),
            batch.embedding_grid.begin() + static_cast<std::ptrdiff_t>(index) * 6);
}

}  // namespace demask::training
