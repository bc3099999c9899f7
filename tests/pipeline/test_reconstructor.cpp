// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <limits>
#include <vector>

#include "../support/expect_error.hpp"
#include "fake_stages.hpp"
#include "result_checks.hpp"
#include "scenes.hpp"

using namespace demask;        // NOLINT(google-build-using-namespace)
using namespace demask::test;  // NOLINT(google-build-using-namespace)

TEST_CASE("A photo of several faces changes only where the masks are", "[reconstructor]") {
  const Scene scene = group();
  const Image photo = scene.photo();
  const FakeStages fakes(scenes_of({scene}));
  ReconstructOptions options;
  options.blend = BlendMode::none;
  const Result result = fakes.reconstructor().reconstruct(photo, options);

  check_contained(photo, result);
  CHECK(statuses(result) == std::vector<FaceStatus>{FaceStatus::reconstructed, FaceStatus::no_mask,
                                                    FaceStatus::reconstructed});
  CHECK(mask_middle(result.photo, scene.faces[0]) == female_paint);
  CHECK(mask_middle(result.photo, scene.faces[1]) == male_skin);
  CHECK(mask_middle(result.photo, scene.faces[2]) == male_paint);
  CHECK(result.alternative_photo.empty());
  CHECK(result.detect_milliseconds >= 0.0);
  CHECK(mask_left(scene, result) == 0);
}

TEST_CASE("A result describes a face completely", "[reconstructor]") {
  const Scene scene = group();
  const FakeStages fakes(scenes_of({scene}));
  const Result result = fakes.reconstructor().reconstruct(scene.photo());
  const FaceResult& face = result.faces.at(0);
  CHECK(face.score == 0.95F);
  CHECK(face.box.width == scene.faces[0].box().width);
  CHECK(same_points(face.landmarks.points, scene.faces[0].landmarks().points));
  CHECK(face.landmarks.confidence.size() == 68);
  REQUIRE(face.gender);
  CHECK(face.gender->gender == Gender::female);
  CHECK(face.gender->probability == 0.95F);
  CHECK(!face.gender_uncertain);
  for (const Image* image : {&face.aligned_before, &face.aligned_after}) {
    CHECK(image->width() == 256);
    CHECK(image->height() == 256);
    CHECK(image->format() == PixelFormat::rgb);
  }
  CHECK(face.aligned_mask.format() == PixelFormat::gray);
  CHECK(covered(face.aligned_mask) >= 140 * 90);
  CHECK(covered(face.aligned_mask) < 160 * 110);
  CHECK(pixel(face.aligned_before, {128, 190}) == mask_color);
  CHECK(pixel(face.aligned_after, {128, 190}) == female_paint);
  CHECK(face.aligned_alternative.empty());
  for (int step = 0; step < pipeline_step_count; ++step) {
    CHECK(face.milliseconds[static_cast<PipelineStep>(step)] >= 0.0);
  }

  const FaceResult& bare = result.faces.at(1);
  CHECK(bare.status == FaceStatus::no_mask);
  CHECK(!bare.gender);
  CHECK(!bare.landmarks.empty());
  CHECK(!bare.aligned_before.empty());
  CHECK(bare.aligned_mask.empty());
  CHECK(bare.aligned_after.empty());
  CHECK(bare.mask.pixels.empty());
}

TEST_CASE("A photo without a mask comes back bit for bit", "[reconstructor]") {
  Scene scene = group();
  for (SceneFace& face : scene.faces) {
    face.masked = false;
  }
  const Image photo = scene.photo();
  const FakeStages fakes(scenes_of({scene}));
  const Result result = fakes.reconstructor().reconstruct(photo);
  CHECK(same_pixels(result.photo, photo));
  CHECK(covered(result.changed) == 0);
  CHECK(fakes.inpainter_female->calls + fakes.inpainter_male->calls == 0);
  CHECK(fakes.gender_classifier->calls == 0);
}

TEST_CASE("A photo without a face comes back bit for bit", "[reconstructor]") {
  const Scene scene{64, 48, {}};
  const Image photo = scene.photo();
  const FakeStages fakes(scenes_of({scene}));
  const Result result = fakes.reconstructor().reconstruct(photo);
  CHECK(result.faces.empty());
  CHECK(same_pixels(result.photo, photo));
  CHECK(fakes.segmenter->calls + fakes.landmark_detector->calls == 0);
}

