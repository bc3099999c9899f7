#include "pipeline/stage_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "demask/error.hpp"

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
  const bool complete = map.width > 0 && map.height > 0 &&
                        map.values.size() == static_cast<std::size_t>(map.width) *
                                                 static_cast<std::size_t>(map.height);
  if (!complete) {
    fail(Stage::segmenter, fmt::format("a map of {} x {} came with {} values", map.width,
                                       map.height, map.values.size()));
  }
  if (!all_finite(map.values)) {
    fail(Stage::segmenter, "a map holds a value that is not finite");
  }
}

bool is_finite(Point p) { return std::isfinite(p.x) && std::isfinite(p.y); }

bool is_finite_detection(const Detection& found) {
  const Box& box = found.box;
  return std::isfinite(found.score) && is_finite({box.x, box.y}) &&
         is_finite({box.width, box.height}) &&
         std::all_of(found.points.begin(), found.points.end(), is_finite);
}

void check_face_map(const ProbabilityMap& map, int size) {
  check_map(map);
  if (map.width != size || map.height != size) {
    fail(Stage::segmenter,
         fmt::format("its map of {} x {} has not the size of the face", map.width, map.height));
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
         fmt::format("its least confidence is {}, which is outside [0, 1]", min_confidence));
  }
}

void check_face_masks(const std::vector<std::vector<MaskInstance>>& masks, std::size_t faces,
                      int size) {
  require_count(Stage::segmenter, masks.size(), faces);
  for (const std::vector<MaskInstance>& instances : masks) {
    if (instances.size() != 1) {
      fail(Stage::segmenter,
           fmt::format("it returned {} instances for a canonical face", instances.size()));
    }
    check_face_map(instances.front().probability, size);
    if (!instances.front().straps.values.empty()) {
      check_face_map(instances.front().straps, size);
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

void check_painted(const std::vector<Image>& painted, std::size_t faces, Gender gender) {
  const Stage stage = gender == Gender::female ? Stage::inpainter_female : Stage::inpainter_male;
  require_count(stage, painted.size(), faces);
  for (const Image& image : painted) {
    if (image.format() != PixelFormat::rgb || image.width() != canonical_size ||
        image.height() != canonical_size || image.empty()) {
      fail(stage, "a painted face is not RGB of the size of its input");
    }
  }
}

}  // namespace demask::pipeline
