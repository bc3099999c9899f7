// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <cstdlib>
#include <vector>

#include "../support/expect_error.hpp"
#include "fake_stages.hpp"
#include "result_checks.hpp"
#include "scenes.hpp"

using namespace demask;        // NOLINT(google-build-using-namespace)
using namespace demask::test;  // NOLINT(google-build-using-namespace)

TEST_CASE("A strap is painted along with its mask, but is not a mask by itself",
          "[reconstructor]") {
  const Scene scene = one_face();
  const Image photo = scene.photo();
  FakeStages fakes(scenes_of({scene}));
  bool with_mask = true;
  fakes.segmenter->tamper = [&with_mask](std::vector<std::vector<MaskInstance>>& results) {
    for (std::vector<MaskInstance>& instances : results) {
      MaskInstance& mask = instances.front();
      mask.straps = mask.probability;
      const int side = mask.probability.width;
      // From the upper edge of the square down into the mask.
      for (int y = 0; y < side; ++y) {
        for (int x = 0; x < side; ++x) {
          const bool is_strap = std::abs(x - side / 2) < 2 && y < 3 * side / 4;
          mask.straps.values[static_cast<std::size_t>(y * side + x)] = is_strap ? 1.0F : 0.0F;
        }
      }
      if (!with_mask) {
        std::fill(mask.probability.values.begin(), mask.probability.values.end(), 0.0F);
      }
    }
  };
  ReconstructOptions options;
  options.blend = BlendMode::none;
  const FaceReconstructor reconstructor = fakes.reconstructor();
  const Result result = reconstructor.reconstruct(photo, options);
  check_contained(photo, result);
  CHECK(mask_middle(result.photo, scene.faces[0]) == female_paint);
  // Two pixels far above the mask, one on the strap and one beside it.
  CHECK(pixel(result.photo, scene.faces[0].place({128, 60})) == female_paint);
  CHECK(pixel(result.photo, scene.faces[0].place({150, 60})) == female_skin);

  with_mask = false;
  CHECK(statuses(reconstructor.reconstruct(photo, options)) ==
        std::vector<FaceStatus>{FaceStatus::no_mask});
}

TEST_CASE("A mask that extends below its face's square is painted to its end", "[reconstructor]") {
  Scene scene{320, 400, {{placed(50, 20, 200), female_skin, true, 70.0F, 0.9F, 300.0F}}};
  const Image photo = scene.photo();
  ReconstructOptions options;
  options.blend = BlendMode::none;
  const bool is_given = GENERATE(false, true);
  const Image given = drawn_mask(scene, 255, 0);
  if (is_given) options.mask = given;
  const FakeStages fakes(scenes_of({scene}));
  const Result result = fakes.reconstructor().reconstruct(photo, options);
  CHECK(statuses(result) == std::vector<FaceStatus>{FaceStatus::reconstructed});
  check_contained(photo, result);
  CHECK(mask_left(scene, result) == 0);
  CHECK(fakes.segmenter->calls == (is_given ? 0 : 2));
  // The face is smaller in its square, with its eyes in their usual place.
  CHECK(pixel(result.faces[0].aligned_before, {128, 238}) == mask_color);
  CHECK_FALSE(pixel(result.faces[0].aligned_before, {128, 246}) == mask_color);
  CHECK(same_points(result.faces[0].landmarks.points, scene.faces[0].landmarks().points));

  // If the photo ends with the square, there is nothing to make room for.
  scene.height = 220;
  const FakeStages others(scenes_of({scene}));
  const Result cut = others.reconstructor().reconstruct(scene.photo(), {});
  CHECK(others.segmenter->calls == 1);
  CHECK(mask_left(scene, cut) == 0);
}

