// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <opencv2/core.hpp>
#include <vector>

#include "../support/synthetic_landmarks.hpp"
#include "core/prior_square.hpp"
#include "samples/prior_samples.hpp"

using namespace demask;            // NOLINT(google-build-using-namespace)
using namespace demask::training;  // NOLINT(google-build-using-namespace)

namespace {

constexpr int side = 128;

/// A frontal face as the prior's square of `side` px has it.
Landmarks square_face() {
  Landmarks face = test::face_landmarks({});
  const Similarity to_square = core::prior_similarity(face, side);
  for (Point& point : face.points) {
    point = to_square(point);
  }
  return face;
}

class FixedDetector final : public LandmarkDetector {
 public:
  LandmarkScheme scheme() const noexcept override { return LandmarkScheme::ibug68; }

 private:
  std::vector<Landmarks> do_detect(const std::vector<FaceRegion>& faces) const override {
    return std::vector<Landmarks>(faces.size(), square_face());
  }
};

/// Faces of one level, which is their number, and so is their code.
struct Counted {
  std::vector<std::uint64_t>* asked;
  std::vector<GeneratedFace> operator()(std::uint64_t first, int count) const {
    std::vector<GeneratedFace> faces;
    for (std::uint64_t face = first; face < first + static_cast<std::uint64_t>(count); ++face) {
      if (asked != nullptr) {
        asked->push_back(face);
      }
      faces.push_back({cv::Mat(side, side, CV_8UC3, cv::Scalar::all(static_cast<double>(face))),
                       {static_cast<float>(face), 0.5F}});
    }
    return faces;
  }
};

PriorSamples samples(std::uint64_t seed, std::vector<std::uint64_t>* asked = nullptr) {
  return {Counted{asked}, std::make_shared<FixedDetector>(),
          synthesis::MaskSynthesizer::procedural(), seed, FaceReuse{2, 8}};
}

bool equal(PriorBatch& a, PriorBatch& b) {
  const auto same = [](ImageBatch& x, ImageBatch& y) {
    const std::size_t bytes = static_cast<std::size_t>(x.count()) *
                              static_cast<std::size_t>(x.size() * x.size() * x.channels());
    return std::vector<std::uint8_t>(x.data(), x.data() + bytes) ==
           std::vector<std::uint8_t>(y.data(), y.data() + bytes);
  };
  return same(a.truth, b.truth) && same(a.visible, b.visible) && same(a.hole, b.hole) &&
         same(a.landmark_map, b.landmark_map) && a.codes == b.codes;
}

}  // namespace

TEST_CASE("The same seed and number are the same sample", "[prior]") {
  PriorSamples run = samples(7);
  run.training_batch(0, 4, 64);
  run.training_batch(4, 4, 64);
  PriorBatch going_on = run.training_batch(8, 4, 64);
  PriorBatch resumed = samples(7).training_batch(8, 4, 64);
  CHECK(equal(going_on, resumed));
  PriorBatch other = samples(8).training_batch(8, 4, 64);
  CHECK_FALSE(equal(going_on, other));
}

TEST_CASE("Generated faces are made once and shown among the latest", "[prior]") {
  std::vector<std::uint64_t> asked;
  PriorSamples run = samples(3, &asked);
  for (std::uint64_t first = 0; first < 32; first += 4) {
    const PriorBatch batch = run.training_batch(first, 4, 64);
    REQUIRE(batch.codes.size() == 8);
    for (std::size_t i = 0; i < 4; ++i) {
      const auto face = static_cast<std::uint64_t>(batch.codes[2 * i]);
      const std::uint64_t oldest = (first + i) / 2;
      CHECK(face >= oldest);
      CHECK(face < oldest + 8);
    }
  }
  // 32 samples of two uses each take 16 faces, besides those that the window looks ahead.
  REQUIRE(asked.size() == 15 + 8);
  for (std::size_t i = 0; i < asked.size(); ++i) {
    CHECK(asked[i] == i);
  }
}

TEST_CASE("A validation face is the generated one, whole but for its hole", "[prior]") {
  PriorBatch batch = samples(1).validation_batch(40, 2, 64);
  REQUIRE(batch.codes == std::vector<float>{40.0F, 0.5F, 41.0F, 0.5F});
  for (int i = 0; i < 2; ++i) {
    const cv::Mat truth = batch.truth.at(i);
    CHECK(cv::norm(truth, cv::Mat(64, 64, CV_8UC3, cv::Scalar::all(40.0 + i)), cv::NORM_INF) == 0);
    CHECK(cv::countNonZero(batch.coverage.at(i)) == 64 * 64);
    const double hole = cv::countNonZero(batch.hole.at(i)) / (64.0 * 64.0);
    CHECK(hole > 0.03);
    CHECK(hole < 0.6);
    CHECK(cv::countNonZero(batch.landmark_map.at(i)) > 0);
    // The embedding's grid finds the eyes: its center is that of the face, not of the square.
    CHECK(batch.embedding_grid[static_cast<std::size_t>(i) * 6] > 0.3F);
  }
}
