// SPDX-License-Identifier: Apache-2.0
#include "samples/segmentation_samples.hpp"

#include <cmath>
#include <opencv2/imgproc.hpp>
#include <utility>

#include "augment/masked_photo.hpp"
#include "data/csv.hpp"
#include "data/spread.hpp"
#include "imaging/mat.hpp"
#include "imaging/preprocess.hpp"

namespace demask::training {
namespace {

constexpr float mask_probability = 0.85F;
// Share of the samples that are cut off by the photo's border, and how far, at most, the border
// reaches into the square, as a fraction of its side.
constexpr float border_share = 0.25F;
constexpr float deepest_border = 0.3F;
constexpr float max_border_slant = 0.1F;  // over the length of a side, as a fraction of it
// Shares of the samples with outlined and rendered masks, if there are any.
constexpr float outlined_share = 0.35F;
constexpr float rendered_share = 0.10F;
constexpr std::size_t held_out_step = 7;

constexpr SimilarityJitter alignment_jitter{0.04F, 0.12F, 0.12F};
// Wide, because a turned head's mask lies off center and partly outside the square.
constexpr SimilarityJitter outlined_jitter{0.16F, 0.30F, 0.25F};
// Shares of the outlined samples that get another fabric, and that are squeezed in width like a
// turned head.
constexpr float new_fabric_share = 0.4F;
constexpr float squeezed_share = 0.4F;
constexpr float narrowest = 0.72F;

// Area and center of a mask on the average canonical face, as fractions of the square's area and
// side. Photos without landmarks are aligned by them.
constexpr double typical_area = 0.21;
constexpr double typical_x = 0.50;
constexpr double typical_y = 0.74;

// The coverage of a photo that ends inside the square: 255 where it has pixels, else 0.
cv::Mat random_coverage(int size, Random& random) {
  const auto inwards = [&] {
    return random.chance(0.5F) ? static_cast<float>(size) * random.uniform(0.0F, deepest_border)
                               : -1.0F;
  };
  const float left = inwards();
  const float top = inwards();
  const auto far = static_cast<float>(size);
  const float right = far - inwards();
  const float bottom = far - inwards();
  const float slant = random.uniform(-max_border_slant, max_border_slant);
  cv::Mat coverage = cv::Mat::zeros(size, size, CV_8UC1);
  std::vector<cv::Point> corners;
  for (const auto& [x, y] : {std::pair{left, top}, {right, top}, {right, bottom}, {left, bottom}}) {
    corners.emplace_back(cvRound(x - slant * (y - 0.5F * far)),
                         cvRound(y + slant * (x - 0.5F * far)));
  }
  cv::fillConvexPoly(coverage, corners, cv::Scalar(255));
  return coverage;
}

// The similarity that moves an outlined mask to the typical position on a canonical face.
Similarity align_by_mask(const cv::Mat& mask, int size) {
  const cv::Moments moments = cv::moments(mask, true);
  if (moments.m00 < 1.0) {
    const double scale = static_cast<double>(size) / std::max(mask.cols, mask.rows);
    return {scale, 0.0, 0.0, 0.0};
  }
  const double scale = size * std::sqrt(typical_area / moments.m00);
  return {scale, 0.0, typical_x * size - scale * moments.m10 / moments.m00,
          typical_y * size - scale * moments.m01 / moments.m00};
}

}  // namespace

std::vector<OutlinedMask> read_outlined(const std::filesystem::path& folder) {
  std::vector<OutlinedMask> found;
  if (!std::filesystem::exists(folder / "index.csv")) {
    return found;
  }
  const CsvTable table = CsvTable::read(folder / "index.csv");
  const std::size_t image = table.column("image");
  const std::size_t mask = table.column("mask");
  const std::size_t split = table.column("split");
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (table.text(row, split) != "train") {
      continue;
    }
    found.push_back({folder / table.text(row, image), folder / table.text(row, mask)});
  }
  return found;
}

SegmentationSamples::SegmentationSamples(const TrainingOptions& options,
                                         std::size_t validation_faces)
    : size_(options.size),
      faces_(read_faces(options.data, "train")),
      validation_faces_(spread(read_faces(options.data, "val"), validation_faces)),
      rendered_(read_outlined(options.data / "seg_synthetic")),
      order_(faces_.size(), options.seed),
      synthesizer_(make_synthesizer(options.data)),
      training_synthesizer_(synthesizer_.for_training()) {
  const std::vector<OutlinedMask> all = read_outlined(options.data / "seg_real");
  for (std::size_t i = 0; i < all.size(); ++i) {
    (i % held_out_step == held_out_step - 1 ? validation_outlined_ : outlined_).push_back(all[i]);
  }
}

