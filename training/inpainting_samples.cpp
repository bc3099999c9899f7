#include "inpainting_samples.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "common/augmentation.hpp"
#include "common/canonical_sampling.hpp"
#include "imaging/mask_morphology.hpp"
#include "imaging/preprocess.hpp"

namespace demask::training {
namespace {

/// Where the face embedding wants eyes, nose and mouth corners on its 112 x 112 pixels.
const std::vector<Point> embedding_points = {
    {38.3F, 51.7F}, {73.5F, 51.5F}, {56.0F, 71.7F}, {41.5F, 92.4F}, {70.7F, 92.2F}};
constexpr double embedding_size = 112.0;

constexpr SimilarityJitter alignment_jitter{0.02F, 0.04F, 0.04F};
constexpr float landmark_error = 0.01F;         // of the distance of the eyes
constexpr float hidden_landmark_error = 0.02F;  // where the mask hides the point
constexpr float largest_dilation = 0.04F;       // of the side

/// The grid in normalised coordinates (pixel p of n is at (2 p + 1) / n - 1) of the similarity from
/// the embedding's pixels to the canonical face's.
std::array<float, 6> embedding_grid(const Landmarks& landmarks, int size) {
  const std::array<Point, 2> eyes = eye_centers(landmarks);
  const std::vector<Point> points = {eyes[0], eyes[1], landmarks.points[30], landmarks.points[48],
                                     landmarks.points[54]};
  const auto m = Similarity::estimate(embedding_points, points).matrix();
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

/// The landmarks as a detector would give them: a little wrong, more so in the hole.
Landmarks with_errors(const Landmarks& landmarks, const cv::Mat& hole, Random& random) {
  Landmarks wrong = landmarks;
  const float eye_distance = 0.3F * static_cast<float>(hole.cols);
  const float shift_x = random.normal(0.0F, 0.5F * landmark_error * eye_distance);
  const float shift_y = random.normal(0.0F, 0.5F * landmark_error * eye_distance);
  for (Point& point : wrong.points) {
    const int x = std::clamp(cvRound(point.x), 0, hole.cols - 1);
    const int y = std::clamp(cvRound(point.y), 0, hole.rows - 1);
    const bool hidden = hole.at<unsigned char>(y, x) != 0;
    const float error = eye_distance * (hidden ? hidden_landmark_error : landmark_error);
    point.x += shift_x + random.normal(0.0F, error);
    point.y += shift_y + random.normal(0.0F, error);
  }
  return wrong;
}

}  // namespace

InpaintingBatch::InpaintingBatch(int count, int size)
    : truth(count, size, 3),
      hole(count, size, 1),
      coverage(count, size, 1),
      landmark_map(count, size, 1),
      embedding_grid(static_cast<std::size_t>(count) * 6) {}

InpaintingSamples::InpaintingSamples(std::vector<FaceRecord> faces, int size, std::uint64_t seed)
    : faces_(std::move(faces)),
      size_(size),
      order_(faces_.size(), seed),
      synthesizer_(synthesis::MaskSynthesizer::procedural()) {}

InpaintingBatch InpaintingSamples::training_batch(std::uint64_t number, int count) {
  InpaintingBatch batch(count, size_);
  order_.for_batch(number, count, [&](int place, std::size_t item, std::mt19937_64& engine) {
    fill(batch, place, faces_[item], true, engine);
  });
  return batch;
}

InpaintingBatch InpaintingSamples::validation_batch(std::size_t first, int count) const {
  InpaintingBatch batch(count, size_);
  for (int i = 0; i < count; ++i) {
    const std::size_t item = first + static_cast<std::size_t>(i);
    std::mt19937_64 engine(item);
    fill(batch, i, faces_[item], false, engine);
  }
  return batch;
}

void InpaintingSamples::fill(InpaintingBatch& batch, int index, const FaceRecord& record,
                             bool augment, std::mt19937_64& engine) const {
  Random random(engine);
  AnnotatedPhoto photo{read_rgb(record.file), record.landmarks};
  Similarity jitter;
  if (augment) {
    if (random.chance(0.5F)) photo = mirror(photo);
    jitter = random_similarity(alignment_jitter, size_, random);
  }
  CanonicalFace face = make_canonical(photo, size_, jitter);
  if (augment && random.chance(0.3F)) {
    jitter_colors(face.rgb, 0.4F, random);
    face.rgb.setTo(cv::Scalar::all(0.0), face.coverage == 0);
  }
  cv::Mat hole = synthesizer_.coverage(to_synthesis(face.landmarks), {size_, size_}, engine);
  const float growth = augment ? random.uniform(0.0F, largest_dilation) : 0.5F * largest_dilation;
  hole = imaging::dilate_mask(hole, cvRound(growth * static_cast<float>(size_)));
  const Landmarks drawn = with_errors(face.landmarks, hole, random);

  face.rgb.copyTo(batch.truth.at(index));
  hole.copyTo(batch.hole.at(index));
  face.coverage.copyTo(batch.coverage.at(index));
  imaging::draw_landmark_map(drawn, size_).copyTo(batch.landmark_map.at(index));
  const std::array<float, 6> grid = embedding_grid(face.landmarks, size_);
  std::copy(grid.begin(), grid.end(),
            batch.embedding_grid.begin() + static_cast<std::ptrdiff_t>(index) * 6);
}

}  // namespace demask::training
