// SPDX-License-Identifier: Apache-2.0
#include "samples/landmark_samples.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "augment/masked_photo.hpp"
#include "core/landmarks.hpp"
#include "imaging/mat.hpp"
#include "imaging/preprocess.hpp"

namespace demask::training {
namespace {

constexpr float mask_probability = 0.75F;
// Side of the crop over the larger side of the detected box: the library's default.
constexpr float crop_scale = 1.5F;
// Bounds on the simulated errors of the detector's box and eye line.
constexpr float box_shift = 0.08F;
constexpr float min_box = 0.85F;
constexpr float max_box = 1.2F;
constexpr float roll_error = 0.35F;

Box displaced(const Box& box, Random& random) {
  const float scale = random.uniform(min_box, max_box);
  const float side = std::max(box.width, box.height);
  const float x = box.x + 0.5F * box.width + side * random.uniform(-box_shift, box_shift);
  const float y = box.y + 0.5F * box.height + side * random.uniform(-box_shift, box_shift);
  return {x - 0.5F * scale * box.width, y - 0.5F * scale * box.height, scale * box.width,
          scale * box.height};
}

}  // namespace

LandmarkSamples::LandmarkSamples(std::vector<FaceRecord> faces, const TrainingOptions& options)
    : faces_(std::move(faces)),
      size_(options.size),
      order_(faces_.size(), options.seed),
      synthesizer_(make_synthesizer(options.data)) {}

LandmarkBatch LandmarkSamples::training_batch(std::uint64_t number, int count) {
  LandmarkBatch batch(count, size_);
  order_.for_batch(number, count, [&](int place, std::size_t item, std::mt19937_64& engine) {
    fill(batch, place, faces_[item], true, engine);
  });
  return batch;
}

LandmarkBatch LandmarkSamples::validation_batch(std::size_t first, int count) const {
  LandmarkBatch batch(count, size_);
  for (int i = 0; i < count; ++i) {
    const std::size_t item = first + static_cast<std::size_t>(i);
    std::mt19937_64 engine(item);
    fill(batch, i, faces_[item], false, engine);
  }
  return batch;
}

void LandmarkSamples::fill(LandmarkBatch& batch, int index, const FaceRecord& record, bool augment,
                           std::mt19937_64& engine) const {
  Random random(engine);
  const bool mirrored = augment && random.chance(0.5F);
  MaskedPhoto masked =
      read_masked_photo(record, mirrored, augment ? mask_probability : 1.0F, synthesizer_, engine);
  const std::array<Point, 2> eyes = eye_centers(masked.photo.landmarks);
  float roll = std::atan2(eyes[1].y - eyes[0].y, eyes[1].x - eyes[0].x);
  Box box = masked.box;
  if (augment) {
    roll += random.uniform(-roll_error, roll_error);
    box = displaced(box, random);
  }
  const Similarity to_crop = imaging::landmark_crop(box, roll, crop_scale, size_);
  cv::Mat crop =
      imaging::warp_to_square(imaging::as_view(masked.photo.rgb, PixelFormat::rgb), to_crop, size_);
  if (augment) {
    if (random.chance(0.6F)) {
      jitter_colors(crop, 0.8F, random);
    }
    degrade(crop, random);
  }
  crop.copyTo(batch.crop.at(index));
  const auto side = static_cast<float>(size_);
  auto* target = batch.points.data() + static_cast<std::ptrdiff_t>(index) * points_per_face * 2;
  for (const Point& p : core::transformed(masked.photo.landmarks, to_crop).points) {
    *target++ = (p.x + 0.5F) / side;
    *target++ = (p.y + 0.5F) / side;
  }
}

}  // namespace demask::training
