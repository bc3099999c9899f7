// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "demask/error.hpp"
#include "demask/face_detector.hpp"
#include "demask/gender_classifier.hpp"
#include "demask/inpainter.hpp"
#include "demask/landmark_detector.hpp"
#include "demask/segmenter.hpp"

namespace {

using Catch::Contains;
using namespace demask;

constexpr float not_a_number = std::numeric_limits<float>::quiet_NaN();

ModelSource module(const std::string& name) {
  return {std::filesystem::path(DEMASK_TEST_MODULES) / (name + ".pt"), nullptr, 0};
}

ModelSpec spec_of(int input_size, const std::string& variant = "", float threshold = 0.5F) {
  ModelSpec spec;
  spec.variant = variant;
  spec.input_size = input_size;
  spec.threshold = threshold;
  spec.class_names = {"female", "male"};
  return spec;
}

Image filled(int width, int height, std::vector<std::uint8_t> pixel,
             PixelFormat format = PixelFormat::rgb) {
  Image image(width, height, format);
  for (std::size_t i = 0; i < image.size_bytes(); ++i) {
    image.data()[i] = pixel[i % pixel.size()];
  }
  return image;
}

void set_pixel(Image& image, int x, int y, const std::vector<std::uint8_t>& pixel) {
  std::copy(pixel.begin(), pixel.end(), image.row(y) + x * channels(image.format()));
}

template <typename Action>
void check_error(ErrorCode code, const std::string& text, Action action) {
  try {
    action();
    FAIL_CHECK("no error was thrown; expected one with: " << text);
  } catch (const Error& error) {
    CHECK(error.code() == code);
    CHECK_THAT(error.what(), Contains(text));
  }
}

// --- FaceDetector ---

// A photo of the network's input size, so that both have the same pixels.
constexpr int detector_side = 64;

std::unique_ptr<FaceDetector> fixed_detector(float threshold = 0.3F) {
  return make_face_detector(spec_of(detector_side, "", threshold), module("fixed_detector"));
}

TEST_CASE("Detections are suppressed, clipped, filtered and sorted", "[stages][face_detector]") {
  const Image photo = filled(64, 64, {255, 255, 255});
  const std::vector<Detection> faces = fixed_detector()->detect(photo);
  REQUIRE(faces.size() == 2);
  CHECK(faces[0].score == Approx(1.0F));
  CHECK(faces[0].box.x == Approx(8.0F));
  CHECK(faces[0].box.y == Approx(8.0F));
  CHECK(faces[0].box.width == Approx(16.0F));
  CHECK(faces[0].box.height == Approx(20.0F));
  CHECK(faces[0].points[0].x == Approx(12.0F));
  CHECK(faces[0].points[0].y == Approx(14.0F));
  CHECK(faces[0].points[4].x == Approx(19.0F));
  CHECK(faces[1].score == Approx(0.4F));
  CHECK(faces[1].box.x == 0.0F);
  CHECK(faces[1].box.width == Approx(6.0F));
}

TEST_CASE("Detections in a scaled photo are in the photo's own pixels", "[stages][face_detector]") {
  // Shrunk by 4 to 64 x 32.
  const std::vector<Detection> faces = fixed_detector()->detect(filled(256, 128, {255, 255, 255}));
  REQUIRE(faces.size() == 2);
  CHECK(faces[0].box.x == Approx(33.5F));
  CHECK(faces[0].box.width == Approx(64.0F));
  CHECK(faces[0].box.height == Approx(80.0F));
  CHECK(faces[0].points[1].x == Approx(81.5F));
  // Enlarged by 2, and no more, to 32 x 24.
  const std::vector<Detection> small = fixed_detector()->detect(filled(16, 12, {255, 255, 255}));
  REQUIRE(small.size() == 2);
  CHECK(small[0].box.x == Approx(3.75F));
  CHECK(small[0].box.width == Approx(8.0F));
  CHECK(small[0].box.bottom() == Approx(12.0F));
}

TEST_CASE("Faces larger than the network was trained on are found at half size",
          "[stages][face_detector]") {
  // For every picture, the network returns a best face of 16 x 20 px.
  const Image photo = filled(64, 64, {255, 255, 255});
  ModelSpec spec = spec_of(detector_side, "", 0.3F);
  const auto heights = [&](float largest_face) {
    spec.largest_face = largest_face;
    std::vector<float> found;
    for (const Detection& face :
         make_face_detector(spec, module("fixed_detector"))->detect(photo)) {
      if (face.score > 0.9F) found.push_back(face.box.height);
    }
    return found;
  };
  CHECK_THAT(heights(0.0F), Catch::Matchers::Approx(std::vector<float>{20.0F}));
  CHECK_THAT(heights(20.0F), Catch::Matchers::UnorderedEquals(std::vector<float>{20.0F, 40.0F}));
  CHECK_THAT(heights(19.0F), Catch::Matchers::Approx(std::vector<float>{40.0F}));
  // A face that is too small in the smaller picture is left to the search in the larger one.
  CHECK_THAT(heights(90.0F), Catch::Matchers::Approx(std::vector<float>{20.0F}));
  check_error(ErrorCode::invalid_argument, "largest_face", [&] { heights(not_a_number); });
  check_error(ErrorCode::invalid_argument, "largest_face", [&] { heights(-1.0F); });
}

TEST_CASE("A call's thresholds override the model's", "[stages][face_detector]") {
  const Image photo = filled(64, 64, {255, 255, 255});
  const auto detector = fixed_detector();
  CHECK(detector->detect(photo, {0.1F, 0.4F}).size() == 3);
  CHECK(detector->detect(photo, {0.0F, 1.0F}).size() == 4);
  CHECK(detector->detect(photo, {0.95F, 0.4F}).size() == 1);
  check_error(ErrorCode::invalid_argument, "score_threshold", [&] {
    return detector->detect(photo, {1.5F, 0.4F});
  });
  check_error(ErrorCode::invalid_argument, "score_threshold", [&] {
    return detector->detect(photo, {not_a_number, 0.4F});
  });
  check_error(ErrorCode::invalid_argument, "nms_iou", [&] {
    return detector->detect(photo, {0.5F, -0.1F});
  });
}

TEST_CASE("Photos of many sizes keep their places in a batch", "[stages][face_detector]") {
  std::vector<Image> photos;
  std::vector<ImageView> views;
  for (int i = 0; i < 19; ++i) {
    const auto level = static_cast<std::uint8_t>(140 + 5 * i);
    photos.push_back(filled(64, i % 3 == 0 ? 64 : 30 + i, {level, level, level}));
  }
  views.assign(photos.begin(), photos.end());
  const auto detector = fixed_detector();
  const auto results = detector->detect(views);
  REQUIRE(results.size() == photos.size());
  for (std::size_t i = 0; i < photos.size(); ++i) {
    const std::vector<Detection> single = detector->detect(photos[i]);
    REQUIRE(results[i].size() == single.size());
    REQUIRE(results[i][0].score == Approx(static_cast<float>(140 + 5 * i) / 255.0F));
    for (std::size_t k = 0; k < single.size(); ++k) {
      REQUIRE(results[i][k].score == single[k].score);
      REQUIRE(results[i][k].box.height == single[k].box.height);
    }
  }
  CHECK(detector->detect(std::vector<ImageView>{}).empty());
}

TEST_CASE("Photos of every format, and photos without a face, are accepted",
          "[stages][face_detector]") {
  const auto detector = make_face_detector(spec_of(64), module("no_faces"));
  for (const PixelFormat format : {PixelFormat::gray, PixelFormat::rgb, PixelFormat::bgr,
                                   PixelFormat::rgba, PixelFormat::bgra}) {
    CHECK(detector->detect(filled(1, 1, {9}, format)).empty());
    CHECK(detector->detect(filled(1, 500, {9}, format)).empty());
  }
  check_error(ErrorCode::invalid_image, "", [&] { return detector->detect(ImageView{}); });
}

TEST_CASE("A detector with another contract is refused", "[stages][face_detector]") {
  const Image photo = filled(64, 64, {255, 255, 255});
  check_error(ErrorCode::model_invalid, "face detector model 'identity.pt'",
              [&] { return make_face_detector(spec_of(64), module("identity"))->detect(photo); });
  check_error(ErrorCode::model_invalid, "scores has the shape",
              [&] { return make_face_detector(spec_of(64), module("bad_scores"))->detect(photo); });
  check_error(ErrorCode::invalid_argument, "input_size 0",
              [] { return make_face_detector(spec_of(0), module("no_faces")); });
  check_error(ErrorCode::invalid_argument, "threshold 2",
              [] { return make_face_detector(spec_of(64, "", 2.0F), module("no_faces")); });
  check_error(ErrorCode::unreadable_file, "missing.pt",
              [] { return make_face_detector(spec_of(64), module("missing")); });
}

// --- Segmenter ---

TEST_CASE("A semantic map comes back in the size of its image", "[stages][segmenter]") {
  const auto segmenter = make_segmenter(spec_of(32, "semantic"), module("red_is_mask"));
  CHECK(segmenter->input() == SegmenterInput::canonical_face);
  CHECK(segmenter->threshold() == 0.5F);
  Image face = filled(32, 32, {51, 0, 0});
  set_pixel(face, 7, 3, {255, 0, 0});
  set_pixel(face, 8, 3, {204, 0, 0});
  const std::vector<MaskInstance> same = segmenter->segment(face);
  REQUIRE(same.size() == 1);
  CHECK(same[0].probability.width == 32);
  CHECK(same[0].probability.at(7, 3) == Approx(1.0F));
  CHECK(same[0].probability.at(8, 3) == Approx(0.8F));
  CHECK(same[0].probability.at(3, 7) == Approx(0.2F));
  CHECK(same[0].score == Approx(0.9F));

  const std::vector<MaskInstance> other = segmenter->segment(filled(50, 20, {153, 0, 0}));
  REQUIRE(other.size() == 1);
  CHECK(other[0].probability.width == 50);
  CHECK(other[0].probability.height == 20);
  CHECK(other[0].probability.values.size() == 1000);
  CHECK(other[0].probability.at(49, 19) == Approx(0.6F));
}

TEST_CASE("Straps are a separate map if the model finds them", "[stages][segmenter]") {
  Image face = filled(40, 32, {51, 102, 255});
  set_pixel(face, 7, 3, {255, 0, 0});
  const MaskInstance plain =
      make_segmenter(spec_of(32, "semantic"), module("red_is_mask"))->segment(face).at(0);
  CHECK(plain.straps.values.empty());
  const MaskInstance told =
      make_segmenter(spec_of(32, "semantic"), module("green_is_straps"))->segment(face).at(0);
  CHECK(told.probability.values == plain.probability.values);
  CHECK(told.score == plain.score);
  REQUIRE(told.straps.width == 40);
  REQUIRE(told.straps.height == 32);
  CHECK(told.straps.at(30, 20) == Approx(0.4F));
}

TEST_CASE("An edge keeps its place when a face is resized for the network", "[stages][segmenter]") {
  const auto segmenter = make_segmenter(spec_of(32, "semantic"), module("red_is_mask"));
  Image face = filled(128, 128, {0, 0, 0});
  for (int y = 0; y < 128; ++y) {
    for (int x = 40; x < 128; ++x) {
      set_pixel(face, x, y, {255, 0, 0});
    }
  }
  const ProbabilityMap map = segmenter->segment(face).at(0).probability;
  CHECK(map.at(39, 64) == Approx(1.0F - map.at(40, 64)));
  CHECK(map.at(39, 64) < 0.5F);
  CHECK(map.at(36, 64) < 0.2F);
  CHECK(map.at(43, 64) > 0.8F);
}

TEST_CASE("A face without a mask scores 0", "[stages][segmenter]") {
  const auto segmenter = make_segmenter(spec_of(32, "semantic"), module("red_is_mask"));
  CHECK(segmenter->segment(filled(32, 32, {20, 255, 255})).at(0).score == 0.0F);
}

TEST_CASE("A batch of faces gives the same results as single faces", "[stages][segmenter]") {
  const auto segmenter = make_segmenter(spec_of(32, "semantic"), module("red_is_mask"));
  std::vector<Image> faces;
  for (int i = 0; i < 11; ++i) {
    faces.push_back(filled(20 + i, 32, {static_cast<std::uint8_t>(20 * i), 7, 7}));
  }
  const auto results = segmenter->segment(std::vector<ImageView>(faces.begin(), faces.end()));
  REQUIRE(results.size() == faces.size());
  for (std::size_t i = 0; i < faces.size(); ++i) {
    REQUIRE(results[i].at(0).probability.values ==
            segmenter->segment(faces[i]).at(0).probability.values);
  }
}

TEST_CASE("Instances are cropped to their boxes, best first", "[stages][segmenter]") {
  const auto segmenter = make_segmenter(spec_of(64, "instance"), module("two_masks"));
  CHECK(segmenter->input() == SegmenterInput::photo);
  const std::vector<MaskInstance> masks = segmenter->segment(filled(64, 48, {1, 2, 3}));
  REQUIRE(masks.size() == 2);
  CHECK(masks[0].score == Approx(0.9F));
  CHECK(masks[0].x == 48);
  CHECK(masks[0].y == 8);
  CHECK(masks[0].probability.width == 16);
  CHECK(masks[0].probability.height == 16);
  CHECK(masks[1].x == 8);
  CHECK(masks[1].y == 4);
  for (const float value : masks[1].probability.values) {
    REQUIRE(value == Approx(0.75F));
  }
}

TEST_CASE("Instances in a scaled photo are in the photo's own pixels", "[stages][segmenter]") {
  const auto segmenter = make_segmenter(spec_of(64, "instance"), module("two_masks"));
  const std::vector<MaskInstance> masks = segmenter->segment(filled(256, 192, {1, 2, 3}));
  REQUIRE(masks.size() == 2);
  CHECK(masks[1].x == 32);
  CHECK(masks[1].y == 16);
  CHECK(masks[1].probability.width == 64);
  CHECK(masks[1].probability.height == 64);
  CHECK(masks[1].probability.at(32, 32) == Approx(0.75F));
  // The edge of a mask lies halfway between its last pixel and the next.
  CHECK(masks[1].probability.at(0, 32) == Approx(0.75F * 0.625F));
}

TEST_CASE("A segmenter with another contract is refused", "[stages][segmenter]") {
  const Image face = filled(32, 32, {255, 0, 0});
  check_error(ErrorCode::model_invalid, "not a probability", [&] {
    return make_segmenter(spec_of(32, "semantic"), module("logits"))->segment(face);
  });
  check_error(ErrorCode::model_invalid, "[1, 3, 32, 32]", [&] {
    return make_segmenter(spec_of(32, "semantic"), module("identity"))->segment(face);
  });
  check_error(ErrorCode::model_invalid, "1 tensors where 3", [&] {
    return make_segmenter(spec_of(32, "instance"), module("identity"))->segment(face);
  });
  check_error(ErrorCode::invalid_argument, "variant 'panoptic'",
              [] { return make_segmenter(spec_of(32, "panoptic"), module("identity")); });
}

// --- LandmarkDetector ---

ModelSpec landmark_spec(const std::string& variant, LandmarkScheme scheme, float crop_scale) {
  ModelSpec spec = spec_of(128, variant);
  spec.landmark_scheme = scheme;
  spec.crop_scale = crop_scale;
  return spec;
}

// The position in a photo of point k of the test modules, for an upright crop whose top left corner
// is at (left, top), where (0, 0) is the center of the top left pixel.
Point grid_point(std::size_t k, float left, float top, float side) {
  const auto column = static_cast<float>(k % 10);
  const auto row = static_cast<float>(k / 10);
  return {left + (column + 0.5F) / 10.0F * side, top + (row + 0.5F) / 10.0F * side};
}

void check_grid(const Landmarks& landmarks, Point corner, float side, float margin) {
  REQUIRE(landmarks.points.size() == static_cast<std::size_t>(landmarks.scheme));
  REQUIRE(landmarks.confidence.size() == landmarks.points.size());
  for (std::size_t k = 0; k < landmarks.points.size(); ++k) {
    const Point expected = grid_point(k, corner.x, corner.y, side);
    REQUIRE(landmarks.points[k].x == Approx(expected.x).margin(margin));
    REQUIRE(landmarks.points[k].y == Approx(expected.y).margin(margin));
  }
}

TEST_CASE("Points are mapped from the crop to the photo", "[stages][landmark_detector]") {
  const Image photo = filled(300, 200, {9, 9, 9});
  // The crop is a square of 1.5 x 80 px around (110, 90).
  const FaceRegion face{photo, {80, 50, 60, 80}, 0.0F};
  for (const auto& [name, scheme] : {std::pair{"points68", LandmarkScheme::ibug68},
                                     std::pair{"points98", LandmarkScheme::wflw98}}) {
    const auto detector =
        make_landmark_detector(landmark_spec("points", scheme, 1.5F), module(name));
    CHECK(detector->scheme() == scheme);
    const Landmarks landmarks = detector->detect(face);
    CHECK(landmarks.scheme == scheme);
    check_grid(landmarks, {50, 30}, 120, 1e-3F);
    CHECK(landmarks.confidence[50] == Approx(0.5F));
  }
}

TEST_CASE("Heatmap peaks are found between cells", "[stages][landmark_detector]") {
  const Image photo = filled(300, 200, {9, 9, 9});
  const FaceRegion face{photo, {80, 50, 60, 80}, 0.0F};
  for (const auto& [name, scheme] : {std::pair{"heatmap68", LandmarkScheme::ibug68},
                                     std::pair{"heatmap98_boundary", LandmarkScheme::wflw98}}) {
    const auto detector =
        make_landmark_detector(landmark_spec("heatmap", scheme, 1.5F), module(name));
    const Landmarks landmarks = detector->detect(face);
    // A cell is 120 / 64 px.
    check_grid(landmarks, {50, 30}, 120, 0.02F);
    CHECK(landmarks.confidence[0] == Approx(0.9F).margin(0.1));
  }
}

TEST_CASE("Each point is averaged with its counterpart in the mirror image",
          "[stages][landmark_detector]") {
  const Image photo = filled(300, 200, {9, 9, 9});
  FaceRegion face{photo, {80, 50, 60, 80}, 0.0F};
  for (const auto& [name, scheme] : {std::pair{"points68", LandmarkScheme::ibug68},
                                     std::pair{"points98", LandmarkScheme::wflw98}}) {
    ModelSpec spec = landmark_spec("points", scheme, 1.5F);
    spec.mirror_average = true;
    const auto detector = make_landmark_detector(spec, module(name));
    const Landmarks landmarks = detector->detect(face);
    // The module puts its points at the same places of any crop.
    for (std::size_t k = 0; k < landmarks.points.size(); ++k) {
      const std::size_t other = mirrored_point(scheme, k);
      const Point plain = grid_point(k, 50, 30, 120);
      const Point mirrored = grid_point(other, 50, 30, 120);
      REQUIRE(landmarks.points[k].x ==
              Approx((plain.x + 2 * 50 + 120 - mirrored.x) / 2).margin(1e-3));
      REQUIRE(landmarks.points[k].y == Approx((plain.y + mirrored.y) / 2).margin(1e-3));
      REQUIRE(landmarks.confidence[k] == Approx(static_cast<float>(k + other) / 200.0F));
    }
    face.single_pass = true;
    check_grid(detector->detect(face), {50, 30}, 120, 1e-3F);
    face.single_pass = false;
  }
}

TEST_CASE("A spot is found at its place in the photo, with and without roll",
          "[stages][landmark_detector]") {
  Image photo = filled(240, 240, {0, 0, 0});
  for (int y = 129; y <= 131; ++y) {
    for (int x = 99; x <= 101; ++x) {
      set_pixel(photo, x, y, {255, 0, 0});
    }
  }
  ModelSpec spec = landmark_spec("points", LandmarkScheme::ibug68, 1.25F);
  spec.mirror_average = GENERATE(false, true);
  const auto detector = make_landmark_detector(spec, module("brightest_point"));
  for (const float roll : {0.0F, 0.4F, -1.2F, 3.0F}) {
    for (const Box& box : {Box{70, 80, 90, 100}, Box{90, 110, 40, 40}, Box{0, 0, 200, 200}}) {
      const Landmarks landmarks = detector->detect({photo, box, roll});
      // Sampling every second pixel of a spot of three pixels moves its center of mass.
      CHECK(landmarks.points[0].x == Approx(100.0F).margin(0.5));
      CHECK(landmarks.points[0].y == Approx(130.0F).margin(0.5));
    }
  }
}

TEST_CASE("A batch of faces gives the same landmarks as single faces",
          "[stages][landmark_detector]") {
  std::vector<Image> photos;
  std::vector<FaceRegion> faces;
  for (int i = 0; i < 10; ++i) {
    photos.push_back(filled(100, 100, {0, 0, 0}));
    set_pixel(photos.back(), 30 + 4 * i, 60 - 2 * i, {255, 0, 0});
  }
  for (const Image& photo : photos) {
    faces.push_back({photo, {10, 10, 80, 80}, 0.1F});
    faces.back().single_pass = faces.size() % 3 == 0;
  }
  ModelSpec spec = landmark_spec("points", LandmarkScheme::ibug68, 1.0F);
  spec.mirror_average = GENERATE(false, true);
  const auto detector = make_landmark_detector(spec, module("brightest_point"));
  const std::vector<Landmarks> results = detector->detect(faces);
  REQUIRE(results.size() == faces.size());
  for (std::size_t i = 0; i < faces.size(); ++i) {
    const Landmarks single = detector->detect(faces[i]);
    REQUIRE(results[i].points[0].x == single.points[0].x);
    REQUIRE(results[i].points[0].y == single.points[0].y);
    REQUIRE(single.points[0].x == Approx(30.0F + 4.0F * static_cast<float>(i)).margin(0.5));
  }
}

TEST_CASE("Invalid regions and landmark models are refused", "[stages][landmark_detector]") {
  const Image photo = filled(64, 64, {9, 9, 9});
  const ModelSpec spec = landmark_spec("points", LandmarkScheme::ibug68, 1.2F);
  const auto detector = make_landmark_detector(spec, module("points68"));
  CHECK(detector->min_confidence() == 0.0F);
  for (const Box& box : {Box{0, 0, 0, 10}, Box{0, 0, 10, -1}, Box{not_a_number, 0, 9, 9},
                         Box{0, 0, std::numeric_limits<float>::infinity(), 9}}) {
    check_error(ErrorCode::invalid_argument, "face region", [&] {
      return detector->detect({photo, box, 0.0F});
    });
  }
  check_error(ErrorCode::invalid_argument, "face region", [&] {
    return detector->detect({photo, {0, 0, 9, 9}, not_a_number});
  });
  check_error(ErrorCode::invalid_image, "", [&] {
    return detector->detect({ImageView{}, {0, 0, 9, 9}, 0.0F});
  });
  CHECK(detector->detect({photo, {-500, -500, 20, 20}, 0.0F}).points.size() == 68);

  const FaceRegion face{photo, {0, 0, 64, 64}, 0.0F};
  check_error(ErrorCode::model_invalid, "[1, 98, 2]",
              [&] { return make_landmark_detector(spec, module("points98"))->detect(face); });
  ModelSpec heatmap = spec;
  heatmap.variant = "heatmap";
  check_error(ErrorCode::model_invalid, "[1, 99, 64, 64]", [&] {
    return make_landmark_detector(heatmap, module("heatmap98_boundary"))->detect(face);
  });
  heatmap.variant = "lines";
  check_error(ErrorCode::invalid_argument, "variant 'lines'",
              [&] { return make_landmark_detector(heatmap, module("heatmap68")); });
  heatmap.min_confidence = 1.1F;
  check_error(ErrorCode::invalid_argument, "min_confidence 1.1 is outside [0, 1]",
              [&] { return make_landmark_detector(heatmap, module("heatmap68")); });
  heatmap.crop_scale = 0.0F;
  check_error(ErrorCode::invalid_argument, "crop_scale",
              [&] { return make_landmark_detector(heatmap, module("heatmap68")); });
}

// --- GenderClassifier ---

TEST_CASE("The class names define the order of the logits", "[stages][gender_classifier]") {
  const Image red = filled(40, 40, {255, 0, 0});
  const Image blue = filled(16, 16, {0, 0, 255});
  const Image gray = filled(16, 16, {77}, PixelFormat::gray);
  ModelSpec spec = spec_of(16);
  // Logits 4 and 0.
  const float sure = 1.0F / (1.0F + std::exp(-4.0F));
  const auto female_first = make_gender_classifier(spec, module("red_against_blue"));
  CHECK(female_first->classify(red).gender == Gender::female);
  CHECK(female_first->classify(red).probability == Approx(sure));
  CHECK(female_first->classify(blue).gender == Gender::male);
  CHECK(female_first->classify(gray).probability == Approx(0.5F));
  spec.class_names = {"male", "female"};
  const auto male_first = make_gender_classifier(spec, module("red_against_blue"));
  CHECK(male_first->classify(red).gender == Gender::male);
  CHECK(male_first->classify(blue).probability == Approx(sure));
  CHECK(std::string(to_string(Gender::male)) == "male");
  CHECK(std::string(to_string(Gender::female)) == "female");
}

// 16 x 16, black except for purple in half of its columns, starting at a given one.
Image half_purple(int from) {
  Image image = filled(16, 16, {0, 0, 0});
  for (int y = 0; y < 16; ++y) {
    for (int x = from; x < from + 8; ++x) set_pixel(image, x, y, {255, 0, 255});
  }
  return image;
}

TEST_CASE("The gender is decided from the mean of a face and its mirror image",
          "[stages][gender_classifier]") {
  // For face and mirror image the logits are 4 and 6 or 8 and 0; their mean difference is 3.
  const Image left = half_purple(0);
  ModelSpec spec = spec_of(16);
  const auto once = make_gender_classifier(spec, module("left_against_right"));
  CHECK(once->classify(left).gender == Gender::male);
  CHECK(once->classify(left).probability == Approx(1.0F / (1.0F + std::exp(-2.0F))));
  spec.mirror_average = true;
  const auto twice = make_gender_classifier(spec, module("left_against_right"));
  CHECK(twice->classify(left).gender == Gender::female);
  CHECK(twice->classify(left).probability == Approx(1.0F / (1.0F + std::exp(-3.0F))));
  // More faces than a batch holds keep their places.
  const Image right = half_purple(8);
  const Image blue = filled(16, 16, {0, 0, 255});
  std::vector<ImageView> faces;
  for (int i = 0; i < 20; ++i) faces.push_back(i % 3 == 0 ? blue.view() : right.view());
  const std::vector<GenderEstimate> results = twice->classify(faces);
  REQUIRE(results.size() == faces.size());
  for (std::size_t i = 0; i < faces.size(); ++i) {
    const GenderEstimate single = twice->classify(faces[i]);
    CHECK(results[i].gender == (i % 3 == 0 ? Gender::male : Gender::female));
    CHECK(results[i].probability == single.probability);
  }
}

TEST_CASE("Many faces keep their order", "[stages][gender_classifier]") {
  const Image red = filled(16, 16, {255, 0, 0});
  const Image blue = filled(16, 16, {0, 0, 255}, PixelFormat::rgb);
  const Image bgr = filled(16, 16, {255, 0, 0}, PixelFormat::bgr);
  const auto classifier = make_gender_classifier(spec_of(16), module("red_against_blue"));
  std::vector<ImageView> faces;
  for (int i = 0; i < 20; ++i) {
    faces.push_back(i % 5 == 0 ? red.view() : i % 2 == 0 ? bgr.view() : blue.view());
  }
  const std::vector<GenderEstimate> results = classifier->classify(faces);
  REQUIRE(results.size() == faces.size());
  for (std::size_t i = 0; i < faces.size(); ++i) {
    CHECK(results[i].gender == (i % 5 == 0 ? Gender::female : Gender::male));
  }
}

TEST_CASE("Other class names are refused", "[stages][gender_classifier]") {
  for (const std::vector<std::string>& names :
       {std::vector<std::string>{}, {"female"}, {"female", "female"}, {"a", "b", "c"}}) {
    ModelSpec spec = spec_of(16);
    spec.class_names = names;
    check_error(ErrorCode::invalid_argument, "class_names",
                [&] { return make_gender_classifier(spec, module("red_against_blue")); });
  }
  check_error(ErrorCode::model_invalid, "logits", [] {
    return make_gender_classifier(spec_of(16), module("identity"))
        ->classify(filled(16, 16, {1, 2, 3}));
  });
}

// --- Inpainter ---

Landmarks landmarks_at(const std::vector<Point>& corners) {
  Landmarks landmarks;
  for (std::size_t i = 0; i < 68; ++i) {
    landmarks.points.push_back(corners[i % corners.size()]);
  }
  return landmarks;
}

// Covers the rectangle from (x, y) to the image's lower right corner.
Image mask_from(int side, int x, int y, std::uint8_t level = 255) {
  Image mask(side, side, PixelFormat::gray);
  for (int row = y; row < side; ++row) {
    std::fill(mask.row(row) + x, mask.row(row) + side, level);
  }
  return mask;
}

std::vector<std::uint8_t> pixel_at(const Image& image, int x, int y) {
  const std::uint8_t* p = image.row(y) + x * channels(image.format());
  return {p, p + channels(image.format())};
}

TEST_CASE("Only the hole is painted", "[stages][inpainter]") {
  const auto inpainter = make_inpainter(spec_of(64), module("echo_inpainter"));
  const Image face = filled(64, 64, {10, 20, 200});
  const Image mask = mask_from(64, 16, 32);
  // All lines run between two points inside the hole.
  const Landmarks landmarks = landmarks_at({{20, 40}, {50, 40}});
  const Image result = inpainter->inpaint({face, mask, landmarks});
  REQUIRE(result.width() == 64);
  REQUIRE(result.format() == PixelFormat::rgb);
  for (int y = 0; y < 64; ++y) {
    for (int x = 0; x < 64; ++x) {
      const std::vector<std::uint8_t> pixel = pixel_at(result, x, y);
      if (x < 16 || y < 32) {
        REQUIRE(pixel == std::vector<std::uint8_t>{10, 20, 200});
      } else {
        // The module sees the hole as 1 and no blue of the face inside it.
        REQUIRE(pixel[0] == 255);
        REQUIRE(pixel[2] == 0);
      }
    }
  }
  CHECK(pixel_at(result, 35, 40)[1] == 255);
  CHECK(pixel_at(result, 35, 50)[1] == 0);
}

TEST_CASE("A face without color is painted without color", "[stages][inpainter]") {
  const auto inpainter = make_inpainter(spec_of(64), module("echo_inpainter"));
  const Image mask = mask_from(64, 16, 32);
  const Landmarks landmarks = landmarks_at({{20, 40}, {50, 40}});
  for (const bool has_colour : {false, true}) {
    // Channels one level apart, as JPEG leaves them.
    Image face = filled(64, 64, {100, 101, 100});
    if (has_colour) face = filled(64, 64, {100, 105, 100});
    const Image result = inpainter->inpaint({face, mask, landmarks});
    const std::vector<std::uint8_t> painted = pixel_at(result, 35, 50);
    CHECK((painted[0] != painted[2]) == has_colour);
    CHECK((painted[0] != painted[1]) == has_colour);
    CHECK(pixel_at(result, 0, 0) == pixel_at(face, 0, 0));
  }
  // The transition from no color to color is gradual; otherwise the frames of a video would
  // flicker.
  const auto spread_at = [&](std::uint8_t green) {
    const Image face = filled(64, 64, {100, green, 100});
    const std::vector<std::uint8_t> painted =
        pixel_at(inpainter->inpaint({face, mask, landmarks}), 35, 50);
    const auto [low, high] = std::minmax_element(painted.begin(), painted.end());
    return *high - *low;
  };
  CHECK(spread_at(103) == Approx(0.5 * spread_at(104)).margin(2.0));
  // A mask may have a color in a photo that otherwise has none.
  Image face = filled(64, 64, {100, 100, 100});
  for (int y = 32; y < 64; ++y) face.row(y)[3 * 40] = 255;
  CHECK(pixel_at(inpainter->inpaint({face, mask, landmarks}), 35, 50)[2] != 0);
}

TEST_CASE("Painted edges are as steep as those of the photo", "[stages][inpainter]") {
  constexpr int side = 128;
  const auto inpainter = make_inpainter(spec_of(64), module("echo_inpainter"));
  const Image mask = mask_from(side, 0, 64);
  const Landmarks landmarks = landmarks_at({{20, 90}, {110, 90}});
  const auto steepest_of = [&](const Image& face) {
    const Image result = inpainter->inpaint({face, mask, landmarks});
    int steepest = 0;
    for (int y = 80; y < 100; ++y) {
      steepest =
          std::max(steepest, std::abs(pixel_at(result, 64, y)[1] - pixel_at(result, 64, y - 1)[1]));
    }
    return steepest;
  };
  const Image flat = filled(side, side, {90, 100, 150});
  // A fine pattern above or below a row.
  const auto with_pattern = [&](int first, int last) {
    Image face = flat;
    for (int y = first; y < last; ++y) {
      for (int x = 0; x < side; ++x) {
        if ((x * 7 + y * 13) / 3 % 2 == 0) face.row(y)[3 * x + 1] = 220;
      }
    }
    return face;
  };
  Image smooth = flat;
  for (int y = 0; y < side; ++y) {
    for (int x = 0; x < side; ++x) {
      smooth.row(y)[3 * x + 1] = static_cast<std::uint8_t>(100 + std::abs(x % 64 - 32));
    }
  }
  Image ends = flat;  // Black at the left, as beyond a photo's border.
  for (int y = 0; y < side; ++y) std::fill(ends.row(y), ends.row(y) + 3 * 40, std::uint8_t{0});
  CHECK(steepest_of(with_pattern(0, 64)) > 1.2 * steepest_of(flat));
  CHECK(steepest_of(smooth) == steepest_of(flat));
  CHECK(steepest_of(with_pattern(64, side)) == steepest_of(flat));
  CHECK(steepest_of(ends) == steepest_of(flat));
}

TEST_CASE("Mask levels of 128 and more are covered", "[stages][inpainter]") {
  const auto inpainter = make_inpainter(spec_of(64), module("echo_inpainter"));
  const Image face = filled(64, 64, {10, 20, 30});
  const Landmarks landmarks = landmarks_at({{1, 1}, {2, 2}});
  const Image below = mask_from(64, 0, 0, 127);
  CHECK(pixel_at(inpainter->inpaint({face, below, landmarks}), 40, 40)[0] == 10);
  const Image above = mask_from(64, 0, 0, 128);
  CHECK(pixel_at(inpainter->inpaint({face, above, landmarks}), 40, 40)[0] == 255);
}

TEST_CASE("Faces of other sizes and formats are returned in their own size",
          "[stages][inpainter]") {
  const auto inpainter = make_inpainter(spec_of(64), module("echo_inpainter"));
  for (const int side : {16, 50, 64, 200}) {
    const int begin = side / 2;
    const auto at = [side](float fraction) { return fraction * static_cast<float>(side); };
    const Image face = filled(side, side, {30, 20, 10, 255}, PixelFormat::bgra);
    const Image mask = mask_from(side, begin, begin);
    const Landmarks landmarks = landmarks_at({{at(0.6F), at(0.75F)}, {at(0.9F), at(0.75F)}});
    const Image result = inpainter->inpaint({face, mask, landmarks});
    REQUIRE(result.width() == side);
    REQUIRE(result.height() == side);
    CHECK(pixel_at(result, begin - 1, side - 1) == std::vector<std::uint8_t>{10, 20, 30});
    CHECK(pixel_at(result, side - 1, begin - 1) == std::vector<std::uint8_t>{10, 20, 30});
    const int middle = begin + side / 4;
    CHECK(pixel_at(result, middle, middle)[0] == 255);
    CHECK(pixel_at(result, middle, middle)[1] > 100);
    CHECK(pixel_at(result, middle, middle)[2] == 0);
    CHECK(pixel_at(result, middle, side - 1)[1] == 0);
  }
}

TEST_CASE("A batch of holes gives the same paintings as single holes", "[stages][inpainter]") {
  const auto inpainter = make_inpainter(spec_of(64), module("echo_inpainter"));
  std::vector<Image> faces;
  std::vector<Image> masks;
  std::vector<InpaintInput> inputs;
  for (int i = 0; i < 9; ++i) {
    faces.push_back(filled(48 + 4 * i, 48 + 4 * i, {static_cast<std::uint8_t>(20 * i), 9, 9}));
    masks.push_back(mask_from(48 + 4 * i, 3 * i, 40));
  }
  for (std::size_t i = 0; i < faces.size(); ++i) {
    inputs.push_back({faces[i], masks[i], landmarks_at({{5, 44}, {40, 46}})});
  }
  const std::vector<Image> results = inpainter->inpaint(inputs);
  REQUIRE(results.size() == inputs.size());
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const Image single = inpainter->inpaint(inputs[i]);
    REQUIRE(single.size_bytes() == results[i].size_bytes());
    REQUIRE(std::equal(single.data(), single.data() + single.size_bytes(), results[i].data()));
  }
  CHECK(inpainter->inpaint(std::vector<InpaintInput>{}).empty());
}

