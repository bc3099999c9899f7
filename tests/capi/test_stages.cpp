// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <vector>

#include "support.hpp"

using namespace demask::test;

namespace {

template <typename Handle>
Handle* load(demask_status (*function)(const demask_bundle*, const demask_runtime_options*,
                                       Handle**)) {
  Handle* handle = nullptr;
  require_ok(function(open_test_bundle().get(), nullptr, &handle));
  return handle;
}

ImageHandle canonical_face(const Scene& scene) {
  demask_image* image = nullptr;
  require_ok(demask_canonical_face(&scene.photo, &scene.landmarks, 256, &image));
  return ImageHandle(image);
}

demask_image_view view_of(const ImageHandle& image) {
  auto view = make_struct<demask_image_view>();
  require_ok(demask_image_get_view(image.get(), &view));
  return view;
}

bool all_in_unit_range(const float* values, std::ptrdiff_t count) {
  return std::all_of(values, values + count, [](float v) { return v >= 0.0F && v <= 1.0F; });
}

}  // namespace

TEST_CASE("the face detector works by itself", "[models]") {
  const Scene scene;
  demask_face_detector* detector = load(demask_face_detector_load);
  auto options = make_struct<demask_detect_options>();
  require_ok(demask_detect_default_options(&options));
  options.score_threshold = 0.0F;
  demask_detections* detections = nullptr;
  require_ok(demask_face_detector_detect(detector, &scene.photo, &options, &detections));
  const int32_t count = demask_detections_count(detections);
  float last_score = 1.0F;
  for (int32_t i = 0; i < count; ++i) {
    auto detection = make_struct<demask_detection>();
    require_ok(demask_detections_get(detections, i, &detection));
    CHECK(detection.score <= last_score);
    CHECK(detection.score >= 0.0F);
    last_score = detection.score;
  }
  auto detection = make_struct<demask_detection>();
  CHECK(demask_detections_get(detections, count, &detection) == DEMASK_ERROR_INVALID_ARGUMENT);
  CHECK(demask_detections_get(detections, -1, &detection) == DEMASK_ERROR_INVALID_ARGUMENT);
  demask_detections_free(detections);

  detections = nullptr;
  options.min_face_size = -1.0F;
  CHECK(demask_face_detector_detect(detector, &scene.photo, &options, &detections) ==
        DEMASK_ERROR_INVALID_ARGUMENT);
  options.min_face_size = 0.1F;
  options.nms_iou = 2.0F;
  CHECK(demask_face_detector_detect(detector, &scene.photo, &options, &detections) ==
        DEMASK_ERROR_INVALID_ARGUMENT);
  CHECK(demask_face_detector_detect(detector, nullptr, nullptr, &detections) ==
        DEMASK_ERROR_INVALID_ARGUMENT);
  CHECK(detections == nullptr);
  demask_face_detector_free(detector);
}

TEST_CASE("98 points give the 68 at the same places of the face") {
  std::vector<float> points;
  std::vector<float> confidence;
  for (int i = 0; i < 98; ++i) {
    points.insert(points.end(), {static_cast<float>(i), static_cast<float>(-i)});
    confidence.push_back(static_cast<float>(i) / 100.0F);
  }
  auto wflw = make_struct<demask_landmarks>();
  wflw.scheme = DEMASK_LANDMARKS_WFLW98;
  wflw.count = 98;
  wflw.points = points.data();
  wflw.confidence = confidence.data();
  demask_landmark_set* set = nullptr;
  require_ok(demask_landmarks_to_ibug68(&wflw, &set));
  auto ibug = make_struct<demask_landmarks>();
  require_ok(demask_landmark_set_get(set, &ibug));
  CHECK(ibug.scheme == DEMASK_LANDMARKS_IBUG68);
  REQUIRE(ibug.count == 68);
  // Chin, tip of the nose, outer corner of the left eye, right end of the lips.
  const int pairs[4][2] = {{8, 16}, {30, 54}, {45, 72}, {48, 76}};
  for (const auto& [to, from] : pairs) {
    CHECK(ibug.points[2 * to] == static_cast<float>(from));
    CHECK(ibug.points[2 * to + 1] == static_cast<float>(-from));
    CHECK(ibug.confidence[to] == confidence[static_cast<std::size_t>(from)]);
  }
  demask_landmark_set* again = nullptr;
  require_ok(demask_landmarks_to_ibug68(&ibug, &again));
  auto same = make_struct<demask_landmarks>();
  require_ok(demask_landmark_set_get(again, &same));
  CHECK(same.points[2 * 45] == 72.0F);
  demask_landmark_set_free(again);
  demask_landmark_set_free(set);

  wflw.count = 68;
  set = nullptr;
  CHECK(demask_landmarks_to_ibug68(&wflw, &set) == DEMASK_ERROR_INVALID_ARGUMENT);
  CHECK(demask_landmarks_to_ibug68(nullptr, &set) == DEMASK_ERROR_INVALID_ARGUMENT);
  CHECK(set == nullptr);
}