SegmentationBatch SegmentationSamples::training_batch(std::uint64_t number, int count) {
  SegmentationBatch batch(count, size_);
  order_.for_batch(number, count, [&](int place, std::size_t item, std::mt19937_64& engine) {
    Random random(engine);
    const float kind = random.uniform(0.0F, 1.0F);
    if (kind < outlined_share && !outlined_.empty()) {
      fill_outlined(batch, place, random.pick(outlined_), &engine);
    } else if (kind > 1.0F - rendered_share && !rendered_.empty()) {
      fill_outlined(batch, place, random.pick(rendered_), &engine);
    } else {
      fill_painted(batch, place, item, engine);
    }
    cv::Mat face = batch.face.at(place);
    if (random.chance(0.7F)) {
      jitter_colors(face, 0.9F, random);
    }
    cv::Mat degraded = face.clone();
    degrade(degraded, random);
    degraded.copyTo(face);
    if (random.chance(border_share)) {
      const cv::Mat outside = random_coverage(size_, random) == 0;
      for (cv::Mat picture : {face, batch.mask.at(place), batch.straps.at(place)}) {
        picture.setTo(cv::Scalar::all(0.0), outside);
      }
    }
  });
  return batch;
}

SegmentationBatch SegmentationSamples::validation_batch(std::size_t first, int count,
                                                        bool masked) const {
  SegmentationBatch batch(count, size_);
  for (int i = 0; i < count; ++i) {
    const std::size_t item = first + static_cast<std::size_t>(i);
    std::mt19937_64 engine(item);
    const MaskedCanonicalFace face = read_masked_canonical(
        validation_faces_[item], false, masked ? 1.0F : 0.0F, size_, {}, synthesizer_, engine);
    face.rgb.copyTo(batch.face.at(i));
    face.mask.copyTo(batch.mask.at(i));
    face.straps.copyTo(batch.straps.at(i));
    batch.shows_straps[static_cast<std::size_t>(i)] = 1.0F;
  }
  return batch;
}

SegmentationBatch SegmentationSamples::validation_outlined_batch() const {
  const int count = static_cast<int>(validation_outlined_.size());
  SegmentationBatch batch(count, size_);
  for (int i = 0; i < count; ++i) {
    fill_outlined(batch, i, validation_outlined_[static_cast<std::size_t>(i)], nullptr);
  }
  return batch;
}

void SegmentationSamples::fill_painted(SegmentationBatch& batch, int index, std::size_t item,
                                       std::mt19937_64& engine) {
  Random random(engine);
  const bool mirrored = random.chance(0.5F);
  const Similarity jitter = random_similarity(alignment_jitter, size_, random);
  const MaskedCanonicalFace face = read_masked_canonical(
      faces_[item], mirrored, mask_probability, size_, jitter, training_synthesizer_, engine);
  face.rgb.copyTo(batch.face.at(index));
  face.mask.copyTo(batch.mask.at(index));
  face.straps.copyTo(batch.straps.at(index));
  batch.shows_straps[static_cast<std::size_t>(index)] = 1.0F;
}

// Without an engine the sample is not augmented.
void SegmentationSamples::fill_outlined(SegmentationBatch& batch, int index,
                                        const OutlinedMask& source, std::mt19937_64* engine) const {
  cv::Mat photo = read_rgb(source.image);
  cv::Mat mask;
  cv::extractChannel(read_rgb(source.mask), mask, 0);
  cv::threshold(mask, mask, 127.0, 255.0, cv::THRESH_BINARY);
  Similarity jitter;
  if (engine != nullptr) {
    Random random(*engine);
    if (random.chance(new_fabric_share)) {
      synthesizer_.replace_fabric(photo, mask, *engine);
    }
    if (random.chance(0.5F)) {
      cv::flip(photo, photo, 1);
      cv::flip(mask, mask, 1);
    }
    if (random.chance(squeezed_share)) {
      const double width = random.uniform(narrowest, 1.0F);
      cv::resize(photo, photo, {}, width, 1.0, cv::INTER_AREA);
      cv::resize(mask, mask, {}, width, 1.0, cv::INTER_LINEAR);
    }
    jitter = random_similarity(outlined_jitter, size_, random);
  }
  const Similarity to_square = jitter * align_by_mask(mask, size_);
  imaging::warp_to_square(imaging::as_view(photo, PixelFormat::rgb), to_square, size_)
      .copyTo(batch.face.at(index));
  warp_gray(mask, to_square, size_).copyTo(batch.mask.at(index));
}

}  // namespace demask::training
