#include <array>
#include <catch2/catch.hpp>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "../support/expect_error.hpp"
#include "bundle/sha256.hpp"
#include "fake_stages.hpp"
#include "result_checks.hpp"

using namespace demask;        // NOLINT(google-build-using-namespace)
using namespace demask::test;  // NOLINT(google-build-using-namespace)

namespace {

// A large masked woman, a smaller bare man, a small masked man, in order of score.
Scene group() {
  Scene scene{500, 360, {}};
  scene.faces.push_back({placed(20, 40, 220, 0.1), female_skin, true, 70.0F, 0.95F});
  scene.faces.push_back({placed(270, 20, 120), male_skin, false, 70.0F, 0.9F});
  scene.faces.push_back({placed(300, 190, 150, -0.15), male_skin, true, 70.0F, 0.6F});
  return scene;
}

Scene one_face(int width = 320) {
  return {width, 300, {{placed(30, 20, 240), female_skin, true, 70.0F, 0.9F}}};
}

Scenes scenes_of(const std::vector<Scene>& list) {
  Scenes scenes;
  for (const Scene& scene : list) {
    scenes[scene.width] = scene;
  }
  return scenes;
}

Colour pixel(const Image& photo, Point p) {
  const auto x = static_cast<int>(p.x + 0.5F);
  const std::uint8_t* value = photo.row(static_cast<int>(p.y + 0.5F)) + 3 * x;
  return {value[0], value[1], value[2]};
}

// The middle of a face's mask in the photo.
Colour mask_middle(const Image& photo, const SceneFace& face) {
  return pixel(photo, face.place({128, 190}));
}

std::vector<FaceStatus> statuses(const Result& result) {
  std::vector<FaceStatus> list;
  for (const FaceResult& face : result.faces) {
    list.push_back(face.status);
  }
  return list;
}

// A gray mask over the whole photo with `inside` where the scene's masks are.
Image drawn_mask(const Scene& scene, std::uint8_t inside, std::uint8_t outside) {
  Image mask(scene.width, scene.height, PixelFormat::gray);
  for (int y = 0; y < scene.height; ++y) {
    for (int x = 0; x < scene.width; ++x) {
      const Point p{static_cast<float>(x), static_cast<float>(y)};
      const bool in = std::any_of(scene.faces.begin(), scene.faces.end(),
                                  [&](const SceneFace& face) { return face.mask_covers(p); });
      mask.row(y)[x] = in ? inside : outside;
    }
  }
  return mask;
}

// The number of pixels of the scene's masks that are not painted.
int mask_left(const Scene& scene, const Result& result) {
  int left = 0;
  for (int y = 0; y < scene.height; ++y) {
    for (int x = 0; x < scene.width; ++x) {
      left += scene.colour_at(x, y) == mask_colour && result.changed.row(y)[x] != 255 ? 1 : 0;
    }
  }
  return left;
}

}  // namespace