TEST_CASE("the landmark detector works by itself", "[models]") {
  const Scene scene;
  demask_landmark_detector* detector = load(demask_landmark_detector_load);
  const float box[4] = {100, 70, 120, 120};
  demask_landmark_set* set = nullptr;
  require_ok(demask_landmark_detector_detect(detector, &scene.photo, box, 0.1F, &set));
  auto landmarks = make_struct<demask_landmarks>();
  require_ok(demask_landmark_set_get(set, &landmarks));
  CHECK(landmarks.count == landmarks.scheme);
  CHECK(landmarks.points != nullptr);
  REQUIRE(landmarks.confidence != nullptr);
  CHECK(all_in_unit_range(landmarks.confidence, landmarks.count));
  demask_landmark_set_free(set);

  set = nullptr;
  const float empty[4] = {100, 70, 0, 0};
  CHECK(demask_landmark_detector_detect(detector, &scene.photo, empty, 0.0F, &set) ==
        DEMASK_ERROR_INVALID_ARGUMENT);
  CHECK(set == nullptr);
  demask_landmark_detector_free(detector);
}

TEST_CASE("the segmenter works by itself", "[models]") {
  const Scene scene;
  demask_segmenter* segmenter = load(demask_segmenter_load);
  demask_segmenter_input input = -1;
  float threshold = -1.0F;
  require_ok(demask_segmenter_get_input(segmenter, &input, &threshold));
  CHECK((input == DEMASK_SEGMENTER_CANONICAL_FACE || input == DEMASK_SEGMENTER_PHOTO));
  CHECK(threshold >= 0.0F);
  CHECK(threshold <= 1.0F);

  const ImageHandle face = canonical_face(scene);
  const demask_image_view view = view_of(face);
  demask_masks* masks = nullptr;
  require_ok(demask_segmenter_segment(segmenter, &view, &masks));
  const int32_t count = demask_masks_count(masks);
  if (input == DEMASK_SEGMENTER_CANONICAL_FACE) CHECK(count == 1);
  for (int32_t i = 0; i < count; ++i) {
    auto mask = make_struct<demask_mask>();
    require_ok(demask_masks_get(masks, i, &mask));
    CHECK(mask.x + mask.width <= view.width);
    CHECK(mask.y + mask.height <= view.height);
    CHECK(all_in_unit_range(mask.probability, std::ptrdiff_t{mask.width} * mask.height));
    if (mask.straps != nullptr) {
      CHECK(all_in_unit_range(mask.straps, std::ptrdiff_t{mask.width} * mask.height));
    }
  }
  auto mask = make_struct<demask_mask>();
  CHECK(demask_masks_get(masks, count, &mask) == DEMASK_ERROR_INVALID_ARGUMENT);
  demask_masks_free(masks);
  demask_segmenter_free(segmenter);
}

TEST_CASE("the gender classifier works by itself", "[models]") {
  const Scene scene;
  demask_gender_classifier* classifier = load(demask_gender_classifier_load);
  const ImageHandle face = canonical_face(scene);
  const demask_image_view view = view_of(face);
  demask_gender gender = DEMASK_GENDER_UNDECIDED;
  float probability = 0.0F;
  require_ok(demask_gender_classifier_classify(classifier, &view, &gender, &probability));
  CHECK((gender == DEMASK_GENDER_FEMALE || gender == DEMASK_GENDER_MALE));
  CHECK(probability >= 0.5F);
  CHECK(probability <= 1.0F);
  demask_gender_classifier_free(classifier);
}

TEST_CASE("the inpainter works by itself", "[models]") {
  const Scene scene;
  const demask_gender gender =
      GENERATE(values<demask_gender>({DEMASK_GENDER_FEMALE, DEMASK_GENDER_MALE}));
  demask_inpainter* inpainter = nullptr;
  require_ok(demask_inpainter_load(open_test_bundle().get(), gender, nullptr, &inpainter));
  const ImageHandle face = canonical_face(scene);
  const demask_image_view view = view_of(face);
  std::vector<uint8_t> levels(256U * 256U, 0);
  std::fill(levels.begin() + 150 * 256, levels.begin() + 200 * 256, uint8_t{255});
  auto mask = make_struct<demask_image_view>();
  mask.data = levels.data();
  mask.width = 256;
  mask.height = 256;
  mask.format = DEMASK_PIXEL_GRAY;
  const std::vector<float> points = frontal_landmarks(0.0F, 0.0F, 256.0F);
  demask_landmarks landmarks = scene.landmarks;
  landmarks.points = points.data();

  demask_image* image = nullptr;
  require_ok(demask_inpainter_inpaint(inpainter, &view, &mask, &landmarks, &image));
  const ImageHandle painted(image);
  const demask_image_view result = view_of(painted);
  CHECK(result.width == 256);
  CHECK(result.height == 256);
  CHECK(std::equal(view.data, view.data + std::ptrdiff_t{150} * 256 * 3, result.data));

  image = nullptr;
  mask.width = 255;
  CHECK(demask_inpainter_inpaint(inpainter, &view, &mask, &landmarks, &image) != DEMASK_OK);
  CHECK(image == nullptr);
  demask_inpainter_free(inpainter);
}

TEST_CASE("an inpainter belongs to one of two generators", "[models]") {
  demask_inpainter* inpainter = nullptr;
  CHECK(demask_inpainter_load(open_test_bundle().get(), DEMASK_GENDER_AUTO, nullptr, &inpainter) ==
        DEMASK_ERROR_INVALID_ARGUMENT);
  CHECK(last_error_contains("gender"));
  CHECK(inpainter == nullptr);
}
