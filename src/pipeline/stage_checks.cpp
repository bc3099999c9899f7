// SPDX-License-Identifier: Apache-2.0
#include "pipeline/stage_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/checks.hpp"
#include "demask/error.hpp"
#include "stages/probability_map.hpp"

namespace demask::pipeline {
namespace {

[[noreturn]] void fail(Stage stage, const std::string& reason) {
  throw Error(
      ErrorCode::model_invalid,
      fmt::format("{}: {}; use a stage that keeps to its interface", to_string(stage), reason));
}

void require_count(Stage stage, std::size_t results, std::size_t inputs,
                   const char* name = "faces") {
  if (results != inputs) {
    fail(stage, fmt::format("it returned {} results for {} {}", results, inputs, name));
  }
}

bool all_finite(const std::vector<float>& values) {
  return std::all_of(values.begin(), values.end(),
                     [](float value) { return std::isfinite(value); });
}

void check_map(const ProbabilityMap& map) {
  if (!stages::is_whole(map)) {
    fail(Stage::segmenter, fmt::format("a map of {} x {} came with {} values", map.width,
                                       map.height, map.values.size()));
  }
  if (!all_finite(map.values)) {
    fail(Stage::segmenter, "a map holds a value that is not finite");
  }
}

bool is_finite_detection(const Detection& found) {
  return std::isfinite(found.score) && core::is_finite(found.box) &&
         std::all_of(found.points.begin(), found.points.end(),
                     [](const Point& point) { return core::is_finite(point); });
}

void check_painted_image(Stage stage, const Image& image, const ImageView& face) {
  if (image.format() != PixelFormat::rgb || image.width() != face.width ||
      image.height() != face.height || image.empty()) {
    fail(stage, "a painted face is not RGB of the size of its input");
  }
}

void check_face_map(const ProbabilityMap& map, const ImageView& face) {
  check_map(map);
  if (map.width != face.width || map.height != face.height) {
    fail(Stage::segmenter,
         fmt::format("its map of {} x {} is not the size of the face", map.width, map.height));
  }
}

}  // namespace

void check_detections(const std::vector<std::vector<Detection>>& detections, std::size_t photos) {
  require_count(Stage::face_detector, detections.size(), photos, "photos");
  for (const std::vector<Detection>& in_photo : detections) {
    if (!std::all_of(in_photo.begin(), in_photo.end(), is_finite_detection)) {
      fail(Stage::face_detector, "a detection has a coordinate or score that is not finite");
    }
  }
}

void check_landmarks(const std::vector<Landmarks>& landmarks, std::size_t faces) {
  require_count(Stage::landmark_detector, landmarks.size(), faces);
  for (const Landmarks& found : landmarks) {
    try {
      static_cast<void>(to_ibug68(found));
    } catch (const Error& error) {
      fail(Stage::landmark_detector, fmt::format("its output is malformed ({})", error.what()));
    }
    if (!all_finite(found.confidence)) {
      fail(Stage::landmark_detector, "its output is malformed (a confidence is not finite)");
    }
  }
}

void check_min_confidence(float min_confidence) {
  if (!(min_confidence >= 0.0F && min_confidence <= 1.0F)) {
    fail(Stage::landmark_detector,
         fmt::format("its minimum confidence is {}, which is outside [0, 1]", min_confidence));
  }
}

void check_face_masks(const std::vector<std::vector<MaskInstance>>& masks,
                      const std::vector<ImageView>& faces) {
  require_count(Stage::segmenter, masks.size(), faces.size());
  for (std::size_t i = 0; i < masks.size(); ++i) {
    const std::vector<MaskInstance>& instances = masks[i];
    if (instances.size() != 1) {
      fail(Stage::segmenter,
           fmt::format("it returned {} instances for a canonical face", instances.size()));
    }
    check_face_map(instances.front().probability, faces[i]);
    if (!instances.front().straps.values.empty()) {
      check_face_map(instances.front().straps, faces[i]);
    }
  }
}

void check_photo_masks(const std::vector<MaskInstance>& masks) {
  for (const MaskInstance& instance : masks) {
    check_map(instance.probability);
    if (!std::isfinite(instance.score)) {
      fail(Stage::segmenter, "the score of a mask is not finite");
    }
  }
}

void check_genders(const std::vector<GenderEstimate>& estimates, std::size_t faces) {
  require_count(Stage::gender_classifier, estimates.size(), faces);
  for (const GenderEstimate& estimate : estimates) {
    const bool known = estimate.gender == Gender::female || estimate.gender == Gender::male;
    if (!known || !(estimate.probability >= 0.0F && estimate.probability <= 1.0F)) {
      fail(Stage::gender_classifier,
           "an estimate names no gender, or its probability is not in [0, 1]");
    }
  }
}

void check_shapes(const std::vector<FaceShape>& shapes, int count) {
  require_count(Stage::shape_model, shapes.size(), static_cast<std::size_t>(count), "shapes");
  for (const FaceShape& shape : shapes) {
    try {
      static_cast<void>(to_ibug68(shape.landmarks));
    } catch (const Error& error) {
      fail(Stage::shape_model, fmt::format("its output is malformed ({})", error.what()));
    }
    if (!(shape.likelihood >= 0.0F && shape.likelihood <= 1.0F)) {
      fail(Stage::shape_model, fmt::format("a likelihood is {}", shape.likelihood));
    }
  }
}

void check_prior_paintings(const std::vector<PriorPainting>& paintings,
                           const std::vector<PriorInput>& inputs) {
  const Stage stage = Stage::inpainter_prior;
  require_count(stage, paintings.size(), inputs.size());
  for (std::size_t i = 0; i < paintings.size(); ++i) {
    check_painted_image(stage, paintings[i].face, inputs[i].face);
    if (!(paintings[i].error >= 0.0F) || !std::isfinite(paintings[i].error)) {
      fail(stage, fmt::format("the error of a painting is {}", paintings[i].error));
    }
  }
}

void check_painted(const std::vector<Image>& painted, const std::vector<InpaintInput>& inputs,
                   Gender gender) {
  const Stage stage = gender == Gender::female ? Stage::inpainter_female : Stage::inpainter_male;
  require_count(stage, painted.size(), inputs.size());
  for (std::size_t i = 0; i < painted.size(); ++i) {
    check_painted_image(stage, painted[i], inputs[i].face);
  }
}

}  // namespace demask::pipeline
