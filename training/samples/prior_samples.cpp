// SPDX-License-Identifier: Apache-2.0
#include "samples/prior_samples.hpp"

#include <cstddef>
#include <iterator>
#include <utility>

#include "augment/augmentation.hpp"
#include "imaging/mat.hpp"

namespace demask::training {
namespace {

// Where a face detector finds an FFHQ-aligned face, as fractions of the side.
constexpr Box aligned_box{0.22F, 0.165F, 0.545F, 0.765F};

}  // namespace

PriorSamples::PriorSamples(FaceSource source, std::shared_ptr<const LandmarkDetector> landmarks,
                           const synthesis::MaskSynthesizer& synthesizer, std::uint64_t seed,
                           const FaceReuse& reuse, int loaders)
    : source_(std::move(source)),
      landmarks_(std::move(landmarks)),
      synthesizer_(synthesizer),
      order_(1, seed),
      reuse_(reuse),
      workers_(loaders) {}

PriorBatch PriorSamples::training_batch(std::uint64_t first, int count, int size) {
  const auto uses = static_cast<std::uint64_t>(reuse_.uses);
  const auto window = static_cast<std::uint64_t>(reuse_.window);
  const auto oldest_at = [uses](std::uint64_t sample) { return sample / uses; };
  const std::uint64_t last = first + static_cast<std::uint64_t>(count) - 1;
  show_faces_until(oldest_at(first), oldest_at(last) + window);
  PriorBatch batch(count, size, shown_.front().codes.size());
  workers_.for_each(static_cast<std::size_t>(count), [&](std::size_t place) {
    const std::uint64_t sample = first + place;
    std::mt19937_64 engine = order_.engine(sample);
    const int ahead = Random(engine).integer(0, reuse_.window - 1);
    const std::uint64_t face = oldest_at(sample) + static_cast<std::uint64_t>(ahead);
    const PriorVariation variation{true, Random(engine).uniform(0.0F, 1.0F)};
    put_masked_face(batch, static_cast<int>(place),
                    shown_[static_cast<std::size_t>(face - first_shown_)], variation, synthesizer_,
                    engine);
  });
  return batch;
}

PriorBatch PriorSamples::validation_batch(std::uint64_t first, int count, int size) const {
  const std::vector<PriorFace> faces = make_faces(first, count);
  PriorBatch batch(count, size, faces.front().codes.size());
  workers_.for_each(faces.size(), [&](std::size_t place) {
    std::mt19937_64 engine = order_.engine(first + place);
    put_masked_face(batch, static_cast<int>(place), faces[place], {false, 1.0F}, synthesizer_,
                    engine);
  });
  return batch;
}

std::vector<PriorFace> PriorSamples::make_faces(std::uint64_t first, int count) const {
  std::vector<GeneratedFace> generated = source_(first, count);
  std::vector<FaceRegion> regions;
  for (const GeneratedFace& face : generated) {
    const auto side = static_cast<float>(face.rgb.cols);
    FaceRegion& region = regions.emplace_back();
    region.photo = imaging::as_view(face.rgb, PixelFormat::rgb);
    region.box = {aligned_box.x * side, aligned_box.y * side, aligned_box.width * side,
                  aligned_box.height * side};
    region.single_pass = true;
  }
  const std::vector<Landmarks> found = landmarks_->detect(regions);
  std::vector<PriorFace> faces;
  for (std::size_t i = 0; i < generated.size(); ++i) {
    const double scale = static_cast<double>(PriorFace::unit_side) / generated[i].rgb.cols;
    const double offset = 0.5 * scale - 0.5;
    faces.push_back({std::move(generated[i].rgb), to_ibug68(found[i]),
                     Similarity(scale, 0.0, offset, offset), std::move(generated[i].codes)});
  }
  return faces;
}

// Afterwards `shown_` holds the faces from `oldest` up to but not including `newest`.
void PriorSamples::show_faces_until(std::uint64_t oldest, std::uint64_t newest) {
  if (oldest < first_shown_ || oldest > first_shown_ + shown_.size()) {
    shown_.clear();
    first_shown_ = oldest;
  }
  while (first_shown_ < oldest) {
    shown_.pop_front();
    ++first_shown_;
  }
  const std::uint64_t next = first_shown_ + shown_.size();
  if (next == newest) {
    return;
  }
  std::vector<PriorFace> faces = make_faces(next, static_cast<int>(newest - next));
  std::move(faces.begin(), faces.end(), std::back_inserter(shown_));
}

}  // namespace demask::training