TEST_CASE("A strap is followed beyond the sides of the square", "[reconstructor]") {
  // In pixels of the canonical square: the strap runs from the mask to the left, in these rows.
  constexpr int strap_end = -40;
  constexpr int first_row = 150;
  constexpr int rows = 4;
  const auto run = [&](const Scene& scene, FakeStages& fakes) {
    fakes.segmenter->tamper = [](std::vector<std::vector<MaskInstance>>& results) {
      for (std::vector<MaskInstance>& instances : results) {
        MaskInstance& mask = instances.front();
        const int side = mask.probability.width;
        const int room = (side - canonical_size) / 2;
        mask.straps = mask.probability;
        for (int y = 0; y < side; ++y) {
          for (int x = 0; x < side; ++x) {
            const bool is_strap = x - room >= strap_end && x - room < 70 && y - room >= first_row &&
                                  y - room < first_row + rows;
            mask.straps.values[static_cast<std::size_t>(y * side + x)] = is_strap ? 1.0F : 0.0F;
          }
        }
      }
    };
    const Image photo = scene.photo();
    Result result = fakes.reconstructor().reconstruct(photo, {});
    REQUIRE(result.faces.at(0).status == FaceStatus::reconstructed);
    check_contained(photo, result);
    return result;
  };

  const Scene scene{440, 300, {{placed(120, 20, 240), female_skin, true, 70.0F, 0.9F}}};
  FakeStages fakes(scenes_of({scene}));
  const Result result = run(scene, fakes);
  CHECK(fakes.segmenter->calls == 2);
  const auto is_changed = [&](float x, float y) {
    const Point p = scene.faces[0].place({x, y});
    return result.changed.row(static_cast<int>(p.y))[static_cast<int>(p.x)] == 255;
  };
  for (const float x : {30.0F, -5.0F, -38.0F}) {
    CAPTURE(x);
    CHECK(is_changed(x, 152.0F));
    CHECK_FALSE(is_changed(x, 135.0F));
    CHECK_FALSE(is_changed(x, 165.0F));
  }
  CHECK_FALSE(is_changed(-50.0F, 152.0F));

  // If the photo ends with the square, the strap cannot continue.
  const Scene at_border{321, 300, {{placed(0, 20, 240), female_skin, true, 70.0F, 0.9F}}};
  FakeStages others(scenes_of({at_border}));
  run(at_border, others);
  CHECK(others.segmenter->calls == 1);
}

TEST_CASE(
    "A face whose eyes are hidden by a mask is left unchanged, unless the caller gave the mask",
    "[reconstructor]") {
  const Scene scene = one_face();
  const Image photo = scene.photo();
  FakeStages fakes(scenes_of({scene}));
  int first_row = 0;
  fakes.segmenter->tamper = [&first_row](std::vector<std::vector<MaskInstance>>& results) {
    ProbabilityMap& map = results.front().front().probability;
    std::fill(map.values.begin(), map.values.end(), 0.0F);
    std::fill(map.values.begin() + std::ptrdiff_t{first_row} * map.width, map.values.end(), 1.0F);
  };
  const FaceReconstructor reconstructor = fakes.reconstructor();
  const Result hidden = reconstructor.reconstruct(photo, {});
  CHECK(statuses(hidden) == std::vector<FaceStatus>{FaceStatus::landmarks_unreliable});
  check_contained(photo, hidden);
  first_row = 150;  // of 256, below the eyes
  CHECK(statuses(reconstructor.reconstruct(photo, {})) ==
        std::vector<FaceStatus>{FaceStatus::reconstructed});

  Image whole(photo.width(), photo.height(), PixelFormat::gray);
  std::fill(whole.row(0), whole.row(0) + std::ptrdiff_t{whole.stride()} * whole.height(),
            std::uint8_t{255});
  ReconstructOptions options;
  options.mask = whole;
  CHECK(statuses(reconstructor.reconstruct(photo, options)) ==
        std::vector<FaceStatus>{FaceStatus::reconstructed});
}

TEST_CASE("Dilation grows the hole by the given fraction of the canonical face",
          "[reconstructor]") {
  const Scene scene = one_face();
  const FakeStages fakes(scenes_of({scene}));
  ReconstructOptions options;
  std::vector<int> areas;
  for (const float dilation : {0.0F, 0.02F, 0.1F}) {
    options.mask_dilation = dilation;
    const Result result = fakes.reconstructor().reconstruct(scene.photo(), options);
    areas.push_back(covered(result.faces.at(0).aligned_mask));
  }
  CHECK(areas[0] == Approx(140 * 90).epsilon(0.03));
  CHECK(areas[1] == Approx((140 + 10) * (90 + 10)).epsilon(0.03));
  CHECK(areas[2] == Approx((140 + 52) * (90 + 52)).epsilon(0.06));
}

