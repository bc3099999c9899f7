// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <vector>

#include "fake_stages.hpp"
#include "result_checks.hpp"
#include "scenes.hpp"

using namespace demask;        // NOLINT(google-build-using-namespace)
using namespace demask::test;  // NOLINT(google-build-using-namespace)

TEST_CASE("A mask given by the caller replaces the segmenter", "[reconstructor]") {
  const Scene scene = one_face();
  const Image photo = scene.photo();
  FakeStages fakes(scenes_of({scene}));
  fakes.segmenter->tamper = [](auto&) { FAIL("the segmenter was asked"); };
  const FaceReconstructor reconstructor = fakes.reconstructor();
  ReconstructOptions options;
  const auto status_with = [&](const Image& mask) {
    options.mask = mask;
    const Result result = reconstructor.reconstruct(photo, options);
    check_contained(photo, result);
    return result.faces.at(0).status;
  };

  SECTION("levels of 128 and more are covered") {
    CHECK(status_with(drawn_mask(scene, 255, 0)) == FaceStatus::reconstructed);
    CHECK(status_with(drawn_mask(scene, 128, 127)) == FaceStatus::reconstructed);
    CHECK(status_with(drawn_mask(scene, 127, 0)) == FaceStatus::no_mask);
  }
  SECTION("inverted, levels below 128 are covered") {
    options.mask_inverted = true;
    CHECK(status_with(drawn_mask(scene, 0, 255)) == FaceStatus::reconstructed);
    CHECK(status_with(drawn_mask(scene, 127, 128)) == FaceStatus::reconstructed);
    CHECK(status_with(drawn_mask(scene, 128, 255)) == FaceStatus::no_mask);
  }
  SECTION("levels and polarity do not change the result") {
    const Image plain = drawn_mask(scene, 255, 0);
    const Image faint = drawn_mask(scene, 128, 127);
    const Image inverse = drawn_mask(scene, 10, 240);
    options.mask = plain;
    const Result expected = reconstructor.reconstruct(photo, options);
    options.mask = faint;
    check_same(reconstructor.reconstruct(photo, options), expected);
    options.mask = inverse;
    options.mask_inverted = true;
    check_same(reconstructor.reconstruct(photo, options), expected);
  }
  SECTION("the mask may be strided and lie at the photo's border") {
    Image mask(scene.width + 11, scene.height, PixelFormat::gray);
    for (int y = 0; y < scene.height; ++y) {
      std::fill_n(mask.row(y), scene.width, std::uint8_t{255});
    }
    options.mask = {mask.data(), scene.width, scene.height, mask.stride(), PixelFormat::gray};
    const Result result = reconstructor.reconstruct(photo, options);
    check_contained(photo, result);
    CHECK(result.faces[0].status == FaceStatus::reconstructed);
  }
}

TEST_CASE("Boxes given by the caller replace the face detector", "[reconstructor]") {
  const Scene scene = group();
  FakeStages fakes(scenes_of({scene}));
  ReconstructOptions options;
  options.boxes = {scene.faces[2].box()};
  const Result result = fakes.reconstructor().reconstruct(scene.photo(), options);
  REQUIRE(result.faces.size() == 1);
  CHECK(result.faces[0].score == 1.0F);
  CHECK(result.faces[0].status == FaceStatus::reconstructed);
  CHECK(fakes.face_detector->calls == 0);
  check_contained(scene.photo(), result);
}

TEST_CASE("Landmarks given by the caller replace both detectors", "[reconstructor]") {
  const Scene scene = group();
  FakeStages fakes(scenes_of({scene}));
  ReconstructOptions options;
  options.landmarks = {scene.faces[0].landmarks(), scene.faces[2].landmarks()};
  const Result result = fakes.reconstructor().reconstruct(scene.photo(), options);
  REQUIRE(result.faces.size() == 2);
  CHECK(result.faces[0].score == 1.0F);
  CHECK(fakes.face_detector->calls + fakes.landmark_detector->calls == 0);

  // They give the same result as the detectors' own landmarks.
  const Result detected = fakes.reconstructor().reconstruct(scene.photo());
  CHECK(same_pixels(result.faces[0].aligned_after, detected.faces[0].aligned_after));

  SECTION("landmarks that do not form a face") {
    Landmarks point = scene.faces[0].landmarks();
    for (Point& p : point.points) {
      p = {100.0F + 0.01F * p.x, 100.0F + 0.01F * p.y};
    }
    Landmarks vast = scene.faces[0].landmarks();
    for (Point& p : vast.points) {
      p = {p.x * 1e20F, p.y * 1e20F};
    }
    options.landmarks = {point, vast};
    options.min_face_size = 0.0F;
    const Result none = fakes.reconstructor().reconstruct(scene.photo(), options);
    CHECK(statuses(none) == std::vector<FaceStatus>(2, FaceStatus::landmarks_unreliable));
    check_contained(scene.photo(), none);
  }
  SECTION("landmarks outside the photo") {
    Landmarks away = scene.faces[0].landmarks();
    for (Point& p : away.points) {
      p.x += 1e6F;
    }
    options.landmarks = {away};
    const Result none = fakes.reconstructor().reconstruct(scene.photo(), options);
    CHECK(none.faces.at(0).status == FaceStatus::no_mask);
    CHECK(same_pixels(none.photo, scene.photo()));
  }
}