TEST_CASE("Every pixel format and stride gives the same faces", "[reconstructor]") {
  const Scene scene = group();
  const Image rgb = scene.photo();
  const FakeStages fakes(scenes_of({scene}));
  const FaceReconstructor reconstructor = fakes.reconstructor();
  for (const BlendMode blend : {BlendMode::feather, BlendMode::poisson, BlendMode::none}) {
    ReconstructOptions options;
    options.blend = blend;
    const Result expected = reconstructor.reconstruct(rgb, options);
    check_contained(rgb, expected);
    for (const PixelFormat format : {PixelFormat::bgr, PixelFormat::rgba, PixelFormat::bgra}) {
      const Image photo = convert(rgb, format);
      // Padding after every row.
      const std::ptrdiff_t stride = photo.stride() + 37;
      std::vector<std::uint8_t> padded(static_cast<std::size_t>(stride * photo.height()), 0xAB);
      for (int y = 0; y < photo.height(); ++y) {
        std::copy_n(photo.row(y), photo.stride(), padded.data() + y * stride);
      }
      const ImageView view{padded.data(), photo.width(), photo.height(), stride, format};
      const Result result = reconstructor.reconstruct(view, options);
      check_contained(view, result);
      CHECK(same_pixels(result.changed, expected.changed));
      CHECK(same_pixels(convert(result.photo, PixelFormat::rgb), expected.photo));
    }
  }
}

TEST_CASE("A gray photo is reconstructed in gray", "[reconstructor]") {
  const Scene scene = one_face();
  const Image photo = convert(scene.photo(), PixelFormat::gray);
  FakeStages fakes(scenes_of({scene}));
  const Image mask = drawn_mask(scene, 255, 0);
  ReconstructOptions options;
  options.mask = mask;
  options.gender = GenderChoice::male;
  options.blend = BlendMode::none;
  const Result result = fakes.reconstructor().reconstruct(photo, options);
  check_contained(photo, result);
  CHECK(result.faces.at(0).status == FaceStatus::reconstructed);
  const Point middle = scene.faces[0].place({128, 190});
  const int expected = (299 * 30 + 587 * 230 + 114 * 20 + 500) / 1000;
  CHECK(result.photo.row(static_cast<int>(middle.y))[static_cast<int>(middle.x)] == expected);
}

TEST_CASE("Small and unselected faces stay unchanged", "[reconstructor]") {
  const Scene scene = group();
  const Image photo = scene.photo();
  const FakeStages fakes(scenes_of({scene}));
  const FaceReconstructor reconstructor = fakes.reconstructor();
  ReconstructOptions options;
  using Statuses = std::vector<FaceStatus>;

  SECTION("too small") {
    options.min_face_size = 130.0F;
    const Result result = reconstructor.reconstruct(photo, options);
    CHECK(statuses(result) ==
          Statuses{FaceStatus::reconstructed, FaceStatus::too_small, FaceStatus::too_small});
    CHECK(result.faces[2].landmarks.empty());
    check_contained(photo, result);
    CHECK(mask_middle(result.photo, scene.faces[2]) == mask_color);
  }
  SECTION("the largest only") {
    options.selection = FaceSelection::largest;
    const Result result = reconstructor.reconstruct(photo, options);
    CHECK(statuses(result) ==
          Statuses{FaceStatus::reconstructed, FaceStatus::not_selected, FaceStatus::not_selected});
    CHECK(mask_middle(result.photo, scene.faces[2]) == mask_color);
  }
  SECTION("one by its index") {
    options.selection = FaceSelection::index;
    options.face_index = 2;
    const Result result = reconstructor.reconstruct(photo, options);
    CHECK(statuses(result) ==
          Statuses{FaceStatus::not_selected, FaceStatus::not_selected, FaceStatus::reconstructed});
    CHECK(result.faces[0].landmarks.empty());
    CHECK(mask_middle(result.photo, scene.faces[0]) == mask_color);
  }
  SECTION("an index beyond the last face") {
    options.selection = FaceSelection::index;
    options.face_index = 99;
    const Result result = reconstructor.reconstruct(photo, options);
    CHECK(statuses(result) == Statuses(3, FaceStatus::not_selected));
    CHECK(same_pixels(result.photo, photo));
  }
  SECTION("below the detection threshold") {
    options.detection_threshold = 0.8F;
    CHECK(reconstructor.reconstruct(photo, options).faces.size() == 2);
  }
  SECTION("below the minimum mask area") {
    options.min_mask_area = 0.5F;
    CHECK(statuses(reconstructor.reconstruct(photo, options)) == Statuses(3, FaceStatus::no_mask));
  }
  SECTION("below the minimum confidence of landmarks") {
    // The fakes have a confidence of 0.9.
    options.min_landmark_confidence = 0.89F;
    CHECK(statuses(reconstructor.reconstruct(photo, options))[0] == FaceStatus::reconstructed);
    options.min_landmark_confidence = 0.95F;
    const Result result = reconstructor.reconstruct(photo, options);
    CHECK(statuses(result) == Statuses(3, FaceStatus::landmarks_unreliable));
    CHECK(result.faces[0].landmarks.points.size() == 68);
    CHECK(same_pixels(result.photo, photo));
  }
  SECTION("below the landmark detector's own minimum confidence") {
    fakes.landmark_detector->least = 0.95F;
    CHECK(statuses(reconstructor.reconstruct(photo, options)) ==
          Statuses(3, FaceStatus::landmarks_unreliable));
    options.min_landmark_confidence = 0.0F;
    CHECK(statuses(reconstructor.reconstruct(photo, options))[0] == FaceStatus::reconstructed);
  }
  SECTION("a landmark detector whose minimum confidence is invalid") {
    fakes.landmark_detector->least = GENERATE(-0.1F, 1.5F, std::numeric_limits<float>::quiet_NaN());
    expect_error(ErrorCode::model_invalid, "landmark_detector: its minimum confidence is",
                 [&] { return reconstructor.reconstruct(photo, options); });
  }
  SECTION("given landmarks are used whatever their confidence") {
    options.landmarks = {scene.faces[0].landmarks()};
    options.landmarks[0].confidence.assign(68, 0.1F);
    options.min_landmark_confidence = 1.0F;
    CHECK(statuses(reconstructor.reconstruct(photo, options)) ==
          Statuses{FaceStatus::reconstructed});
  }
  SECTION("below the segmentation threshold") {
    options.segmentation_threshold = 1.0F;
    CHECK(statuses(reconstructor.reconstruct(photo, options))[0] == FaceStatus::reconstructed);
    options.segmentation_threshold =
        0.05F;  // The fake's background is 0.1, so the eyes count as mask too.
    CHECK(statuses(reconstructor.reconstruct(photo, options))[1] ==
          FaceStatus::landmarks_unreliable);
  }
}

