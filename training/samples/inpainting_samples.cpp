// SPDX-License-Identifier: Apache-2.0

#include "samples/inpainting_samples.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <utility>

#include "augment/augmentation.hpp"
#include "augment/canonical_sampling.hpp"
#include "augment/masked_photo.hpp"
#include "core/canonical_frame.hpp"
#include "imaging/mask_morphology.hpp"
#include "imaging/preprocess.hpp"
#include "losses/face_embedding.hpp"
#include "pipeline/mask_room.hpp"
#include "samples/landmark_noise.hpp"
#include "samples/landmark_warp.hpp"

namespace demask::training {
namespace {

constexpr SimilarityJitter alignment_jitter{0.02F, 0.04F, 0.04F};
// Share of the training faces that are scaled down, as the pipeline does where a mask needs room.
constexpr float smaller_share = 0.3F;
// Simulated segmenter errors, as fractions of the side: the amplitude of the outline's wavering and
// the bounds on how far the mask is dilated afterward.
constexpr float outline_waver = 0.02F;
constexpr float min_dilation = 0.005F;
constexpr float max_dilation = 0.04F;
// Share of the training samples with a painted mask whose shadow and rim stay visible.
constexpr float worn_share = 0.6F;
// Share of these whose straps are part of the hole; on the others they stay visible, as if a
// segmenter had missed them.
constexpr float strap_share = 0.75F;
// Bounds on how much straps are widened, as fractions of the side.
constexpr float min_strap_margin = 0.008F;
constexpr float max_strap_margin = 0.024F;

// The similarity from the embedding's pixels to the canonical face's, as an affine grid in
// normalized coordinates (pixel p of n is at (2 p + 1) / n - 1).
std::array<float, 6> embedding_grid(const Landmarks& landmarks, int size) {
  const auto m = embedding_alignment(landmarks).inverse().matrix();
  const double side = size;
  const double ratio = embedding_size / side;
  const double center = 0.5 * (embedding_size - 1.0);
  const auto offset = [&](double a, double b, double t) {
    return (2.0 * (a * center + b * center + t) + 1.0) / side - 1.0;
  };
  return {static_cast<float>(m[0] * ratio),
          static_cast<float>(m[1] * ratio),
          static_cast<float>(offset(m[0], m[1], m[2])),
          static_cast<float>(m[3] * ratio),
          static_cast<float>(m[4] * ratio),
          static_cast<float>(offset(m[3], m[4], m[5]))};
}

// Makes a mask's outline waver as a segmenter's would: slightly too small in places, too large in
// others.
cv::Mat wavering_outline(const cv::Mat& mask, Random& random) {
  constexpr int waves = 8;  // across the side
  cv::Mat coarse(waves, waves, CV_32FC1);
  cv::RNG(random.bits()).fill(coarse, cv::RNG::UNIFORM, 0.15, 0.85);
  cv::Mat threshold;
  cv::resize(coarse, threshold, mask.size(), 0.0, 0.0, cv::INTER_CUBIC);
  cv::Mat soft;
  mask.convertTo(soft, CV_32F, 1.0 / 255.0);
  cv::GaussianBlur(soft, soft, {}, static_cast<double>(outline_waver) * mask.cols);
  return soft > threshold;
}

}  // namespace

struct InpaintingSamples::CoveredFace {
  cv::Mat rgb;
  cv::Mat hole;
};

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

InpaintingSamples::CoveredFace InpaintingSamples::cover(const CanonicalFace& face, bool augment,
                                                        std::mt19937_64& engine) const {
  Random random(engine);
  const auto pixels = [this](float of_side) {
    return cvRound(of_side * static_cast<float>(size_));
  };
  const float growth = augment ? random.uniform(min_dilation, max_dilation) : 0.5F * max_dilation;
  CoveredFace result;
  if (augment && random.chance(worn_share)) {
    synthesis::MaskedFace worn = synthesizer_.wear(face.rgb, to_synthesis(face.landmarks), engine);
    worn.image.setTo(cv::Scalar::all(0.0), face.coverage == 0);
    result.rgb = std::move(worn.image);
    result.hole = imaging::dilate_mask(wavering_outline(worn.mask, random), pixels(growth));
    if (random.chance(strap_share)) {
      const float margin = random.uniform(min_strap_margin, max_strap_margin);
      result.hole =
          imaging::with_straps(result.hole, straps_of(worn.alpha, worn.mask) > 127, pixels(margin),
                               pixels(static_cast<float>(imaging::strap_gap)));
    }
  } else {
    result.rgb = face.rgb;
    result.hole = imaging::dilate_mask(
        synthesizer_.coverage(to_synthesis(face.landmarks), {size_, size_}, engine),
        pixels(growth));
  }
  return result;
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
  CoveredFace covered = cover(face, augment, engine);
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
