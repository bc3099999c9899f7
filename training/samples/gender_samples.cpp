// SPDX-License-Identifier: Apache-2.0
#include "samples/gender_samples.hpp"

#include <algorithm>
#include <utility>

#include "augment/masked_photo.hpp"

namespace demask::training {
namespace {

constexpr float mask_probability = 0.6F;
constexpr SimilarityJitter alignment_jitter{0.03F, 0.08F, 0.08F};

}  // namespace

GenderBatch::GenderBatch(int count, int size)
    : face(count, size, 3),
      label(static_cast<std::size_t>(count)),
      item(static_cast<std::size_t>(count)) {}

std::vector<FaceRecord> read_faces_of_known_gender(const std::filesystem::path& data,
                                                   const std::string& split) {
  std::vector<FaceRecord> faces = read_faces(data, split);
  faces.erase(std::remove_if(faces.begin(), faces.end(),
                             [](const FaceRecord& face) { return !face.gender.has_value(); }),
              faces.end());
  return faces;
}

GenderSamples::GenderSamples(std::vector<FaceRecord> faces, const TrainingOptions& options)
    : faces_(std::move(faces)),
      size_(options.size),
      order_(faces_.size(), options.seed),
      synthesizer_(make_synthesizer(options.data)) {}

GenderBatch GenderSamples::training_batch(std::uint64_t number, int count) {
  GenderBatch batch(count, size_);
  order_.for_batch(number, count, [&](int place, std::size_t item, std::mt19937_64& engine) {
    Random random(engine);
    const bool mirrored = random.chance(0.5F);
    const Similarity jitter = random_similarity(alignment_jitter, size_, random);
    cv::Mat face = read_masked_canonical(faces_[item], mirrored, mask_probability, size_, jitter,
                                         synthesizer_, engine)
                       .rgb;
    if (random.chance(0.6F)) {
      jitter_colors(face, 0.8F, random);
    }
    degrade(face, random);
    put(batch, place, face, item);
  });
  return batch;
}

GenderBatch GenderSamples::validation_batch(std::size_t first, int count, bool masked) const {
  GenderBatch batch(count, size_);
  for (int i = 0; i < count; ++i) {
    const std::size_t item = first + static_cast<std::size_t>(i);
    std::mt19937_64 engine(item);
    put(batch, i,
        read_masked_canonical(faces_[item], false, masked ? 1.0F : 0.0F, size_, {}, synthesizer_,
                              engine)
            .rgb,
        item);
  }
  return batch;
}

void GenderSamples::put(GenderBatch& batch, int index, const cv::Mat& face,
                        std::size_t item) const {
  face.copyTo(batch.face.at(index));
  const auto place = static_cast<std::size_t>(index);
  batch.label[place] = static_cast<std::int64_t>(faces_[item].gender.value_or(Gender::female));
  batch.item[place] = item;
}

}  // namespace demask::training
