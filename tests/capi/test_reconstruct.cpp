// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <atomic>
#include <cstddef>
#include <filesystem>
#include <set>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include "support.hpp"

using namespace demask::test;

namespace {

ResultHandle reconstruct(const demask_reconstructor* reconstructor, const Scene& scene) {
  demask_result* result = nullptr;
  require_ok(demask_reconstruct_view(reconstructor, &scene.photo, &scene.options, &result));
  return ResultHandle(result);
}

using ViewOf = demask_status (*)(const demask_result*, demask_image_view*);
using FaceViewOf = demask_status (*)(const demask_result*, int32_t, demask_image_view*);

demask_image_view view_of(const demask_result* result, ViewOf function) {
  auto view = make_struct<demask_image_view>();
  require_ok(function(result, &view));
  return view;
}

demask_image_view view_of(const demask_result* result, FaceViewOf function) {
  auto view = make_struct<demask_image_view>();
  require_ok(function(result, 0, &view));
  return view;
}

demask_face first_face(const demask_result* result) {
  auto face = make_struct<demask_face>();
  require_ok(demask_result_face(result, 0, &face));
  return face;
}

void check_size(const demask_image_view& view, int32_t width, int32_t height,
                demask_pixel_format format) {
  CHECK(view.data != nullptr);
  CHECK(view.width == width);
  CHECK(view.height == height);
  CHECK(view.format == format);
  CHECK(view.stride == width * (format == DEMASK_PIXEL_GRAY ? 1 : 3));
}

/* The side of the canonical face, which the photo's resolution decides. */
int32_t side_of_face(const demask_result* result) {
  const int32_t side = view_of(result, demask_result_face_aligned_before).width;
  CHECK((side == 128 || side == 192 || side == 256 || side == 384 || side == 512));
  return side;
}

std::vector<uint8_t> pixels_of(const demask_image_view& view) {
  return {view.data, view.data + view.stride * view.height};
}

struct ProgressLog {
  std::set<demask_pipeline_step> steps;
  bool in_range = true;
};

void record_progress(void* user_data, demask_pipeline_step step, int32_t done, int32_t total) {
  auto& log = *static_cast<ProgressLog*>(user_data);
  log.steps.insert(step);
  log.in_range = log.in_range && done >= 0 && done <= total;
}

}  // namespace

TEST_CASE("98 given points reconstruct like the 68 among them and are returned as 98", "[models]") {
  // For each of the 68 points, the index of its counterpart among the 98.
  std::vector<float> indices;
  for (int i = 0; i < 98; ++i) indices.insert(indices.end(), {static_cast<float>(i), 0.0F});
  auto wflw = make_struct<demask_landmarks>();
  wflw.scheme = DEMASK_LANDMARKS_WFLW98;
  wflw.count = 98;
  wflw.points = indices.data();
  demask_landmark_set* set = nullptr;
  require_ok(demask_landmarks_to_ibug68(&wflw, &set));
  auto ibug = make_struct<demask_landmarks>();
  require_ok(demask_landmark_set_get(set, &ibug));

  Scene scene;
  const ReconstructorHandle reconstructor = make_reconstructor();
  const ResultHandle of_68 = reconstruct(reconstructor.get(), scene);
  // The points that are not among the 68 lie on the tip of the nose.
  std::vector<float> points;
  for (int i = 0; i < 98; ++i) {
    points.insert(points.end(), {scene.points[2 * 30], scene.points[2 * 30 + 1]});
  }
  for (std::size_t i = 0; i < 68; ++i) {
    const auto at = static_cast<std::size_t>(ibug.points[2 * i]);
    points[2 * at] = scene.points[2 * i];
    points[2 * at + 1] = scene.points[2 * i + 1];
  }
  demask_landmark_set_free(set);
  wflw.points = points.data();
  scene.options.landmarks = &wflw;
  const ResultHandle of_98 = reconstruct(reconstructor.get(), scene);
  CHECK(pixels_of(view_of(of_98.get(), demask_result_photo)) ==
        pixels_of(view_of(of_68.get(), demask_result_photo)));
  auto landmarks = make_struct<demask_landmarks>();
  require_ok(demask_result_face_landmarks(of_98.get(), 0, &landmarks));
  CHECK(landmarks.scheme == DEMASK_LANDMARKS_WFLW98);
  REQUIRE(landmarks.count == 98);
  CHECK(std::equal(points.begin(), points.end(), landmarks.points));
}

