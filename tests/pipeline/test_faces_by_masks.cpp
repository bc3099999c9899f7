// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <string>
#include <vector>

#include "../support/expect_error.hpp"
#include "../support/module_bundle.hpp"
#include "demask/mask_face_detector.hpp"
#include "fake_stages.hpp"
#include "imaging/mat.hpp"
#include "imaging/preprocess.hpp"
#include "pipeline/faces_from_masks.hpp"
#include "pipeline/mask_assignment.hpp"
#include "result_checks.hpp"

using namespace demask;        // NOLINT(google-build-using-namespace)
using namespace demask::test;  // NOLINT(google-build-using-namespace)

namespace {

// A masked woman, a man without a mask, a masked man; masks as wide as the jaws.
Scene street() {
  Scene scene{500, 300, {}};
  scene.faces.push_back({placed(20, 40, 200), female_skin, true, 92.0F, 0.95F});
  scene.faces.push_back({placed(225, 10, 100), male_skin, false, 92.0F, 0.9F});
  scene.faces.push_back({placed(320, 120, 150), male_skin, true, 92.0F, 0.6F});
  return scene;
}

Scenes one(const Scene& scene) { return {{scene.width, scene}}; }

Stages without_detector(const Scene& scene) {
  Stages stages = FakeStages(one(scene)).stages();
  stages.face_detector = nullptr;
  stages.segmenter = std::make_shared<FakeInstanceSegmenter>(one(scene));
  return stages;
}

MaskInstance instance(int x, int y, int width, int height, float score) {
  return {score, x, y, {width, height, std::vector<float>(std::size_t(width * height), 0.9F)}};
}

// A small version of the paper's models: masks of whole photos, 98 points from heatmaps, no face
// detector.
ModuleBundle paper_modules() {
  ModuleBundle modules;
  modules.add("segmenter", "blue_masks", {{"input_size", 500}, {"variant", "instance"}});
  modules.add(
      "landmark_detector", "frontal_heatmaps",
      {{"input_size", 256}, {"variant", "heatmap"}, {"landmark_scheme", 98}, {"crop_scale", 1.5}});
  modules.add("gender_classifier", "red_against_blue",
              {{"input_size", 256}, {"class_names", {"female", "male"}}});
  for (const char* stage : {"inpainter_female", "inpainter_male"}) {
    modules.add(stage, "echo_inpainter", {{"input_size", 256}});
    modules.add(stage, "red_inpainter", {{"input_size", 256}}, "ffhq");
    modules.add(stage, "green_inpainter", {{"input_size", 256}}, "celeba");
  }
  return modules;
}

}  // namespace

TEST_CASE("A face box has the width and the lower end of its mask", "[faces_by_masks]") {
  const Detection face = pipeline::face_of_mask({100, 200, 80, 50});
  CHECK(face.box.x == Approx(99.5));
  CHECK(face.box.width == Approx(80));
  CHECK(face.box.height == Approx(108));
  CHECK(face.box.bottom() == Approx(249.5));
  const auto& [right_eye, left_eye, nose, right_mouth, left_mouth] = face.points;
  CHECK(right_eye.y == left_eye.y);
  CHECK(right_eye.x + left_eye.x == Approx(2 * 139.5));
  CHECK(nose.x == Approx(139.5));
  CHECK(right_eye.y < nose.y);
  CHECK(nose.y < right_mouth.y);
  CHECK(right_mouth.x < left_mouth.x);
}