TEST_CASE("Inputs that do not fit together are refused", "[stages][inpainter]") {
  const auto inpainter = make_inpainter(spec_of(64), module("echo_inpainter"));
  const Image face = filled(64, 64, {1, 2, 3});
  const Image mask = mask_from(64, 0, 0);
  const Landmarks landmarks = landmarks_at({{1, 1}, {9, 9}});
  const auto refuse = [&](const std::string& text, const InpaintInput& input) {
    check_error(ErrorCode::invalid_argument, text, [&] { return inpainter->inpaint(input); });
  };
  const Image oblong = filled(64, 60, {1, 2, 3});
  const Image small_mask = mask_from(32, 0, 0);
  refuse("not square", {oblong, mask, landmarks});
  refuse("mask: 32 x 32", {face, small_mask, landmarks});
  refuse("not gray", {face, face, landmarks});
  Landmarks few = landmarks;
  few.points.pop_back();
  refuse("67 points where the scheme has 68", {face, mask, few});
  refuse("0 points", {face, mask, {}});
  Landmarks wild = landmarks;
  wild.points[5].x = not_a_number;
  refuse("not finite", {face, mask, wild});
  check_error(ErrorCode::invalid_image, "", [&] {
    return inpainter->inpaint({ImageView{}, mask, landmarks});
  });
  check_error(ErrorCode::model_invalid, "inpainter model 'identity.pt'", [&] {
    return make_inpainter(spec_of(64), module("identity"))->inpaint({face, mask, landmarks});
  });
}