TEST_CASE("a photo is reconstructed, and every result is accessible", "[models]") {
  const Scene scene;
  const ReconstructorHandle reconstructor = make_reconstructor();
  require_ok(demask_reconstructor_load_all(reconstructor.get()));
  const ResultHandle handle = reconstruct(reconstructor.get(), scene);
  const demask_result* const result = handle.get();

  const demask_image_view photo = view_of(result, demask_result_photo);
  const demask_image_view changed = view_of(result, demask_result_changed);
  check_size(photo, Scene::width, Scene::height, DEMASK_PIXEL_RGB);
  check_size(changed, Scene::width, Scene::height, DEMASK_PIXEL_GRAY);
  std::size_t changed_pixels = 0;
  bool is_same_outside = true;
  for (std::size_t i = 0; i < scene.mask_pixels.size(); ++i) {
    if (changed.data[i] != 0) {
      ++changed_pixels;
    } else {
      is_same_outside = is_same_outside && std::equal(photo.data + 3 * i, photo.data + 3 * i + 3,
                                                      scene.pixels.data() + 3 * i);
    }
  }
  CHECK(changed_pixels > 0);
  CHECK(is_same_outside);
  CHECK(view_of(result, demask_result_alternative_photo).data == nullptr);
  CHECK(demask_result_detect_milliseconds(result) >= 0.0);

  REQUIRE(demask_result_face_count(result) == 1);
  const demask_face face = first_face(result);
  CHECK(face.status == DEMASK_FACE_RECONSTRUCTED);
  CHECK(std::string(demask_result_face_reason(result, 0)).empty());
  CHECK(std::string(demask_result_face_reason(result, 1)).empty());
  CHECK(std::string(demask_result_face_reason(result, -1)).empty());
  CHECK(std::string(demask_result_face_reason(nullptr, 0)).empty());
  CHECK(face.box[2] > 50.0F);
  CHECK(face.box[3] > 50.0F);
  CHECK(face.score == 1.0F);
  CHECK(face.gender == DEMASK_GENDER_FEMALE);
  CHECK(face.gender_probability >= 0.5F);
  CHECK(face.gender_uncertain == 0);
  CHECK(face.has_landmarks == 1);
  CHECK(face.has_mask == 1);
  CHECK(face.has_aligned == 1);
  CHECK(face.has_alternative == 0);

  auto landmarks = make_struct<demask_landmarks>();
  require_ok(demask_result_face_landmarks(result, 0, &landmarks));
  CHECK(landmarks.scheme == DEMASK_LANDMARKS_IBUG68);
  REQUIRE(landmarks.count == 68);
  CHECK(std::equal(scene.points.begin(), scene.points.end(), landmarks.points));

  int32_t x = -1;
  int32_t y = -1;
  auto mask = make_struct<demask_image_view>();
  require_ok(demask_result_face_mask(result, 0, &x, &y, &mask));
  CHECK(mask.format == DEMASK_PIXEL_GRAY);
  CHECK(x >= 0);
  CHECK(y >= 0);
  CHECK(x + mask.width <= Scene::width);
  CHECK(y + mask.height <= Scene::height);
  CHECK(mask.data[(mask.height / 2) * mask.stride + mask.width / 2] == 255);

  const int32_t side = side_of_face(result);
  check_size(view_of(result, demask_result_face_aligned_before), side, side, DEMASK_PIXEL_RGB);
  check_size(view_of(result, demask_result_face_aligned_mask), side, side, DEMASK_PIXEL_GRAY);
  check_size(view_of(result, demask_result_face_aligned_after), side, side, DEMASK_PIXEL_RGB);
  CHECK(view_of(result, demask_result_face_aligned_alternative).data == nullptr);

  double milliseconds = -1.0;
  require_ok(demask_result_face_milliseconds(result, 0, DEMASK_STEP_INPAINT, &milliseconds));
  CHECK(milliseconds > 0.0);
  CHECK(demask_result_face_milliseconds(result, 0, 6, &milliseconds) ==
        DEMASK_ERROR_INVALID_ARGUMENT);
}

TEST_CASE("a face index outside the result is refused", "[models]") {
  const Scene scene;
  const ReconstructorHandle reconstructor = make_reconstructor();
  const ResultHandle result = reconstruct(reconstructor.get(), scene);
  const int32_t index = GENERATE(-1, 1, INT32_MAX);
  auto face = make_struct<demask_face>();
  face.status = 99;
  CHECK(demask_result_face(result.get(), index, &face) == DEMASK_ERROR_INVALID_ARGUMENT);
  CHECK(last_error_contains("index"));
  CHECK(face.status == 99);
  auto view = make_struct<demask_image_view>();
  CHECK(demask_result_face_aligned_after(result.get(), index, &view) ==
        DEMASK_ERROR_INVALID_ARGUMENT);
  CHECK(view.data == nullptr);
}

TEST_CASE("both generators paint an uncertain face on request", "[models]") {
  Scene scene;
  scene.options.gender = DEMASK_GENDER_AUTO;
  scene.options.gender_margin = 0.5F;
  scene.options.both_when_uncertain = 1;
  const ReconstructorHandle reconstructor = make_reconstructor();
  const ResultHandle result = reconstruct(reconstructor.get(), scene);
  const demask_face face = first_face(result.get());
  CHECK(face.gender != DEMASK_GENDER_UNDECIDED);
  CHECK(face.gender_uncertain == 1);
  CHECK(face.has_alternative == 1);
  check_size(view_of(result.get(), demask_result_alternative_photo), Scene::width, Scene::height,
             DEMASK_PIXEL_RGB);
  const int32_t side = side_of_face(result.get());
  check_size(view_of(result.get(), demask_result_face_aligned_alternative), side, side,
             DEMASK_PIXEL_RGB);
}