TEST_CASE("Each mask makes one face, except duplicates and faint masks", "[faces_by_masks]") {
  std::vector<MaskInstance> masks = {instance(10, 100, 60, 40, 0.7F),
                                     instance(12, 101, 60, 40, 0.9F),
                                     instance(200, 100, 60, 40, 0.4F)};
  // Only the pixels that count as mask affect the box.
  masks[2].probability.values.assign(60 * 40, 0.0F);
  masks[2].probability.values[5 * 60 + 7] = 0.6F;
  DetectOptions options;
  std::vector<pipeline::MaskedFace> faces = pipeline::faces_from_masks(masks, 0.5F, options);
  REQUIRE(faces.size() == 2);
  CHECK(faces[0].instance == 1);
  CHECK(faces[0].score == 0.9F);
  CHECK(faces[1].instance == 2);
  CHECK(faces[1].box.x == Approx(206.5));
  CHECK(faces[1].box.width == Approx(1));
  CHECK(faces[1].box.bottom() == Approx(105.5));

  options.nms_iou = 1.0F;
  CHECK(pipeline::faces_from_masks(masks, 0.5F, options).size() == 3);
  options.score_threshold = 0.8F;
  CHECK(pipeline::faces_from_masks(masks, 0.5F, options).size() == 1);
  CHECK(pipeline::faces_from_masks(masks, 0.95F, {}).empty());
  CHECK(pipeline::faces_from_masks({}, 0.5F, {}).empty());

  // Scores of a segmenter of one's own are only compared with a threshold that is given.
  const std::vector<MaskInstance> negative = {instance(10, 100, 60, 40, -0.5F)};
  CHECK(pipeline::faces_from_masks(negative, 0.5F, {}).size() == 1);
  DetectOptions from_zero;
  from_zero.score_threshold = 0.0F;
  CHECK(pipeline::faces_from_masks(negative, 0.5F, from_zero).empty());
}

TEST_CASE("A segmenter of whole photos replaces the face detector", "[faces_by_masks]") {
  const Scene scene = street();
  const Image photo = scene.photo();
  Stages stages = without_detector(scene);
  const auto segmenter = std::make_shared<FakeInstanceSegmenter>(one(scene));
  stages.segmenter = segmenter;
  const FaceReconstructor reconstructor(stages);
  ReconstructOptions options;
  options.blend = BlendMode::none;
  const Result result = reconstructor.reconstruct(photo, options);
  CHECK(segmenter->calls == 1);
  check_contained(photo, result);
  REQUIRE(result.faces.size() == 2);
  for (std::size_t i = 0; i < 2; ++i) {
    const SceneFace& face = scene.faces[2 * i];
    CHECK(result.faces[i].status == FaceStatus::reconstructed);
    CHECK(result.faces[i].score == face.score);
    CHECK(intersection_over_union(result.faces[i].box, face.box()) > 0.5F);
  }
  for (int y = 0; y < scene.height; ++y) {
    for (int x = 0; x < scene.width; ++x) {
      if (scene.color_at(x, y) == mask_color) {
        REQUIRE(result.changed.row(y)[x] == 255);
      }
    }
  }
  CHECK_NOTHROW(reconstructor.load_all());

  segmenter->tamper = [](auto& found) { found[0][0].score = std::nanf(""); };
  expect_error(ErrorCode::model_invalid, "score of a mask",
               [&] { return reconstructor.reconstruct(photo, options); });
  segmenter->tamper = nullptr;

  options.detection_threshold = 0.7F;
  CHECK(reconstructor.reconstruct(photo, options).faces.size() == 1);
  // Boxes given by the caller take precedence; the segmenter then only finds the masks.
  options.boxes = {scene.faces[2].box()};
  const Result given = reconstructor.reconstruct(photo, options);
  REQUIRE(given.faces.size() == 1);
  CHECK(given.faces[0].status == FaceStatus::reconstructed);
  CHECK(given.faces[0].score == 1.0F);
}

TEST_CASE("Each photo of a batch has the faces of its own masks", "[faces_by_masks]") {
  const Scene first = street();
  Scene second{420, 300, {{placed(100, 20, 230), male_skin, true, 92.0F, 0.8F}}};
  const Scene bare{410, 200, {{placed(20, 20, 150), male_skin, false, 92.0F, 0.8F}}};
  const Scenes scenes = {{500, first}, {420, second}, {410, bare}};
  Stages stages = FakeStages(scenes).stages();
  stages.face_detector = nullptr;
  stages.segmenter = std::make_shared<FakeInstanceSegmenter>(scenes);
  const Image photos[] = {first.photo(), second.photo(), bare.photo()};
  const std::vector<BatchResult> results =
      FaceReconstructor(stages).reconstruct({photos[0], photos[1], photos[2]});
  REQUIRE(results.size() == 3);
  CHECK(results[0].result->faces.size() == 2);
  CHECK(results[1].result->faces.at(0).status == FaceStatus::reconstructed);
  CHECK(results[2].result->faces.empty());
  check_contained(photos[1], *results[1].result);
}