TEST_CASE("A photo of several faces is worked on where masks are, and nowhere else",
          "[reconstructor]") {
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

TEST_CASE("A strap is painted with its mask, and alone it is none", "[reconstructor]") {
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
  // Far above the mask, on the strap and beside it.
  CHECK(pixel(result.photo, scene.faces[0].place({128, 60})) == female_paint);
  CHECK(pixel(result.photo, scene.faces[0].place({150, 60})) == female_skin);

  with_mask = false;
  CHECK(statuses(reconstructor.reconstruct(photo, options)) ==
        std::vector<FaceStatus>{FaceStatus::no_mask});
}

TEST_CASE("A mask that hangs below the square of its face is painted to its end",
          "[reconstructor]") {
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
  // The face is smaller in its square, and its eyes lie where they always lie.
  CHECK(pixel(result.faces[0].aligned_before, {128, 238}) == mask_colour);
  CHECK_FALSE(pixel(result.faces[0].aligned_before, {128, 246}) == mask_colour);
  CHECK(same_points(result.faces[0].landmarks.points, scene.faces[0].landmarks().points));

  // Where the photo ends with the square, there is nothing to make room for.
  scene.height = 220;
  const FakeStages others(scenes_of({scene}));
  const Result cut = others.reconstructor().reconstruct(scene.photo(), {});
  CHECK(others.segmenter->calls == 1);
  CHECK(mask_left(scene, cut) == 0);
}

TEST_CASE("A strap is followed beyond the sides of the square", "[reconstructor]") {
  // Canonical columns; the strap runs from the mask to the left, in these rows.
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

  // Where the photo ends with the square, nothing goes on.
  const Scene at_border{321, 300, {{placed(0, 20, 240), female_skin, true, 70.0F, 0.9F}}};
  FakeStages others(scenes_of({at_border}));
  run(at_border, others);
  CHECK(others.segmenter->calls == 1);
}

TEST_CASE("A face whose eyes a mask hides is left as it is, unless the caller gave the mask",
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

TEST_CASE("A result says everything of a face", "[reconstructor]") {
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
  CHECK(pixel(face.aligned_before, {128, 190}) == mask_colour);
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
      // Padding behind every row.
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

TEST_CASE("A gray photo is worked on in gray", "[reconstructor]") {
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

TEST_CASE("Small and unselected faces stay untouched", "[reconstructor]") {
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
    CHECK(mask_middle(result.photo, scene.faces[2]) == mask_colour);
  }
  SECTION("the largest only") {
    options.selection = FaceSelection::largest;
    const Result result = reconstructor.reconstruct(photo, options);
    CHECK(statuses(result) ==
          Statuses{FaceStatus::reconstructed, FaceStatus::not_selected, FaceStatus::not_selected});
    CHECK(mask_middle(result.photo, scene.faces[2]) == mask_colour);
  }
  SECTION("one by its index") {
    options.selection = FaceSelection::index;
    options.face_index = 2;
    const Result result = reconstructor.reconstruct(photo, options);
    CHECK(statuses(result) ==
          Statuses{FaceStatus::not_selected, FaceStatus::not_selected, FaceStatus::reconstructed});
    CHECK(result.faces[0].landmarks.empty());
    CHECK(mask_middle(result.photo, scene.faces[0]) == mask_colour);
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
  SECTION("below the least mask area") {
    options.min_mask_area = 0.5F;
    CHECK(statuses(reconstructor.reconstruct(photo, options)) == Statuses(3, FaceStatus::no_mask));
  }
  SECTION("below the least confidence of landmarks") {
    // The fakes are sure by 0.9.
    options.min_landmark_confidence = 0.89F;
    CHECK(statuses(reconstructor.reconstruct(photo, options))[0] == FaceStatus::reconstructed);
    options.min_landmark_confidence = 0.95F;
    const Result result = reconstructor.reconstruct(photo, options);
    CHECK(statuses(result) == Statuses(3, FaceStatus::landmarks_unreliable));
    CHECK(result.faces[0].landmarks.points.size() == 68);
    CHECK(same_pixels(result.photo, photo));
  }
  SECTION("below the landmark detector's own least confidence") {
    fakes.landmark_detector->least = 0.95F;
    CHECK(statuses(reconstructor.reconstruct(photo, options)) ==
          Statuses(3, FaceStatus::landmarks_unreliable));
    options.min_landmark_confidence = 0.0F;
    CHECK(statuses(reconstructor.reconstruct(photo, options))[0] == FaceStatus::reconstructed);
  }
  SECTION("a landmark detector whose least confidence is none") {
    fakes.landmark_detector->least = GENERATE(-0.1F, 1.5F, std::numeric_limits<float>::quiet_NaN());
    expect_error(ErrorCode::model_invalid, "landmark_detector: its least confidence is",
                 [&] { return reconstructor.reconstruct(photo, options); });
  }
  SECTION("given landmarks are taken whatever their confidence") {
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
        0.05F;  // the fake's background level is 0.1: eyes are mask, too
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
  SECTION("uncertain, with both wanted") {
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

TEST_CASE("A mask given by the caller takes the segmenter's place", "[reconstructor]") {
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

  SECTION("levels from 128 are covered") {
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
  SECTION("level and polarity do not change the outcome") {
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
  SECTION("it may be strided and lie at the photo's border") {
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

TEST_CASE("Boxes given by the caller take the detector's place", "[reconstructor]") {
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

TEST_CASE("Landmarks given by the caller take both detectors' place", "[reconstructor]") {
  const Scene scene = group();
  FakeStages fakes(scenes_of({scene}));
  ReconstructOptions options;
  options.landmarks = {scene.faces[0].landmarks(), scene.faces[2].landmarks()};
  const Result result = fakes.reconstructor().reconstruct(scene.photo(), options);
  REQUIRE(result.faces.size() == 2);
  CHECK(result.faces[0].score == 1.0F);
  CHECK(fakes.face_detector->calls + fakes.landmark_detector->calls == 0);

  // They give what the detectors' own give.
  const Result detected = fakes.reconstructor().reconstruct(scene.photo());
  CHECK(same_pixels(result.faces[0].aligned_after, detected.faces[0].aligned_after));

  SECTION("that make no face") {
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
  SECTION("beside the photo") {
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

TEST_CASE("The dilation grows the hole by its fraction of the canonical face", "[reconstructor]") {
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

TEST_CASE("Each option outside its range is refused by name", "[reconstructor]") {
  const Scene scene = one_face();
  const Image photo = scene.photo();
  const FaceReconstructor reconstructor = FakeStages(scenes_of({scene})).reconstructor();
  ReconstructOptions options;
  const auto refused = [&](const std::string& name) {
    expect_error(ErrorCode::invalid_argument, name,
                 [&] { return reconstructor.reconstruct(photo, options); });
    expect_error(ErrorCode::invalid_argument, name,
                 [&] { return reconstructor.reconstruct(std::vector<ImageView>{photo}, options); });
    options = {};
  };
  const float nan = std::numeric_limits<float>::quiet_NaN();
  for (const float margin : {-0.1F, 0.6F, nan}) {
    options.gender_margin = margin;
    refused("gender_margin");
  }
  for (const float dilation : {-0.01F, 0.26F, nan}) {
    options.mask_dilation = dilation;
    refused("mask_dilation");
  }
  for (const float area : {-0.1F, 1.1F, nan}) {
    options.min_mask_area = area;
    refused("min_mask_area");
  }
  for (const float size : {-1.0F, nan}) {
    options.min_face_size = size;
    refused("min_face_size");
  }
  for (const float threshold : {-0.1F, 1.1F, nan}) {
    options.detection_threshold = threshold;
    refused("detection_threshold");
    options.segmentation_threshold = threshold;
    refused("segmentation_threshold");
    options.min_landmark_confidence = threshold;
    refused("min_landmark_confidence");
  }
  options.gender = static_cast<GenderChoice>(3);
  refused("gender");
  options.blend = static_cast<BlendMode>(-1);
  refused("blend");
  options.selection = static_cast<FaceSelection>(7);
  refused("selection");
  options.face_index = -1;
  refused("face_index");
  options.max_pixels = 0;
  refused("max_pixels");
}

TEST_CASE("Malformed masks, boxes and landmarks are refused", "[reconstructor]") {
  const Scene scene = one_face();
  const Image photo = scene.photo();
  const FaceReconstructor reconstructor = FakeStages(scenes_of({scene})).reconstructor();
  ReconstructOptions options;
  const auto refused = [&](ErrorCode code, const std::string& text) {
    expect_error(code, text, [&] { return reconstructor.reconstruct(photo, options); });
  };
  const Image mask = drawn_mask(scene, 255, 0);
  const float nan = std::numeric_limits<float>::quiet_NaN();

  SECTION("a mask of another size") {
    options.mask = {mask.data(), scene.width - 1, scene.height, mask.stride(), PixelFormat::gray};
    refused(ErrorCode::invalid_argument, "mask: it has 319 x 300 pixels, the photo 320 x 300");
  }
  SECTION("a mask in colour") {
    options.mask = photo;
    refused(ErrorCode::invalid_argument, "mask: it is not gray");
  }
  SECTION("a mask with too small a stride") {
    options.mask = {mask.data(), scene.width, scene.height, 5, PixelFormat::gray};
    refused(ErrorCode::invalid_image, "stride");
  }
  SECTION("boxes that are none") {
    for (const Box& box : {Box{0, 0, 0, 5}, Box{0, 0, 5, -5}, Box{nan, 0, 5, 5}}) {
      options.boxes = {scene.faces[0].box(), box};
      refused(ErrorCode::invalid_argument, "boxes");
    }
  }
  SECTION("landmarks that are none") {
    options.landmarks = {Landmarks{}};
    refused(ErrorCode::invalid_argument, "0 points given");
    options.landmarks = {scene.faces[0].landmarks()};
    options.landmarks[0].points[5].x = nan;
    refused(ErrorCode::invalid_argument, "not finite");
  }
  SECTION("boxes and landmarks together") {
    options.boxes = {scene.faces[0].box()};
    options.landmarks = {scene.faces[0].landmarks()};
    refused(ErrorCode::invalid_argument, "both are given");
  }
  SECTION("any of them for a batch") {
    const std::vector<ImageView> photos = {photo};
    const auto batch_refused = [&] {
      expect_error(ErrorCode::invalid_argument, "belong to one photo",
                   [&] { return reconstructor.reconstruct(photos, options); });
      options = {};
    };
    options.mask = mask;
    batch_refused();
    options.boxes = {scene.faces[0].box()};
    batch_refused();
    options.landmarks = {scene.faces[0].landmarks()};
    batch_refused();
  }
}

TEST_CASE("Malformed photos are refused", "[reconstructor]") {
  const Scene scene = one_face();
  const Image photo = scene.photo();
  const FaceReconstructor reconstructor = FakeStages(scenes_of({scene})).reconstructor();
  ImageView view = photo;
  ReconstructOptions options;
  const auto refused = [&](ErrorCode code, const std::string& text) {
    expect_error(code, text, [&] { return reconstructor.reconstruct(view, options); });
    view = photo;
  };
  view.data = nullptr;
  refused(ErrorCode::invalid_image, "null");
  view.width = 0;
  refused(ErrorCode::invalid_image, "0 x 300");
  view.stride = 100;
  refused(ErrorCode::invalid_image, "stride");
  view.format = static_cast<PixelFormat>(77);
  refused(ErrorCode::invalid_argument, "pixel format");
  options.max_pixels = 320 * 300 - 1;
  refused(ErrorCode::image_too_large, "limit of 95999");
}

TEST_CASE("A stage that is needed and missing is named, and one that is not needed is not missed",
          "[reconstructor]") {
  const Scene scene = one_face();
  const Image photo = scene.photo();
  const FakeStages fakes(scenes_of({scene}));
  const auto missing = [&](const std::string& name, const Stages& stages) {
    const FaceReconstructor reconstructor(stages);
    expect_error(ErrorCode::bundle_invalid, name, [&] { return reconstructor.reconstruct(photo); });
    expect_error(ErrorCode::bundle_invalid, name, [&] {
      return reconstructor.reconstruct(std::vector<ImageView>{photo, photo});
    });
    expect_error(ErrorCode::bundle_invalid, name, [&] { reconstructor.load_all(); });
  };
  Stages stages = fakes.stages();
  stages.face_detector = nullptr;
  missing("face_detector", stages);
  stages = fakes.stages();
  stages.landmark_detector = nullptr;
  missing("landmark_detector", stages);
  stages = fakes.stages();
  stages.segmenter = nullptr;
  missing("segmenter", stages);
  stages = fakes.stages();
  stages.gender_classifier = nullptr;
  missing("gender_classifier", stages);
  stages = fakes.stages();
  stages.inpainter_female = nullptr;
  missing("inpainter_female", stages);

  stages = fakes.stages();
  stages.inpainter_male = nullptr;
  CHECK(FaceReconstructor(stages).reconstruct(photo).faces[0].status == FaceStatus::reconstructed);

  const Image mask = drawn_mask(scene, 255, 0);
  ReconstructOptions options;
  options.landmarks = {scene.faces[0].landmarks()};
  options.mask = mask;
  options.gender = GenderChoice::female;
  Stages inpainter_only;
  inpainter_only.inpainter_female = fakes.inpainter_female;
  const Result result = FaceReconstructor(inpainter_only).reconstruct(photo, options);
  CHECK(result.faces[0].status == FaceStatus::reconstructed);
  CHECK_NOTHROW(fakes.reconstructor().load_all());
}

namespace {

/// A bundle with one model, of `stage`, that is damaged: whoever loads it fails.
ModelBundle damaged_bundle(const std::string& stage, const std::string& file) {
  const std::string content = "not the model";
  const nlohmann::json entry = {{"file", file},
                                {"sha256", std::string(64, '0')},
                                {"size_bytes", content.size()},
                                {"input_size", 256},
                                {"variant", "semantic"}};
  const std::string manifest = nlohmann::json({{"schema_version", 1},
                                               {"name", "damaged"},
                                               {"version", "1"},
                                               {"license", "MIT"},
                                               {"models", {{stage, entry}}}})
                                   .dump();
  return ModelBundle::from_memory({{"manifest.json", {manifest.begin(), manifest.end()}},
                                   {file, {content.begin(), content.end()}}});
}

}  // namespace

TEST_CASE("A model that loads ahead and fails is an error where it is needed", "[reconstructor]") {
  const Scene scene = one_face();
  const Scene empty{scene.width + 16, scene.height, {}};
  const Image photo = scene.photo();
  const Image without_faces = empty.photo();
  const FakeStages fakes(scenes_of({scene, empty}));
  Stages stages = fakes.stages();
  stages.segmenter = nullptr;
  const FaceReconstructor reconstructor(damaged_bundle("segmenter", "segmenter.pt"), stages);
  CHECK(reconstructor.reconstruct(without_faces).faces.empty());
  for (int i = 0; i < 2; ++i) {
    expect_error(ErrorCode::hash_mismatch, "segmenter.pt",
                 [&] { return reconstructor.reconstruct(photo); });
  }
  const Image mask = drawn_mask(scene, 255, 0);
  ReconstructOptions options;
  options.mask = mask;
  CHECK(reconstructor.reconstruct(photo, options).faces[0].status == FaceStatus::reconstructed);
}

TEST_CASE("A model of the bundle is read when it is first needed", "[reconstructor]") {
  const Scene scene = one_face();
  const Image photo = scene.photo();
  const FakeStages fakes(scenes_of({scene}));
  const ModelBundle bundle = damaged_bundle("inpainter_male", "male.pt");
  Stages stages = fakes.stages();
  stages.inpainter_male = nullptr;
  const FaceReconstructor reconstructor(bundle, stages);
  CHECK(reconstructor.reconstruct(photo).faces[0].status == FaceStatus::reconstructed);

  ReconstructOptions options;
  options.gender = GenderChoice::male;
  // A failed load is an error of every call that needs it, and does no harm to the others.
  for (int i = 0; i < 2; ++i) {
    expect_error(ErrorCode::hash_mismatch, "male.pt",
                 [&] { return reconstructor.reconstruct(photo, options); });
  }
  expect_error(ErrorCode::hash_mismatch, "male.pt", [&] { reconstructor.load_all(); });
  CHECK(reconstructor.reconstruct(photo).faces[0].status == FaceStatus::reconstructed);
}

TEST_CASE("A stage that breaks its interface is an error, not a crash", "[reconstructor]") {
  const Scene scene = one_face();
  const Image photo = scene.photo();
  FakeStages fakes(scenes_of({scene}));
  const auto refused = [&](const std::string& text) {
    expect_error(ErrorCode::model_invalid, text,
                 [&] { return fakes.reconstructor().reconstruct(photo); });
  };
  const float nan = std::numeric_limits<float>::quiet_NaN();

  SECTION("no landmarks") {
    fakes.landmark_detector->tamper = [](auto&, auto& found) { found.clear(); };
    refused("landmark_detector: it returned 0 results for 1 faces");
  }
  SECTION("too few landmarks") {
    fakes.landmark_detector->tamper = [](auto&, auto& found) { found[0].points.pop_back(); };
    refused("landmark_detector: its output is malformed");
  }
  SECTION("landmarks that are no numbers") {
    fakes.landmark_detector->tamper = [=](auto&, auto& found) { found[0].points[0].x = nan; };
    refused("landmark_detector: its output is malformed");
  }
  SECTION("no mask instance") {
    fakes.segmenter->tamper = [](auto& found) { found[0].clear(); };
    refused("segmenter: it returned 0 instances");
  }
  SECTION("a map of another size") {
    fakes.segmenter->tamper = [](auto& found) {
      found[0][0].probability = {2, 2, std::vector<float>(4)};
    };
    refused("segmenter: its map of 2 x 2");
  }
  SECTION("a map with too few values") {
    fakes.segmenter->tamper = [](auto& found) { found[0][0].probability.values.resize(10); };
    refused("segmenter: a map of 256 x 256 came with 10 values");
  }
  SECTION("probabilities that are no numbers") {
    fakes.segmenter->tamper = [=](auto& found) { found[0][0].probability.values[7] = nan; };
    refused("segmenter: a map holds a value that is not finite");
  }
  SECTION("confidences that are no numbers") {
    fakes.landmark_detector->tamper = [=](auto&, auto& found) {
      found[0].confidence.assign(68, nan);
    };
    refused("landmark_detector: its output is malformed (a confidence is not finite)");
  }
  SECTION("a gender that is none") {
    fakes.gender_classifier->tamper = [](auto& found) { found[0].gender = static_cast<Gender>(5); };
    refused("gender_classifier");
  }
  SECTION("a probability that is none") {
    fakes.gender_classifier->tamper = [=](auto& found) { found[0].probability = nan; };
    refused("gender_classifier");
  }
  SECTION("a painted face of another size") {
    fakes.inpainter_female->tamper = [](auto& found) {
      found[0] = Image(64, 64, PixelFormat::rgb);
    };
    refused("inpainter_female: a painted face");
  }
  SECTION("a painted face of another format") {
    fakes.inpainter_female->tamper = [](auto& found) {
      found[0] = Image(256, 256, PixelFormat::rgba);
    };
    refused("inpainter_female: a painted face");
  }
  SECTION("an allocation that fails") {
    fakes.inpainter_female->tamper = [](auto&) { throw std::bad_alloc(); };
    expect_error(ErrorCode::out_of_memory, "allocation",
                 [&] { return fakes.reconstructor().reconstruct(photo); });
  }
  SECTION("an exception of its own reaches the caller as it is") {
    fakes.inpainter_female->tamper = [](auto&) { throw std::logic_error("mine"); };
    CHECK_THROWS_AS(fakes.reconstructor().reconstruct(photo), std::logic_error);
  }
}

TEST_CASE("An instance segmenter sees the photo once and gives each face its own mask",
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

TEST_CASE("Touching masks of two faces do not leak into each other", "[reconstructor]") {
  // Cheek by cheek, masks so wide that they meet.
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
    // Whichever comes first.
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
          if (!(scene.colour_at(x, y) == mask_colour) || std::abs(p.x - seam) <= ring) {
            continue;
          }
          REQUIRE(pixel(result.photo, p) == (p.x < seam ? female_paint : male_paint));
        }
      }
    }
  }
  SECTION("the mask of a face that is left as it is stays") {
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
  SECTION("no mask tints its neighbour's skin") {
    stages.inpainter_female = std::make_shared<FakeInpainter>(female_skin);
    stages.inpainter_male = std::make_shared<FakeInpainter>(male_skin);
    options.blend = BlendMode::feather;
    const Result result = FaceReconstructor(stages).reconstruct(photo, options);
    for (const SceneFace& face : scene.faces) {
      const Colour middle = mask_middle(result.photo, face);
      CHECK(std::abs(middle.red - face.skin.red) <= 25);
      CHECK(std::abs(middle.blue - face.skin.blue) <= 25);
    }
  }
}