TEST_CASE("options change the result", "[models]") {
  Scene scene;
  const ReconstructorHandle reconstructor = make_reconstructor();
  SECTION("an inverted mask of inverted levels is the mask") {
    const ResultHandle plain = reconstruct(reconstructor.get(), scene);
    for (uint8_t& level : scene.mask_pixels) level = static_cast<uint8_t>(255 - level);
    scene.options.mask_inverted = 1;
    const ResultHandle inverted = reconstruct(reconstructor.get(), scene);
    CHECK(pixels_of(view_of(plain.get(), demask_result_photo)) ==
          pixels_of(view_of(inverted.get(), demask_result_photo)));
  }
  SECTION("each blend mode") {
    scene.options.blend = GENERATE(
        values<demask_blend_mode>({DEMASK_BLEND_FEATHER, DEMASK_BLEND_POISSON, DEMASK_BLEND_NONE}));
    const ResultHandle result = reconstruct(reconstructor.get(), scene);
    CHECK(first_face(result.get()).status == DEMASK_FACE_RECONSTRUCTED);
  }
  SECTION("a face that is too small") {
    scene.options.min_face_size = 300.0F;
    const ResultHandle result = reconstruct(reconstructor.get(), scene);
    CHECK(first_face(result.get()).status == DEMASK_FACE_TOO_SMALL);
    CHECK(first_face(result.get()).has_aligned == 0);
  }
  SECTION("a face that is not selected") {
    scene.options.selection = DEMASK_FACES_INDEX;
    scene.options.face_index = 1;
    const ResultHandle result = reconstruct(reconstructor.get(), scene);
    CHECK(first_face(result.get()).status == DEMASK_FACE_NOT_SELECTED);
    CHECK(first_face(result.get()).gender == DEMASK_GENDER_UNDECIDED);
  }
  SECTION("a mask that is too small") {
    scene.options.min_mask_area = 0.9F;
    const ResultHandle result = reconstruct(reconstructor.get(), scene);
    CHECK(first_face(result.get()).status == DEMASK_FACE_NO_MASK);
    CHECK(pixels_of(view_of(result.get(), demask_result_photo)) == scene.pixels);
  }
  SECTION("boxes instead of landmarks") {
    const float boxes[8] = {96, 56, 128, 128, 10, 10, 8, 8};
    scene.options.landmarks = nullptr;
    scene.options.landmarks_count = 0;
    scene.options.boxes = boxes;
    scene.options.box_count = 2;
    const ResultHandle result = reconstruct(reconstructor.get(), scene);
    REQUIRE(demask_result_face_count(result.get()) == 2);
    CHECK(first_face(result.get()).has_landmarks == 1);
    auto small = make_struct<demask_face>();
    require_ok(demask_result_face(result.get(), 1, &small));
    CHECK(small.status == DEMASK_FACE_TOO_SMALL);
    CHECK(std::equal(boxes + 4, boxes + 8, small.box));
  }
}

TEST_CASE("quality says which inpainter paints, and the log notes a bundle without a prior") {
  demask_bundle* bundle = nullptr;
  require_ok(demask_bundle_open(DEMASK_TEST_MODULES "/prior_bundle", &bundle));
  CHECK(demask_bundle_has(bundle, DEMASK_STAGE_INPAINTER_PRIOR) == 1);
  demask_reconstructor* made = nullptr;
  require_ok(demask_reconstructor_create(bundle, nullptr, &made));
  demask_bundle_free(bundle);
  const ReconstructorHandle reconstructor(made);

  // Skin of one color with a red mask.
  std::vector<uint8_t> pixels;
  for (int y = 0; y < 256; ++y) {
    for (int x = 0; x < 256; ++x) {
      const bool masked = x > 100 && x < 156 && y > 136 && y < 170;
      const std::vector<uint8_t> color =
          masked ? std::vector<uint8_t>{255, 0, 0} : std::vector<uint8_t>{90, 160, 120};
      pixels.insert(pixels.end(), color.begin(), color.end());
    }
  }
  auto photo = make_struct<demask_image_view>();
  photo.data = pixels.data();
  photo.width = photo.height = 256;
  photo.stride = 768;
  photo.format = DEMASK_PIXEL_RGB;
  demask_reconstruct_options options = DEMASK_RECONSTRUCT_OPTIONS_INIT;
  options.blend = DEMASK_BLEND_NONE;
  options.gender = DEMASK_GENDER_FEMALE;
  options.search_steps = 3;
  const auto painted = [&](demask_quality quality) {
    options.quality = quality;
    demask_result* result = nullptr;
    require_ok(demask_reconstruct_view(reconstructor.get(), &photo, &options, &result));
    const ResultHandle handle(result);
    const demask_face face = first_face(result);
    REQUIRE(face.status == DEMASK_FACE_RECONSTRUCTED);
    // The direct inpainter paints gray, the prior the mean of the visible colors.
    const std::vector<uint8_t> after = pixels_of(view_of(result, demask_result_photo));
    const int green = after[153 * 768 + 128 * 3 + 1];
    CHECK((quality == DEMASK_QUALITY_FAST ? green < 110 : green > 150));
    return face.quality;
  };
  CHECK(painted(DEMASK_QUALITY_DEFAULT) == DEMASK_QUALITY_FINE);
  CHECK(painted(DEMASK_QUALITY_FAST) == DEMASK_QUALITY_FAST);
  CHECK(painted(DEMASK_QUALITY_FINE) == DEMASK_QUALITY_FINE);
  CHECK(painted(DEMASK_QUALITY_BEST) == DEMASK_QUALITY_BEST);

  options.quality = 3;
  demask_result* none = nullptr;
  CHECK(demask_reconstruct_view(reconstructor.get(), &photo, &options, &none) ==
        DEMASK_ERROR_INVALID_ARGUMENT);
  CHECK(last_error_contains("options.quality"));
  CHECK(std::string(demask_quality_name(DEMASK_QUALITY_BEST)) == "best");
  CHECK(std::string(demask_quality_name(DEMASK_QUALITY_DEFAULT)) == "unknown");
  CHECK(std::string(demask_quality_name(3)) == "unknown");
}