TEST_CASE("An instance segmenter runs once per photo and gives each face its own mask",
          "[reconstructor]") {
  const Scene scene = group();
  const Image photo = scene.photo();
  const FakeStages fakes(scenes_of({scene}));
  const auto segmenter = std::make_shared<FakeInstanceSegmenter>(scenes_of({scene}));
  Stages stages = fakes.stages();
  stages.segmenter = segmenter;
  ReconstructOptions options;
  options.blend = BlendMode::none;
  const Result result = FaceReconstructor(stages).reconstruct(photo, options);
  CHECK(segmenter->calls == 1);
  check_contained(photo, result);
  CHECK(statuses(result) == std::vector<FaceStatus>{FaceStatus::reconstructed, FaceStatus::no_mask,
                                                    FaceStatus::reconstructed});
  CHECK(mask_middle(result.photo, scene.faces[0]) == female_paint);
  CHECK(mask_middle(result.photo, scene.faces[2]) == male_paint);

  // Both kinds of segmenter agree on the same masks.
  const Result canonical = fakes.reconstructor().reconstruct(photo, options);
  const int difference = covered(canonical.changed) - covered(result.changed);
  CHECK(std::abs(difference) < covered(result.changed) / 20);

  segmenter->tamper = [](auto& found) { found[0][0].probability.values.pop_back(); };
  expect_error(ErrorCode::model_invalid, "segmenter: a map",
               [&] { return FaceReconstructor(stages).reconstruct(photo, options); });
  segmenter->tamper = [](auto& found) { found[0].clear(); };
  CHECK(statuses(FaceReconstructor(stages).reconstruct(photo, options)) ==
        std::vector<FaceStatus>(3, FaceStatus::no_mask));
}

TEST_CASE("Masks of two faces that touch do not leak into each other", "[reconstructor]") {
  // Cheek to cheek, with masks so wide that they meet.
  Scene scene{520, 300, {}};
  scene.faces.push_back({placed(20, 20, 240), female_skin, true, 110.0F, 0.9F});
  scene.faces.push_back({placed(215, 20, 240), male_skin, true, 110.0F, 0.8F});
  const Image photo = scene.photo();
  const FakeStages fakes(scenes_of({scene}));
  Stages stages = fakes.stages();
  const bool instance = GENERATE(false, true);
  if (instance) {
    stages.segmenter = std::make_shared<FakeInstanceSegmenter>(scenes_of({scene}));
  }
  ReconstructOptions options;
  options.blend = BlendMode::none;

  SECTION("each face is painted by its own generator") {
    // In either order.
    for (int order = 0; order < 2; ++order) {
      options.landmarks = {scene.faces[0].landmarks(), scene.faces[1].landmarks()};
      if (order == 1) {
        std::swap(options.landmarks[0], options.landmarks[1]);
      }
      const Result result = FaceReconstructor(stages).reconstruct(photo, options);
      check_contained(photo, result);
      const float seam =
          scene.faces[0].place({128, 0}).x / 2 + scene.faces[1].place({128, 0}).x / 2;
      const float ring = 8.0F;  // both holes are dilated
      for (int y = 160; y < 225; ++y) {
        for (int x = 40; x < 440; ++x) {
          const Point p{static_cast<float>(x), static_cast<float>(y)};
          if (!(scene.color_at(x, y) == mask_color) || std::abs(p.x - seam) <= ring) {
            continue;
          }
          REQUIRE(pixel(result.photo, p) == (p.x < seam ? female_paint : male_paint));
        }
      }
    }
  }
  SECTION("the mask of a face that is left unchanged stays") {
    fakes.landmark_detector->tamper = [](const auto& regions, auto& found) {
      for (std::size_t i = 0; i < regions.size(); ++i) {
        if (regions[i].box.x > 120.0F) found[i].confidence.assign(68, 0.1F);
      }
    };
    options.min_landmark_confidence = 0.5F;
    const Result result = FaceReconstructor(stages).reconstruct(photo, options);
    CHECK(statuses(result) ==
          std::vector<FaceStatus>{FaceStatus::reconstructed, FaceStatus::landmarks_unreliable});
    CHECK(mask_middle(result.photo, scene.faces[0]) == female_paint);
    const float seam = scene.faces[0].place({128, 0}).x / 2 + scene.faces[1].place({128, 0}).x / 2;
    for (int y = 160; y < 225; ++y) {
      for (int x = static_cast<int>(seam) + 8; x < 440; ++x) {
        const Point p{static_cast<float>(x), static_cast<float>(y)};
        REQUIRE(pixel(result.photo, p) == pixel(photo, p));
      }
    }
  }
  SECTION("no mask tints its neighbor's skin") {
    stages.inpainter_female = std::make_shared<FakeInpainter>(female_skin);
    stages.inpainter_male = std::make_shared<FakeInpainter>(male_skin);
    options.blend = BlendMode::feather;
    const Result result = FaceReconstructor(stages).reconstruct(photo, options);
    for (const SceneFace& face : scene.faces) {
      const Color middle = mask_middle(result.photo, face);
      CHECK(std::abs(middle.red - face.skin.red) <= 25);
      CHECK(std::abs(middle.blue - face.skin.blue) <= 25);
    }
  }
}
