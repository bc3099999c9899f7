// SPDX-License-Identifier: Apache-2.0
#include "samples/hole_guess.hpp"

#include <cstddef>
#include <opencv2/imgproc.hpp>
#include <utility>
#include <vector>

#include "augment/augmentation.hpp"
#include "core/landmarks.hpp"
#include "imaging/mat.hpp"
#include "imaging/preprocess.hpp"

namespace demask::training {
namespace {

// Side in pixels of the canonical faces that the direct inpainters paint.
constexpr int canonical_side = 256;

// PriorBatch::unknown of pixels in the hole, as make_prior_inpainter() says.
constexpr int guessed_level = 191;
constexpr int other_photo_level = 128;

constexpr float empty_share = 0.1F;
constexpr float other_photo_share = 0.25F;

// How another photo differs.
constexpr SimilarityJitter other_alignment{0.01F, 0.03F, 0.02F};
constexpr float max_bend = 0.012F;  // Of the side.
constexpr int bends = 5;            // Across the side.
constexpr float recoloring = 0.35F;
constexpr float min_resolution = 0.15F;

struct CanonicalInput {
  Similarity to_canonical;
  cv::Mat face;
  cv::Mat hole;
  Landmarks landmarks;
};

CanonicalInput canonical_input(PriorBatch& batch, int index) {
  const Landmarks& drawn = batch.landmarks[static_cast<std::size_t>(index)];
  CanonicalInput input;
  input.to_canonical = canonical_similarity(drawn, canonical_side);
  input.face = imaging::warp_to_square(imaging::as_view(batch.visible.at(index), PixelFormat::rgb),
                                       input.to_canonical, canonical_side, cv::BORDER_REFLECT);
  input.hole =
      imaging::warp_levels_to_square(batch.hole.at(index), input.to_canonical, canonical_side) > 0;
  input.face.setTo(cv::Scalar::all(0.0), input.hole);
  input.landmarks = core::transformed(drawn, input.to_canonical);
  return input;
}

// The part of the face that another photo shows: that within the landmarks.
cv::Mat shown_part(const Landmarks& landmarks, cv::Size size) {
  std::vector<cv::Point> points;
  points.reserve(landmarks.points.size());
  for (const Point& point : landmarks.points) {
    points.emplace_back(cvRound(point.x), cvRound(point.y));
  }
  std::vector<cv::Point> hull;
  cv::convexHull(points, hull);
  cv::Mat part = cv::Mat::zeros(size, CV_8UC1);
  cv::fillConvexPoly(part, hull, cv::Scalar::all(255.0));
  return part;
}

// Moves the pixels smoothly, by up to `max_bend`.
cv::Mat bent(const cv::Mat& image, Random& random) {
  const float reach = max_bend * static_cast<float>(image.cols);
  cv::Mat coarse(bends, bends, CV_32FC2);
  cv::RNG(random.bits()).fill(coarse, cv::RNG::UNIFORM, -reach, reach);
  cv::Mat map;
  cv::resize(coarse, map, image.size(), 0.0, 0.0, cv::INTER_CUBIC);
  for (int y = 0; y < map.rows; ++y) {
    for (int x = 0; x < map.cols; ++x) {
      map.at<cv::Vec2f>(y, x) += cv::Vec2f(static_cast<float>(x), static_cast<float>(y));
    }
  }
  cv::Mat result;
  cv::remap(image, result, map, {}, cv::INTER_LINEAR, cv::BORDER_REFLECT);
  return result;
}

}  // namespace

HoleGuess::HoleGuess(std::unique_ptr<GenderClassifier> genders,
                     std::array<std::unique_ptr<Inpainter>, 2> inpainters)
    : genders_(std::move(genders)), inpainters_(std::move(inpainters)) {}

void HoleGuess::fill(PriorBatch& batch) const {
  for (int i = 0; i < batch.truth.count(); ++i) {
    const CanonicalInput input = canonical_input(batch, i);
    const ImageView face = imaging::as_view(input.face, PixelFormat::rgb);
    const Gender gender = genders_->classify(face).gender;
    const Image painted = inpainters_[static_cast<std::size_t>(gender)]->inpaint(
        {face, imaging::as_view(input.hole, PixelFormat::gray), input.landmarks});
    const cv::Mat hole = batch.hole.at(i);
    imaging::warp_to_square(painted.view(), input.to_canonical.inverse(), hole.cols,
                            cv::BORDER_REPLICATE)
        .copyTo(batch.visible.at(i), hole);
    batch.unknown.at(i).setTo(guessed_level, hole);
  }
}

void HoleGuess::fill_variously(PriorBatch& batch, std::mt19937_64& engine) const {
  fill(batch);
  for (int i = 0; i < batch.truth.count(); ++i) {
    Random random(engine);
    const float kind = random.uniform(0.0F, 1.0F);
    const cv::Mat hole = batch.hole.at(i);
    if (kind < empty_share) {
      batch.visible.at(i).setTo(cv::Scalar::all(0.0), hole);
      batch.unknown.at(i).setTo(255, hole);
    } else if (kind < empty_share + other_photo_share) {
      const cv::Mat shown =
          shown_part(batch.landmarks[static_cast<std::size_t>(i)], hole.size()) & hole;
      another_look(batch.truth.at(i), engine).copyTo(batch.visible.at(i), shown);
      batch.unknown.at(i).setTo(other_photo_level, shown);
    }
  }
}

cv::Mat another_look(const cv::Mat& truth, std::mt19937_64& engine) {
  Random random(engine);
  const Similarity moved = random_similarity(other_alignment, truth.cols, random);
  cv::Mat look = bent(imaging::warp_to_square(imaging::as_view(truth, PixelFormat::rgb), moved,
                                              truth.cols, cv::BORDER_REFLECT),
                      random);
  jitter_colors(look, recoloring, random);
  const int small = cvRound(random.uniform(min_resolution, 1.0F) * static_cast<float>(truth.cols));
  cv::Mat shrunk;
  cv::resize(look, shrunk, {small, small}, 0.0, 0.0, cv::INTER_AREA);
  cv::resize(shrunk, look, truth.size(), 0.0, 0.0, cv::INTER_CUBIC);
  return look;
}

}  // namespace demask::training