namespace {

// A reconstructor whose bundle has a shape model, and a photo for it: skin with a red mask.
struct VariantScene {
  VariantScene() {
    demask_bundle* opened = nullptr;
    require_ok(demask_bundle_open(DEMASK_TEST_MODULES "/shape_bundle", &opened));
    const BundleHandle bundle(opened);
    CHECK(demask_bundle_has(opened, DEMASK_STAGE_SHAPE_MODEL) == 1);
    demask_reconstructor* made = nullptr;
    require_ok(demask_reconstructor_create(opened, nullptr, &made));
    reconstructor.reset(made);
    for (int y = 0; y < 256; ++y) {
      for (int x = 0; x < 256; ++x) {
        const bool masked = x > 100 && x < 156 && y > 136 && y < 170;
        const std::vector<uint8_t> color =
            masked ? std::vector<uint8_t>{255, 0, 0} : std::vector<uint8_t>{90, 160, 120};
        pixels.insert(pixels.end(), color.begin(), color.end());
      }
    }
    photo.data = pixels.data();
    photo.width = photo.height = 256;
    photo.stride = 768;
    photo.format = DEMASK_PIXEL_RGB;
    options.blend = DEMASK_BLEND_NONE;
    options.gender = DEMASK_GENDER_FEMALE;
    options.diversity = 1.0F;
  }

  ResultHandle reconstruct() const {
    demask_result* result = nullptr;
    require_ok(demask_reconstruct_view(reconstructor.get(), &photo, &options, &result));
    return ResultHandle(result);
  }

  ReconstructorHandle reconstructor;
  std::vector<uint8_t> pixels;
  demask_image_view photo = make_struct<demask_image_view>();
  demask_reconstruct_options options = DEMASK_RECONSTRUCT_OPTIONS_INIT;
};

demask_image_view variant_photo(const ResultHandle& result, int32_t variant) {
  auto view = make_struct<demask_image_view>();
  require_ok(demask_result_variant_photo(result.get(), variant, &view));
  return view;
}

std::vector<float> variant_points(const ResultHandle& result, int32_t variant) {
  auto landmarks = make_struct<demask_landmarks>();
  require_ok(demask_result_face_variant_landmarks(result.get(), 0, variant, &landmarks));
  REQUIRE(landmarks.count == 68);
  return {landmarks.points, landmarks.points + 136};
}

}  // namespace

TEST_CASE("each variant of a face has a photo, a canonical face, landmarks and a likelihood") {
  VariantScene scene;
  scene.options.variants = 3;
  const ResultHandle result = scene.reconstruct();
  REQUIRE(demask_result_variant_count(result.get()) == 3);
  REQUIRE(first_face(result.get()).variant_count == 3);
  CHECK(pixels_of(variant_photo(result, 0)) ==
        pixels_of(view_of(result.get(), demask_result_photo)));
  for (int32_t variant = 0; variant < 3; ++variant) {
    float likelihood = 0.0F;
    require_ok(demask_result_face_variant_likelihood(result.get(), 0, variant, &likelihood));
    CHECK((variant == 0 ? likelihood == 1.0F : likelihood > 0.0F && likelihood < 1.0F));
    auto aligned = make_struct<demask_image_view>();
    require_ok(demask_result_face_variant_aligned(result.get(), 0, variant, &aligned));
    const demask_image_view after = view_of(result.get(), demask_result_face_aligned_after);
    check_size(aligned, after.width, after.height, DEMASK_PIXEL_RGB);
    CHECK((pixels_of(aligned) == pixels_of(after)) == (variant == 0));
    CHECK((variant_points(result, variant) == variant_points(result, 0)) == (variant == 0));
  }
  for (const int32_t variant : {-1, 3}) {
    auto view = make_struct<demask_image_view>();
    CHECK(demask_result_variant_photo(result.get(), variant, &view) ==
          DEMASK_ERROR_INVALID_ARGUMENT);
    CHECK(last_error_contains("variant"));
    CHECK(demask_result_face_variant_aligned(result.get(), 0, variant, &view) ==
          DEMASK_ERROR_INVALID_ARGUMENT);
  }
  CHECK(demask_result_variant_count(nullptr) == 0);
}

