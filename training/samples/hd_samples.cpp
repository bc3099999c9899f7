// SPDX-License-Identifier: Apache-2.0
#include "samples/hd_samples.hpp"

#include "augment/augmentation.hpp"
#include "augment/canonical_sampling.hpp"
#include "core/prior_square.hpp"
#include "data/face_dataset.hpp"
#include "demask/error.hpp"
#include "imaging/mat.hpp"

namespace demask::training {
namespace {

std::vector<FaceRecord> sharp_faces(const std::vector<HdFace>& faces) {
  std::vector<FaceRecord> sharp;
  for (const HdFace& face : faces) {
    if (face.sharp) {
      sharp.push_back(face.record);
    }
  }
  if (sharp.empty()) {
    throw Error(
        ErrorCode::invalid_argument,
        "hd: all photos of the split were enlarged; check the column 'detail' of crops.csv");
  }
  return sharp;
}

}  // namespace

HdSamples::HdSamples(const std::vector<HdFace>& faces,
                     std::shared_ptr<const LandmarkDetector> landmarks,
                     const synthesis::MaskSynthesizer& synthesizer, std::uint64_t seed, int loaders)
    : faces_(sharp_faces(faces)),
      found_(faces_.size()),
      landmarks_(std::move(landmarks)),
      synthesizer_(synthesizer),
      order_(faces_.size(), seed),
      workers_(loaders) {}

PriorBatch HdSamples::training_batch(std::uint64_t first, int count, int size) {
  std::vector<PriorFace> faces;
  for (int place = 0; place < count; ++place) {
    faces.push_back(read(order_.item(first + static_cast<std::uint64_t>(place))));
  }
  PriorBatch batch(count, size);
  workers_.for_each(faces.size(), [&](std::size_t place) {
    std::mt19937_64 engine = order_.engine(first + place);
    PriorFace& face = faces[place];
    if (Random(engine).chance(0.5F)) {
      const AnnotatedPhoto mirrored = mirror({face.rgb, face.landmarks});
      face.rgb = mirrored.rgb;
      face.landmarks = mirrored.landmarks;
      face.to_unit = core::prior_similarity(face.landmarks, PriorFace::unit_side);
    }
    const PriorVariation variation{true, Random(engine).uniform(0.0F, 1.0F)};
    put_masked_face(batch, static_cast<int>(place), face, variation, synthesizer_, engine);
  });
  return batch;
}

PriorBatch HdSamples::validation_batch(std::size_t first, int count, int size) {
  PriorBatch batch(count, size);
  for (int place = 0; place < count; ++place) {
    const std::size_t item = first + static_cast<std::size_t>(place);
    std::mt19937_64 engine(item);
    put_masked_face(batch, place, read(item), {false, 1.0F}, synthesizer_, engine);
  }
  return batch;
}

PriorFace HdSamples::read(std::size_t item) {
  const FaceRecord& face = faces_[item];
  PriorFace result;
  result.rgb = read_rgb(face.file);
  if (found_[item].empty()) {
    const Detection detection{face.box, 1.0F, face.points};
    found_[item] = to_ibug68(
        landmarks_->detect(region_of(imaging::as_view(result.rgb, PixelFormat::rgb), detection)));
  }
  result.landmarks = found_[item];
  result.to_unit = core::prior_similarity(result.landmarks, PriorFace::unit_side);
  return result;
}

}  // namespace demask::training