TEST_CASE("A segmenter of canonical faces does not replace the face detector", "[faces_by_masks]") {
  const Scene scene = street();
  const Image photo = scene.photo();
  Stages stages = FakeStages(one(scene)).stages();
  stages.face_detector = nullptr;
  expect_error(ErrorCode::bundle_invalid, "face_detector",
               [&] { return FaceReconstructor(stages).reconstruct(photo); });
  expect_error(ErrorCode::invalid_argument, "pass one of variant instance",
               [&] { return make_mask_face_detector(stages.segmenter); });
  expect_error(ErrorCode::invalid_argument, "segmenter",
               [] { return make_mask_face_detector(nullptr); });
}

TEST_CASE("Each mask is assigned to one face, and each face gets at most one", "[faces_by_masks]") {
  // Two faces of 200 pixels side by side; masks are whole rectangles of a photo of 420 x 220.
  std::vector<pipeline::Face> faces(2);
  for (std::size_t i = 0; i < 2; ++i) {
    const Similarity place = placed(10.0 + 200.0 * static_cast<double>(i), 10, 200);
    faces[i].to_canonical = place.inverse();
    faces[i].canonical_landmarks = face_landmarks({});
  }
  const auto assigned = [&](const std::vector<MaskInstance>& masks) {
    std::vector<double> covered;
    std::vector<pipeline::Face> wearers = faces;
    for (const cv::Mat& mask : pipeline::assign_masks({&wearers[0], &wearers[1]}, masks)) {
      CHECK(mask.size() == cv::Size(canonical_size, canonical_size));
      CHECK(mask.type() == CV_32FC1);
      covered.push_back(cv::sum(mask)[0]);
    }
    return covered;
  };
  // A mask over the first face and a part of the second belongs to the first.
  const MaskInstance wide = instance(40, 100, 260, 100, 0.9F);
  std::vector<double> covered = assigned({wide});
  CHECK(covered[0] > 0.0);
  CHECK(covered[1] == 0.0);
  // A smaller mask remains for the second face, in either order.
  const MaskInstance small = instance(290, 150, 40, 30, 0.5F);
  for (const auto& masks : {std::vector{wide, small}, std::vector{small, wide}}) {
    covered = assigned(masks);
    CHECK(covered[0] > 10000.0);
    CHECK(covered[1] == Approx(0.9 * 40 * 30 * 1.28 * 1.28).epsilon(0.05));
  }
  // A face that was found by a mask keeps it.
  faces[1].instance = 0;
  covered = assigned({wide, small});
  CHECK(covered[0] == 0.0);
  CHECK(covered[1] > 0.0);
  // Without any masks.
  faces[1].instance.reset();
  CHECK(assigned({}) == std::vector<double>{0.0, 0.0});
}

TEST_CASE("A mask is assigned to the face it covers, not to its neighbor", "[faces_by_masks]") {
  // Cheek to cheek: the woman's mask reaches over the cheek of the man without a mask.
  Scene scene{520, 300, {}};
  scene.faces.push_back({placed(20, 20, 240), female_skin, true, 125.0F, 0.8F});
  scene.faces.push_back({placed(190, 20, 240), male_skin, false, 92.0F, 0.9F});
  const Image photo = scene.photo();
  Stages stages = FakeStages(one(scene)).stages();
  stages.segmenter = std::make_shared<FakeInstanceSegmenter>(one(scene));
  const Result result = FaceReconstructor(stages).reconstruct(photo);
  REQUIRE(result.faces.size() == 2);
  CHECK(result.faces[0].status == FaceStatus::reconstructed);
  CHECK(result.faces[1].status == FaceStatus::no_mask);
}

TEST_CASE("The mask face detector finds what the pipeline finds", "[faces_by_masks]") {
  const Scene scene = street();
  const Image photo = scene.photo();
  const auto detector =
      make_mask_face_detector(std::make_shared<FakeInstanceSegmenter>(one(scene)));
  const std::vector<Detection> found = detector->detect(photo.view());
  const Result result = FaceReconstructor(without_detector(scene)).reconstruct(photo);
  REQUIRE(found.size() == result.faces.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    CHECK(found[i].box.x == result.faces[i].box.x);
    CHECK(found[i].box.height == result.faces[i].box.height);
    CHECK(found[i].score == result.faces[i].score);
  }
  DetectOptions options;
  options.nms_iou = 2.0F;
  expect_error(ErrorCode::invalid_argument, "nms_iou",
               [&] { return detector->detect(photo.view(), options); });
}