TEST_CASE("the seed decides the variants, and the expression the landmarks of all") {
  VariantScene scene;
  scene.options.variants = 2;
  const ResultHandle first = scene.reconstruct();
  CHECK(variant_points(first, 1) == variant_points(scene.reconstruct(), 1));
  scene.options.seed = UINT64_MAX;
  const ResultHandle other = scene.reconstruct();
  CHECK(variant_points(first, 1) != variant_points(other, 1));
  CHECK(variant_points(first, 0) == variant_points(other, 0));
  scene.options.expression = DEMASK_EXPRESSION_OPEN_MOUTH;
  CHECK(variant_points(first, 0) != variant_points(scene.reconstruct(), 0));
  scene.options.variants = 1;
  const ResultHandle single = scene.reconstruct();
  CHECK(demask_result_variant_count(single.get()) == 0);
  CHECK(first_face(single.get()).variant_count == 0);
}

TEST_CASE("variants and expressions out of range, or without a shape model, are refused") {
  VariantScene scene;
  const auto refused = [&](demask_status status, const char* text) {
    demask_result* none = nullptr;
    CHECK(demask_reconstruct_view(scene.reconstructor.get(), &scene.photo, &scene.options, &none) ==
          status);
    CHECK(none == nullptr);
    CHECK(last_error_contains(text));
  };
  scene.options.variants = GENERATE(0, 17);
  refused(DEMASK_ERROR_INVALID_ARGUMENT, "variants");
  scene.options.variants = 1;
  scene.options.diversity = 1.5F;
  refused(DEMASK_ERROR_INVALID_ARGUMENT, "diversity");
  scene.options.diversity = 0.5F;
  scene.options.expression = 4;
  refused(DEMASK_ERROR_INVALID_ARGUMENT, "options.expression");
  scene.options.expression = DEMASK_EXPRESSION_SMILE;
  demask_bundle* opened = nullptr;
  require_ok(demask_bundle_open(DEMASK_TEST_MODULES "/portrait_bundle", &opened));
  const BundleHandle bundle(opened);
  demask_reconstructor* made = nullptr;
  require_ok(demask_reconstructor_create(opened, nullptr, &made));
  scene.reconstructor.reset(made);
  refused(DEMASK_ERROR_BUNDLE_INVALID, "shape_model");
}

TEST_CASE("expressions and the stage that draws them have names") {
  CHECK(std::string(demask_expression_name(DEMASK_EXPRESSION_AS_FOUND)) == "as_found");
  CHECK(std::string(demask_expression_name(DEMASK_EXPRESSION_OPEN_MOUTH)) == "open_mouth");
  CHECK(std::string(demask_expression_name(4)) == "unknown");
  CHECK(std::string(demask_expression_name(-1)) == "unknown");
  CHECK(std::string(demask_stage_name(DEMASK_STAGE_SHAPE_MODEL)) == "shape_model");
}

TEST_CASE("a reference photo is used or refused with a reason, and checked by name") {
  VariantScene scene;
  demask_reference_photo reference = DEMASK_REFERENCE_PHOTO_INIT;
  reference.photo = &scene.photo;
  scene.options.references = &reference;
  const auto reason = [&] {
    const ResultHandle result = scene.reconstruct();
    const demask_face face = first_face(result.get());
    CHECK((face.reference == DEMASK_REFERENCE_NONE || face.reference == DEMASK_REFERENCE_REFUSED));
    return std::string(demask_result_face_reference_reason(result.get(), 0));
  };
  CHECK(reason().empty());  // A count of 0 is no reference.
  scene.options.reference_count = 1;
  CHECK_THAT(reason(), Catch::Contains("wears a mask"));
  reference.face_index = 3;
  CHECK(reason().empty());
  reference.face_index = 0;
  CHECK_THAT(reason(), Catch::Contains("wears a mask"));
  std::vector<uint8_t> bare(scene.pixels.size(), 120);
  auto bare_photo = scene.photo;
  bare_photo.data = bare.data();
  reference.photo = &bare_photo;
  CHECK_THAT(reason(), Catch::Contains("likeness"));
  reference.box[0] = 400.0F;
  reference.box[2] = reference.box[3] = 10.0F;
  CHECK_THAT(reason(), Catch::Contains("no face at 400"));

  const auto refused = [&](const char* text) {
    demask_result* none = nullptr;
    CHECK(demask_reconstruct_view(scene.reconstructor.get(), &scene.photo, &scene.options, &none) ==
          DEMASK_ERROR_INVALID_ARGUMENT);
    CHECK(none == nullptr);
    CHECK(last_error_contains(text));
  };
  reference.box[3] = -1.0F;
  refused("references[0].box");
  reference.photo = nullptr;
  refused("options.references.photo");
  reference.struct_size = 3;
  refused("options.references.struct_size");
  scene.options.references = nullptr;
  refused("options.references");
  scene.options.reference_count = -1;
  refused("options.references");
  CHECK(std::string(demask_result_face_reference_reason(nullptr, 0)).empty());
}