TEST_CASE("The gender chooses the generator", "[reconstructor]") {
  const Scene scene = one_face();
  const Image photo = scene.photo();
  FakeStages fakes(scenes_of({scene}));
  ReconstructOptions options;
  options.blend = BlendMode::none;

  SECTION("forced") {
    const FaceReconstructor reconstructor = fakes.reconstructor();
    options.gender = GenderChoice::male;
    options.both_when_uncertain = true;
    const Result result = reconstructor.reconstruct(photo, options);
    CHECK(mask_middle(result.photo, scene.faces[0]) == male_paint);
    CHECK(result.faces[0].gender->gender == Gender::male);
    CHECK(result.faces[0].gender->probability == 1.0F);
    CHECK(!result.faces[0].gender_uncertain);
    CHECK(fakes.gender_classifier->calls == 0);
    CHECK(fakes.inpainter_female->calls == 0);
    options.gender = GenderChoice::female;
    CHECK(mask_middle(reconstructor.reconstruct(photo, options).photo, scene.faces[0]) ==
          female_paint);
  }
  SECTION("sure") {
    const Result result = fakes.reconstructor().reconstruct(photo, options);
    CHECK(mask_middle(result.photo, scene.faces[0]) == female_paint);
    CHECK(fakes.inpainter_male->calls == 0);
  }
  SECTION("the margin decides what is uncertain") {
    fakes.gender_classifier->probability = 0.625F;
    const FaceReconstructor reconstructor = fakes.reconstructor();
    options.gender_margin = 0.125F;
    CHECK(!reconstructor.reconstruct(photo, options).faces[0].gender_uncertain);
    options.gender_margin = 0.13F;
    const Result result = reconstructor.reconstruct(photo, options);
    CHECK(result.faces[0].gender_uncertain);
    CHECK(result.alternative_photo.empty());
    CHECK(fakes.inpainter_male->calls == 0);
  }
  SECTION("uncertain, with both genders requested") {
    fakes.gender_classifier->probability = 0.55F;
    options.both_when_uncertain = true;
    const Result result = fakes.reconstructor().reconstruct(photo, options);
    check_contained(photo, result);
    REQUIRE(!result.alternative_photo.empty());
    CHECK(mask_middle(result.photo, scene.faces[0]) == female_paint);
    CHECK(mask_middle(result.alternative_photo, scene.faces[0]) == male_paint);
    CHECK(pixel(result.faces[0].aligned_alternative, {128, 190}) == male_paint);
  }
}

TEST_CASE("The alternative photo keeps the faces that are certain", "[reconstructor]") {
  const Scene scene = group();
  FakeStages fakes(scenes_of({scene}));
  fakes.gender_classifier->tamper = [](std::vector<GenderEstimate>& estimates) {
    estimates[0].probability = 0.5F;
  };
  ReconstructOptions options;
  options.both_when_uncertain = true;
  options.blend = BlendMode::none;
  const Result result = fakes.reconstructor().reconstruct(scene.photo(), options);
  REQUIRE(!result.alternative_photo.empty());
  check_contained(scene.photo(), result);
  CHECK(mask_middle(result.alternative_photo, scene.faces[0]) == male_paint);
  CHECK(mask_middle(result.alternative_photo, scene.faces[2]) == male_paint);
  CHECK(result.faces[2].aligned_alternative.empty());
}
