#include "samples/prior_samples.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <opencv2/imgproc.hpp>
#include <utility>

#include "common/augmentation.hpp"
#include "common/canonical_sampling.hpp"
#include "common/landmark_errors.hpp"
#include "imaging/mat.hpp"
#include "imaging/preprocess.hpp"
#include "samples/covered_face.hpp"

namespace demask::training {
namespace {

constexpr SimilarityJitter alignment_jitter{0.01F, 0.02F, 0.02F};
/// By how much a face is continued by reflection, so that jitter shows no border; of its side.
constexpr float margin = 0.08F;
constexpr float recolored_share = 0.4F;
constexpr float recoloring = 0.3F;
constexpr float degraded_share = 0.5F;
/// Where a face detector finds an FFHQ-aligned face, as fractions of the side.
constexpr Box aligned_box{0.22F, 0.165F, 0.545F, 0.765F};

/// The face on a square of `size` pixels, moved by `jitter`.
CanonicalFace on_square(const cv::Mat& rgb, const Landmarks& landmarks, int size,
                        const Similarity& jitter) {
  const int border = cvRound(margin * static_cast<float>(rgb.cols));
  cv::Mat continued;
  cv::copyMakeBorder(rgb, continued, border, border, border, border, cv::BORDER_REFLECT_101);
  const double scale = static_cast<double>(size) / rgb.cols;
  const double offset = 0.5 * scale - 0.5;
  const Similarity shrink(scale, 0.0, offset, offset);
  const Similarity uncontinue(1.0, 0.0, -border, -border);
  CanonicalFace face;
  face.to_canonical = jitter * shrink;
  face.rgb = imaging::warp_to_square(imaging::as_view(continued, PixelFormat::rgb),
                                     face.to_canonical * uncontinue, size);
  face.coverage = cv::Mat(size, size, CV_8UC1, cv::Scalar(255));
  face.landmarks = transform(landmarks, face.to_canonical);
  return face;
}

}  // namespace

PriorBatch::PriorBatch(int count, int size)
    : truth(count, size, 3),
      visible(count, size, 3),
      hole(count, size, 1),
      landmark_map(count, size, 1) {}

PriorSamples::PriorSamples(FaceSource source, std::shared_ptr<const LandmarkDetector> landmarks,
                           const synthesis::MaskSynthesizer& synthesizer, int size,
                           std::uint64_t seed, const FaceReuse& reuse)
    : source_(std::move(source)),
      landmarks_(std::move(landmarks)),
      synthesizer_(synthesizer),
      size_(size),
      order_(1, seed),
      reuse_(reuse) {}

PriorBatch PriorSamples::training_batch(std::uint64_t number, int count) {
  const auto uses = static_cast<std::uint64_t>(reuse_.uses);
  const auto window = static_cast<std::uint64_t>(reuse_.window);
  const auto oldest_at = [uses](std::uint64_t sample) { return sample / uses; };
  const std::uint64_t first = number * static_cast<std::uint64_t>(count);
  const std::uint64_t last = first + static_cast<std::uint64_t>(count) - 1;
  show_faces_until(oldest_at(first), oldest_at(last) + window);
  PriorBatch batch(count, size_);
  for (int place = 0; place < count; ++place) {
    const std::uint64_t sample = first + static_cast<std::uint64_t>(place);
    std::mt19937_64 engine = order_.engine(sample);
    const int ahead = Random(engine).integer(0, reuse_.window - 1);
    const std::uint64_t face = oldest_at(sample) + static_cast<std::uint64_t>(ahead);
    fill(batch, place, shown_[static_cast<std::size_t>(face - first_shown_)], true, engine);
  }
  return batch;
}

PriorBatch PriorSamples::validation_batch(std::uint64_t first, int count) const {
  const std::vector<Face> faces = make_faces(first, count);
  PriorBatch batch(count, size_);
  for (int place = 0; place < count; ++place) {
    std::mt19937_64 engine = order_.engine(first + static_cast<std::uint64_t>(place));
    fill(batch, place, faces[static_cast<std::size_t>(place)], false, engine);
  }
  return batch;
}

std::vector<PriorSamples::Face> PriorSamples::make_faces(std::uint64_t first, int count) const {
  std::vector<GeneratedFace> generated = source_(first, count);
  std::vector<FaceRegion> regions;
  for (const GeneratedFace& face : generated) {
    const auto side = static_cast<float>(face.rgb.cols);
    FaceRegion& region = regions.emplace_back();
    region.photo = imaging::as_view(face.rgb, PixelFormat::rgb);
    region.box = {aligned_box.x * side, aligned_box.y * side, aligned_box.width * side,
                  aligned_box.height * side};
    region.single_look = true;
  }
  std::vector<Landmarks> found = landmarks_->detect(regions);
  std::vector<Face> faces;
  for (std::size_t i = 0; i < generated.size(); ++i) {
    faces.push_back({std::move(generated[i]), to_ibug68(found[i])});
  }
  return faces;
}

/// Afterwards `shown_` holds the faces from `oldest` up to but not including `newest`.
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
  if (next == newest) return;
  std::vector<Face> faces = make_faces(next, static_cast<int>(newest - next));
  std::move(faces.begin(), faces.end(), std::back_inserter(shown_));
}

void PriorSamples::fill(PriorBatch& batch, int index, const Face& shown, bool augment,
                        std::mt19937_64& engine) const {
  Random random(engine);
  const Similarity jitter =
      augment ? random_similarity(alignment_jitter, size_, random) : Similarity();
  CanonicalFace face = on_square(shown.generated.rgb, shown.landmarks, size_, jitter);
  if (augment && random.chance(recolored_share)) jitter_colors(face.rgb, recoloring, random);
  face.rgb.copyTo(batch.truth.at(index));
  CoveredFace covered = cover_face(face, augment, synthesizer_, engine);
  if (augment && random.chance(degraded_share)) degrade(covered.rgb, random);
  const float errors = augment ? random.uniform(0.0F, 1.0F) : 1.0F;
  const Landmarks drawn = with_detector_errors(face.landmarks, errors, random);
  covered.rgb.copyTo(batch.visible.at(index));
  covered.hole.copyTo(batch.hole.at(index));
  imaging::draw_landmark_map(drawn, size_).copyTo(batch.landmark_map.at(index));
  batch.codes.resize(static_cast<std::size_t>(batch.truth.count()) * shown.generated.codes.size());
  std::copy(
      shown.generated.codes.begin(), shown.generated.codes.end(),
      batch.codes.begin() + static_cast<std::ptrdiff_t>(shown.generated.codes.size()) * index);
}

}  // namespace demask::training