TEST_CASE("uses of references have names") {
  CHECK(std::string(demask_reference_use_name(DEMASK_REFERENCE_NONE)) == "none");
  CHECK(std::string(demask_reference_use_name(DEMASK_REFERENCE_REFUSED)) == "refused");
  CHECK(std::string(demask_reference_use_name(4)) == "unknown");
  CHECK(std::string(demask_reference_use_name(-1)) == "unknown");
}

TEST_CASE("the log notes a bundle without a prior once for each reconstructor") {
  std::vector<std::string> notes;
  require_ok(demask_set_log_callback(
      [](void* user_data, demask_log_level, const char* message) {
        static_cast<std::vector<std::string>*>(user_data)->emplace_back(message);
      },
      &notes));
  for (const char* folder : {DEMASK_TEST_MODULES "/bundle", DEMASK_TEST_MODULES "/prior_bundle"}) {
    demask_bundle* bundle = nullptr;
    require_ok(demask_bundle_open(folder, &bundle));
    demask_reconstructor* made = nullptr;
    require_ok(demask_reconstructor_create(bundle, nullptr, &made));
    demask_bundle_free(bundle);
    demask_reconstructor_free(made);
  }
  require_ok(demask_set_log_callback(nullptr, nullptr));
  CHECK(std::count_if(notes.begin(), notes.end(), [](const std::string& note) {
          return note.find("inpainter_prior") != std::string::npos;
        }) == 1);
}

TEST_CASE("options outside their range are refused by name", "[models]") {
  Scene scene;
  const float boxes[4] = {0, 0, 10, 10};
  std::string name;
  demask_status expected = DEMASK_ERROR_INVALID_ARGUMENT;
  demask_reconstruct_options& options = scene.options;
  SECTION("gender") { options.gender = 3, name = "gender"; }
  SECTION("blend") { options.blend = -1, name = "blend"; }
  SECTION("quality") { options.quality = -2, name = "quality"; }
  SECTION("search_steps") { options.search_steps = -1, name = "search.steps"; }
  SECTION("search_seconds") { options.search_seconds = -1.0, name = "search.seconds"; }
  SECTION("selection") { options.selection = 3, name = "selection"; }
  SECTION("gender_margin") { options.gender_margin = 0.6F, name = "gender_margin"; }
  SECTION("mask_dilation") { options.mask_dilation = -0.1F, name = "mask_dilation"; }
  SECTION("threshold") { options.segmentation_threshold = 2.0F, name = "segmentation_threshold"; }
  SECTION("confidence") {
    options.min_landmark_confidence = 1.5F, name = "min_landmark_confidence";
  }
  SECTION("face_index") { options.face_index = -1, name = "face_index"; }
  SECTION("max_pixels") { options.max_pixels = -1, name = "max_pixels"; }
  SECTION("box_count") { options.box_count = -1, name = "boxes"; }
  SECTION("boxes") { options.box_count = 1, name = "boxes"; }
  SECTION("landmarks_count") { options.landmarks_count = -1, name = "landmarks"; }
  SECTION("landmarks") { options.landmarks = nullptr, name = "landmarks"; }
  SECTION("both boxes and landmarks") {
    options.boxes = boxes;
    options.box_count = 1;
    name = "boxes";
  }
  SECTION("mask without data") {
    scene.mask.data = nullptr;
    name = "mask";
    expected = DEMASK_ERROR_INVALID_IMAGE;
  }
  SECTION("mask of another size") { scene.mask.width -= 1, name = "mask"; }
  SECTION("photo over the limit") {
    options.max_pixels = 100;
    expected = DEMASK_ERROR_IMAGE_TOO_LARGE;
  }
  const ReconstructorHandle reconstructor = make_reconstructor();
  auto* const before = reinterpret_cast<demask_result*>(0x10);
  demask_result* result = before;
  CHECK(demask_reconstruct_view(reconstructor.get(), &scene.photo, &options, &result) == expected);
  CHECK(last_error_contains(name));
  CHECK(result == before);
}

TEST_CASE("runtime options are checked", "[models]") {
  const BundleHandle bundle = open_test_bundle();
  auto options = make_struct<demask_runtime_options>();
  require_ok(demask_runtime_default_options(&options));
  demask_reconstructor* reconstructor = nullptr;
  SECTION("number format") {
    options.dtype = 2;
    CHECK(demask_reconstructor_create(bundle.get(), &options, &reconstructor) ==
          DEMASK_ERROR_INVALID_ARGUMENT);
    CHECK(last_error_contains("dtype"));
  }
  SECTION("threads") {
    options.threads = -1;
    CHECK(demask_reconstructor_create(bundle.get(), &options, &reconstructor) ==
          DEMASK_ERROR_INVALID_ARGUMENT);
    CHECK(last_error_contains("threads"));
  }
  SECTION("a missing device is reported when models load") {
    options.device = "cuda:63";
    require_ok(demask_reconstructor_create(bundle.get(), &options, &reconstructor));
    CHECK(demask_reconstructor_load_all(reconstructor) == DEMASK_ERROR_DEVICE_UNAVAILABLE);
    demask_reconstructor_free(reconstructor);
    reconstructor = nullptr;
  }
  CHECK(reconstructor == nullptr);
}