// --- Errors of every stage for a module that violates its contract ---

void detect_with(const std::string& name) {
  static_cast<void>(
      make_face_detector(spec_of(64), module(name))->detect(filled(64, 64, {9, 9, 9})));
}

void segment_with(const std::string& name) {
  static_cast<void>(
      make_segmenter(spec_of(32, "semantic"), module(name))->segment(filled(32, 32, {0, 9, 9})));
}

void segment_photo_with(const std::string& name) {
  static_cast<void>(
      make_segmenter(spec_of(32, "instance"), module(name))->segment(filled(32, 32, {0, 9, 9})));
}

void find_landmarks_with(const std::string& name) {
  const Image photo = filled(64, 64, {9, 9, 9});
  const auto detector =
      make_landmark_detector(landmark_spec("points", LandmarkScheme::ibug68, 1.2F), module(name));
  static_cast<void>(detector->detect({photo, {0, 0, 64, 64}, 0.0F}));
}

void classify_with(const std::string& name) {
  static_cast<void>(
      make_gender_classifier(spec_of(16), module(name))->classify(filled(16, 16, {1, 2, 3})));
}

void inpaint_with(const std::string& name) {
  const Image face = filled(64, 64, {1, 2, 3});
  const Image mask = mask_from(64, 32, 32);
  const auto inpainter = make_inpainter(spec_of(64), module(name));
  static_cast<void>(inpainter->inpaint({face, mask, landmarks_at({{40, 40}, {50, 50}})}));
}