// The photo of a scene with everything but the heads and masks in gray.
Image photo_with_gray_background(const Scene& scene) {
  Image photo = scene.photo();
  for (int y = 0; y < photo.height(); ++y) {
    for (int x = 0; x < photo.width(); ++x) {
      const Point p{static_cast<float>(x), static_cast<float>(y)};
      const bool is_face = std::any_of(
          scene.faces.begin(), scene.faces.end(),
          [&p](const SceneFace& face) { return face.mask_covers(p) || face.head_covers(p); });
      std::uint8_t* pixel = photo.row(y) + 3 * x;
      if (!is_face) {
        pixel[0] = pixel[2] = pixel[1];
      }
    }
  }
  return photo;
}

TEST_CASE("A bundle with an instance segmenter and 98 points reconstructs a whole photo",
          "[faces_by_masks]") {
  const Scene scene = street();
  // An inpainter's output beside the jaw gets the color of the background, so that it has none
  // here.
  const Image photo = photo_with_gray_background(scene);
  const ModelBundle bundle = paper_modules().bundle();
  CHECK(!bundle.has(Stage::face_detector));
  ReconstructOptions options;
  options.blend = BlendMode::none;
  const FaceReconstructor reconstructor(bundle);
  CHECK_NOTHROW(reconstructor.load_all());
  const Result result = reconstructor.reconstruct(photo, options);
  check_contained(photo, result);
  REQUIRE(result.faces.size() == 2);
  for (std::size_t i = 0; i < 2; ++i) {
    const FaceResult& face = result.faces[i];
    const SceneFace& truth = scene.faces[2 * i];
    REQUIRE(face.status == FaceStatus::reconstructed);
    REQUIRE(face.landmarks.scheme == LandmarkScheme::wflw98);
    REQUIRE(face.landmarks.points.size() == 98);
    REQUIRE(face.landmarks.confidence.size() == 98);
    // Alignment uses the 68 points among them.
    const auto eyes = eye_centers(face.landmarks);
    const auto true_eyes = eye_centers(truth.landmarks());
    const auto side = static_cast<float>(truth.place.scale() * canonical_size);
    for (std::size_t e = 0; e < 2; ++e) {
      CHECK(std::hypot(eyes[e].x - true_eyes[e].x, eyes[e].y - true_eyes[e].y) < 0.06F * side);
    }
    // The inpainter sees the lines of the 68 points. The echo paints its map in green.
    Landmarks canonical = face.landmarks;
    const Similarity to_canonical = canonical_similarity(face.landmarks);
    for (Point& p : canonical.points) {
      p = to_canonical(p);
    }
    const cv::Mat map = imaging::draw_landmark_map(to_ibug68(canonical), canonical_size);
    int lines = 0;
    for (int y = 0; y < canonical_size; ++y) {
      for (int x = 0; x < canonical_size; ++x) {
        if (face.aligned_mask.row(y)[x] != 0) {
          REQUIRE(int{face.aligned_after.row(y)[3 * x + 1]} == int{map.at<std::uint8_t>(y, x)});
          lines += map.at<std::uint8_t>(y, x) > 0 ? 1 : 0;
        }
      }
    }
    CHECK(lines > 500);
  }
  // Called alone, the face detector of such a bundle uses the masks too.
  CHECK(bundle.load_face_detector()->detect(photo.view()).size() == 2);
}

TEST_CASE("A variant of the bundle paints with its own inpainters", "[faces_by_masks]") {
  const Scene scene = street();
  const Image photo = scene.photo();
  const ModelBundle bundle = paper_modules().bundle();
  ReconstructOptions options;
  options.blend = BlendMode::none;
  const auto painted = [&](const std::string& variant) {
    const Result result =
        FaceReconstructor(bundle.with_variant(variant)).reconstruct(photo, options);
    const std::uint8_t* middle = result.faces.at(0).aligned_after.row(200) + 3 * 128;
    return Color{middle[0], middle[1], middle[2]};
  };
  CHECK(painted("ffhq") == Color{255, 0, 0});
  CHECK(painted("celeba") == Color{0, 255, 0});
  CHECK(painted("").red == 255);
}