TEST_CASE("one thread gives the same result as the host's threads", "[models]") {
  const Scene scene;
  auto options = make_struct<demask_runtime_options>();
  require_ok(demask_runtime_default_options(&options));
  options.device = nullptr;
  options.threads = 1;
  demask_reconstructor* single = nullptr;
  require_ok(demask_reconstructor_create(open_test_bundle().get(), &options, &single));
  const ReconstructorHandle single_handle(single);
  const ReconstructorHandle host = make_reconstructor();
  const ResultHandle one = reconstruct(single, scene);
  const ResultHandle many = reconstruct(host.get(), scene);
  CHECK(pixels_of(view_of(one.get(), demask_result_photo)) ==
        pixels_of(view_of(many.get(), demask_result_photo)));
}

TEST_CASE("progress is reported step by step", "[models]") {
  Scene scene;
  ProgressLog log;
  scene.options.progress_callback = record_progress;
  scene.options.progress_user_data = &log;
  const ReconstructorHandle reconstructor = make_reconstructor();
  reconstruct(reconstructor.get(), scene);
  CHECK(log.in_range);
  CHECK(log.steps.count(DEMASK_STEP_DETECT) == 1);
  CHECK(log.steps.count(DEMASK_STEP_INPAINT) == 1);
  CHECK(log.steps.count(DEMASK_STEP_COMPOSITE) == 1);
}

TEST_CASE("a call is aborted from another thread", "[models][threads]") {
  struct Request {
    std::atomic<bool> is_running{false};
    std::atomic<bool> is_stopped{false};
  } request;
  Scene scene;
  scene.options.abort_user_data = &request;
  scene.options.abort_callback = [](void* user_data) -> int32_t {
    auto& shared = *static_cast<Request*>(user_data);
    shared.is_running = true;
    while (!shared.is_stopped) std::this_thread::yield();
    return 1;
  };
  std::thread other([&] {
    while (!request.is_running) std::this_thread::yield();
    request.is_stopped = true;
  });
  const ReconstructorHandle reconstructor = make_reconstructor();
  demask_result* result = nullptr;
  CHECK(demask_reconstruct_view(reconstructor.get(), &scene.photo, &scene.options, &result) ==
        DEMASK_ERROR_CANCELLED);
  other.join();
  CHECK(result == nullptr);
}

namespace {

std::vector<std::string> messages_of_loading(const std::string& folder) {
  std::vector<std::string> messages;
  require_ok(demask_set_log_callback(
      [](void* user_data, demask_log_level level, const char* message) {
        if (level == DEMASK_LOG_INFO) {
          static_cast<std::vector<std::string>*>(user_data)->emplace_back(message);
        }
      },
      &messages));
  demask_bundle* bundle = nullptr;
  require_ok(demask_bundle_open(folder.c_str(), &bundle));
  demask_reconstructor* made = nullptr;
  require_ok(demask_reconstructor_create(bundle, nullptr, &made));
  demask_bundle_free(bundle);
  const ReconstructorHandle reconstructor(made);
  require_ok(demask_reconstructor_load_all(reconstructor.get()));
  require_ok(demask_set_log_callback(nullptr, nullptr));
  return messages;
}

}  // namespace

TEST_CASE("loading is logged with its time", "[models]") {
  const std::vector<std::string> messages = messages_of_loading(test_bundle_folder());
  REQUIRE(messages.size() == 2);
  CHECK(messages[0].find(test_bundle_folder()) != std::string::npos);
  CHECK(messages[1].find(" ms") != std::string::npos);
}

TEST_CASE("a bundle without a prior inpainter is logged") {
  const std::vector<std::string> messages = messages_of_loading(DEMASK_TEST_MODULES "/bundle");
  REQUIRE(messages.size() == 3);
  CHECK(messages[1].find("inpainter_prior") != std::string::npos);
}

