// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "fake_stages.hpp"
#include "result_checks.hpp"
#include "scenes.hpp"

using namespace demask;        // NOLINT(google-build-using-namespace)
using namespace demask::test;  // NOLINT(google-build-using-namespace)

namespace {

using Catch::Matchers::Contains;

// One masked face whose canonical square shows this many pixels of the photo across.
Scene face_of(double square) {
  return {300, 300, {{placed(90, 90, square), female_skin, true, 70.0F, 0.9F}}};
}

// Sets all probabilities of one segmentation in the rows [first, last) of the square.
void set_rows(std::vector<std::vector<MaskInstance>>& results, int first, int last, float value) {
  ProbabilityMap& map = results.front().front().probability;
  std::fill(map.values.begin() + std::ptrdiff_t{first} * map.width,
            map.values.begin() + std::ptrdiff_t{last} * map.width, value);
}

}  // namespace

TEST_CASE("Each face that is untouched says why, with the measured value and its limit",
          "[reconstructor]") {
  const Scene scene = group();
  const Image photo = scene.photo();
  const FakeStages fakes(scenes_of({scene}));
  ReconstructOptions options;
  const auto reason = [&](std::size_t face) {
    const Result result = fakes.reconstructor().reconstruct(photo, options);
    CHECK(result.faces.at(face).reason.empty() ==
          (result.faces.at(face).status == FaceStatus::reconstructed));
    return result.faces.at(face).reason;
  };
  CHECK(reason(0).empty());
  CHECK(reason(1) == "no worn mask was found on the face");

  options.min_face_size = 130.0F;
  CHECK_THAT(reason(2), Contains("below the smallest size of 130"));
  options = {};

  options.selection = FaceSelection::index;
  options.face_index = 2;
  CHECK(reason(0) == "the face is number 0 of the 3 in the photo, and number 2 is selected");
  CHECK(reason(2).empty());
  options = {};

  options.min_mask_area = 0.5F;
  CHECK_THAT(reason(0), Contains("the worn mask that was found covers 1") &&
                            Contains("% of the canonical face, below 50.0 %"));
  options = {};

  options.min_landmark_confidence = 0.95F;
  CHECK(
      reason(0) ==
      "the landmarks' mean confidence is 0.90, below 0.95: the face is turned away, hidden or not "
      "a face");
  options = {};

  fakes.landmark_detector->tamper = [](const std::vector<FaceRegion>&,
                                       std::vector<Landmarks>& found) {
    for (Landmarks& landmarks : found) {
      std::fill(landmarks.points.begin(), landmarks.points.end(), Point{5.0F, 5.0F});
    }
  };
  CHECK_THAT(reason(0), Contains("the eyes were found 0.0 pixels apart"));
}

TEST_CASE("A mask over the eyes is the reason of a face left", "[reconstructor]") {
  const Scene scene = one_face();
  const FakeStages fakes(scenes_of({scene}));
  fakes.segmenter->tamper = [](std::vector<std::vector<MaskInstance>>& results) {
    set_rows(results, 90, 256, 1.0F);
  };
  const Result result = fakes.reconstructor().reconstruct(scene.photo());
  CHECK(statuses(result) == std::vector<FaceStatus>{FaceStatus::landmarks_unreliable});
  CHECK(result.faces.at(0).reason ==
        "the mask covers 6 of the 6 points of an eye, more than 4: it is worn over the eyes");
}

TEST_CASE("Small faces need less confidence, unless the caller sets the minimum",
          "[reconstructor]") {
  for (const double square : {70.0, 60.0}) {
    const Scene scene = face_of(square);
    const FakeStages fakes(scenes_of({scene}));
    const FaceReconstructor reconstructor = fakes.reconstructor();
    const auto status = [&](const ReconstructOptions& options) {
      return reconstructor.reconstruct(scene.photo(), options).faces.at(0).status;
    };
    // The fakes have a confidence of 0.9, and 0.86 of 1 is less.
    fakes.landmark_detector->least = 1.0F;
    CHECK(status({}) ==
          (square < 64.0 ? FaceStatus::reconstructed : FaceStatus::landmarks_unreliable));
    ReconstructOptions options;
    options.min_landmark_confidence = 1.0F;
    CHECK(status(options) == FaceStatus::landmarks_unreliable);
  }
}

TEST_CASE("Only small faces are segmented a second time, and both masks count", "[reconstructor]") {
  for (const double square : {70.0, 60.0}) {
    const Scene scene = face_of(square);
    const FakeStages fakes(scenes_of({scene}));
    int looks = 0;
    // The first look sees the upper half of the mask, the second the lower one.
    fakes.segmenter->tamper = [&looks](std::vector<std::vector<MaskInstance>>& results) {
      const bool first = looks++ == 0;
      set_rows(results, 0, 256, 0.0F);
      set_rows(results, first ? 150 : 190, first ? 190 : 230, 1.0F);
    };
    ReconstructOptions options;
    options.mask_dilation = 0.0F;
    const Result result = fakes.reconstructor().reconstruct(scene.photo(), options);
    const bool small = square < 64.0;
    CHECK(looks == (small ? 2 : 1));
    REQUIRE(result.faces.at(0).status == FaceStatus::reconstructed);
    CHECK(result.faces[0].aligned_mask.row(170)[128] == 255);
    CHECK(result.faces[0].aligned_mask.row(210)[128] == (small ? 255 : 0));
  }
}

TEST_CASE("A small face with an uncertain mask is left, a large one is painted",
          "[reconstructor]") {
  for (const double square : {70.0, 60.0}) {
    const Scene scene = face_of(square);
    const Image photo = scene.photo();
    const FakeStages fakes(scenes_of({scene}));
    float probability = 0.6F;
    fakes.segmenter->tamper = [&](std::vector<std::vector<MaskInstance>>& results) {
      set_rows(results, 150, 230, probability);
    };
    const FaceReconstructor reconstructor = fakes.reconstructor();
    const Result result = reconstructor.reconstruct(photo);
    if (square < 64.0) {
      CHECK(statuses(result) == std::vector<FaceStatus>{FaceStatus::too_small});
      CHECK_THAT(result.faces.at(0).reason,
                 Contains("the certainty about the outline of the mask is 0.") &&
                     Contains("below 0.80: the face's"));
      check_contained(photo, result);
    } else {
      CHECK(statuses(result) == std::vector<FaceStatus>{FaceStatus::reconstructed});
    }
    probability = 0.95F;
    CHECK(statuses(reconstructor.reconstruct(photo)) ==
          std::vector<FaceStatus>{FaceStatus::reconstructed});
    // A given mask is certain.
    probability = 0.6F;
    const Image mask = drawn_mask(scene, 255, 0);
    ReconstructOptions options;
    options.mask = mask;
    CHECK(statuses(reconstructor.reconstruct(photo, options)) ==
          std::vector<FaceStatus>{FaceStatus::reconstructed});
  }
}