TEST_CASE("Values that are not finite are an error of the stage whose model returned them",
          "[stages]") {
  using Call = void (*)(const std::string&);
  for (const auto& [stage, call, name] :
       {std::tuple{"face detector", Call{detect_with}, "nan_detections"},
        {"segmenter", segment_with, "nan_map"},
        {"segmenter", segment_photo_with, "nan_detections"},
        {"landmark detector", find_landmarks_with, "nan_points"},
        {"gender classifier", classify_with, "infinite_logits"},
        {"inpainter", inpaint_with, "nan_painting"}}) {
    check_error(ErrorCode::model_invalid,
                std::string(stage) + " model '" + name +
                    ".pt': its output holds values that are not finite",
                [&, call = call, name = name] { call(name); });
  }
}

TEST_CASE("A wrong shape is an error of the stage whose model returned it", "[stages]") {
  using Call = void (*)(const std::string&);
  for (const auto& [stage, call, name, text] :
       {std::tuple{"face detector", Call{detect_with}, "bad_scores", "scores has the shape [2, 1]"},
        {"segmenter", segment_with, "points68", "2 tensors where 1"},
        {"segmenter", segment_with, "identity", "has the shape [1, 3, 32, 32]"},
        {"landmark detector", find_landmarks_with, "points98", "has the shape [1, 98, 2]"},
        {"gender classifier", classify_with, "identity", "has the shape [1, 3, 16, 16]"},
        {"inpainter", inpaint_with, "small_painting", "has the shape [1, 3, 32, 32]"}}) {
    const std::string who = std::string(stage) + " model '" + name + ".pt': ";
    const auto run = [&, call = call, name = name] { call(name); };
    check_error(ErrorCode::model_invalid, who, run);
    check_error(ErrorCode::model_invalid, text, run);
  }
}

}  // namespace