TEST_CASE("threads share a reconstructor", "[models][threads]") {
  const Scene scene;
  const ReconstructorHandle reconstructor = make_reconstructor();
  const ResultHandle expected = reconstruct(reconstructor.get(), scene);
  std::vector<demask_result*> results(4, nullptr);
  std::vector<std::thread> threads;
  for (demask_result*& result : results) {
    threads.emplace_back([&] {
      std::ignore =
          demask_reconstruct_view(reconstructor.get(), &scene.photo, &scene.options, &result);
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (demask_result* result : results) {
    const ResultHandle handle(result);
    REQUIRE(result != nullptr);
    CHECK(pixels_of(view_of(result, demask_result_photo)) ==
          pixels_of(view_of(expected.get(), demask_result_photo)));
  }
}

TEST_CASE("in a batch each photo has its own result or error", "[models]") {
  const Scene scene;
  demask_image_view photos[3] = {scene.photo, scene.photo, scene.photo};
  photos[1].data = nullptr;
  const ReconstructorHandle reconstructor = make_reconstructor();
  demask_batch* batch = nullptr;
  require_ok(demask_reconstruct_batch(reconstructor.get(), photos, 3, nullptr, &batch));
  const BatchHandle handle(batch);
  REQUIRE(demask_batch_count(batch) == 3);
  const demask_result* result = nullptr;
  CHECK(demask_batch_result(batch, 1, &result) == DEMASK_ERROR_INVALID_IMAGE);
  CHECK(result == nullptr);
  CHECK(demask_batch_result(batch, 3, &result) == DEMASK_ERROR_INVALID_ARGUMENT);

  demask_result* single = nullptr;
  require_ok(demask_reconstruct_view(reconstructor.get(), &scene.photo, nullptr, &single));
  const ResultHandle single_handle(single);
  for (const int32_t index : {0, 2}) {
    require_ok(demask_batch_result(batch, index, &result));
    CHECK(demask_result_face_count(result) == demask_result_face_count(single));
    CHECK(pixels_of(view_of(result, demask_result_photo)) ==
          pixels_of(view_of(single, demask_result_photo)));
  }
}

TEST_CASE("the arguments of a batch are checked", "[models]") {
  const Scene scene;
  const ReconstructorHandle reconstructor = make_reconstructor();
  demask_batch* batch = nullptr;
  CHECK(demask_reconstruct_batch(reconstructor.get(), &scene.photo, -1, nullptr, &batch) ==
        DEMASK_ERROR_INVALID_ARGUMENT);
  CHECK(demask_reconstruct_batch(reconstructor.get(), nullptr, 1, nullptr, &batch) ==
        DEMASK_ERROR_INVALID_ARGUMENT);
  CHECK(demask_reconstruct_batch(reconstructor.get(), &scene.photo, 1, &scene.options, &batch) ==
        DEMASK_ERROR_INVALID_ARGUMENT);
  CHECK(batch == nullptr);
  require_ok(demask_reconstruct_batch(reconstructor.get(), nullptr, 0, nullptr, &batch));
  CHECK(demask_batch_count(batch) == 0);
  demask_batch_free(batch);
}

TEST_CASE("a file is reconstructed into a marked file", "[models]") {
  const TemporaryFolder folder;
  Scene scene;
  const std::string input = folder / "photo.png";
  const std::string output = folder / "result.png";
  require_ok(demask_image_write(input.c_str(), &scene.photo, nullptr));
  const ReconstructorHandle reconstructor = make_reconstructor();
  const ResultHandle expected = reconstruct(reconstructor.get(), scene);
  demask_result* result = nullptr;
  require_ok(demask_reconstruct_file(reconstructor.get(), input.c_str(), output.c_str(),
                                     &scene.options, nullptr, &result));
  const ResultHandle handle(result);
  CHECK(first_face(result).status == DEMASK_FACE_RECONSTRUCTED);

  demask_image* image = nullptr;
  require_ok(demask_image_read(output.c_str(), 0, &image));
  const ImageHandle written(image);
  auto view = make_struct<demask_image_view>();
  require_ok(demask_image_get_view(image, &view));
  CHECK(pixels_of(view) == pixels_of(view_of(expected.get(), demask_result_photo)));
  int32_t marked = 0;
  require_ok(demask_is_marked_as_synthetic(output.c_str(), &marked));
  CHECK(marked == 1);

  SECTION("over itself, without requesting the result") {
    require_ok(demask_reconstruct_file(reconstructor.get(), input.c_str(), input.c_str(),
                                       &scene.options, nullptr, nullptr));
    require_ok(demask_is_marked_as_synthetic(input.c_str(), &marked));
    CHECK(marked == 1);
  }
  SECTION("an unchanged photo gets no mark, and is left as is when written over itself") {
    scene.options.min_face_size = 300.0F;
    require_ok(demask_reconstruct_file(reconstructor.get(), input.c_str(), output.c_str(),
                                       &scene.options, nullptr, nullptr));
    require_ok(demask_is_marked_as_synthetic(output.c_str(), &marked));
    CHECK(marked == 0);
    const auto written_at = std::filesystem::last_write_time(input);
    require_ok(demask_reconstruct_file(reconstructor.get(), input.c_str(), input.c_str(),
                                       &scene.options, nullptr, nullptr));
    CHECK(std::filesystem::last_write_time(input) == written_at);
  }
  SECTION("errors leave no output and no result") {
    auto* const before = reinterpret_cast<demask_result*>(0x10);
    result = before;
    const std::string nowhere = folder / "none/result.png";
    CHECK(demask_reconstruct_file(reconstructor.get(), input.c_str(), nowhere.c_str(),
                                  &scene.options, nullptr,
                                  &result) == DEMASK_ERROR_UNWRITABLE_FILE);
    const std::string missing = folder / "missing.png";
    CHECK(demask_reconstruct_file(reconstructor.get(), missing.c_str(), nowhere.c_str(),
                                  &scene.options, nullptr,
                                  &result) == DEMASK_ERROR_UNREADABLE_FILE);
    CHECK(demask_reconstruct_file(reconstructor.get(), nullptr, nowhere.c_str(), nullptr, nullptr,
                                  &result) == DEMASK_ERROR_INVALID_ARGUMENT);
    CHECK(last_error_contains("input_path"));
    CHECK(result == before);
  }
}
