// SPDX-License-Identifier: Apache-2.0
#include "pipeline/option_checks.hpp"

#include <fmt/format.h>

#include <map>
#include <optional>
#include <string>

#include "core/checks.hpp"
#include "demask/error.hpp"

namespace demask::pipeline {
namespace {

void require_threshold(const char* name, const std::optional<float>& value) {
  if (value) {
    require_range(name, *value, 0.0, 1.0);
  }
}

void require_choice(const char* name, int value, int last) {
  if (value < 0 || value > last) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("{}: {} is not one of its values; use 0 to {}", name, value, last));
  }
}

void check_boxes(const std::string& name, const std::vector<Box>& boxes) {
  for (const Box& box : boxes) {
    if (!core::is_finite(box) || !(box.width > 0.0F) || !(box.height > 0.0F)) {
      throw Error(
          ErrorCode::invalid_argument,
          name + ": a face box is empty or not finite; pass positive sizes in pixels");
    }
  }
}

void check_reference(const ReferencePhoto& reference, std::size_t number, std::int64_t max_pixels) {
  const std::string name = fmt::format("references[{}]", number);
  try {
    validate(reference.photo, max_pixels);
  } catch (const Error& error) {
    throw Error(error.code(), fmt::format("{}: {}", name, error.what()));
  }
  if (reference.box) {
    check_boxes(name + ".box", {*reference.box});
  }
  if (reference.face_index && *reference.face_index < 0) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("{}.face_index: {} is negative; count faces from 0", name,
                            *reference.face_index));
  }
}

void check_references(const ReconstructOptions& options) {
  std::map<std::optional<int>, std::size_t> counts;
  for (std::size_t i = 0; i < options.references.size(); ++i) {
    check_reference(options.references[i], i, options.max_pixels);
    if (++counts[options.references[i].face_index] > max_references) {
      throw Error(ErrorCode::invalid_argument,
                  fmt::format("references: more than {} are given for one face; leave some out",
                              max_references));
    }
  }
}

}  // namespace

void check_options(const ReconstructOptions& options) {
  require_choice("gender", static_cast<int>(options.gender), 2);
  require_choice("blend", static_cast<int>(options.blend), 2);
  require_choice("selection", static_cast<int>(options.selection), 2);
  require_choice("quality", static_cast<int>(options.quality), 2);
  require_range("search.steps", options.search.steps, 0.0, 1000.0);
  require_range("search.seconds", options.search.seconds, 0.0, 1e9);
  require_choice("expression", static_cast<int>(options.expression), 3);
  require_range("variants", options.variants, 1.0, 16.0);
  require_range("diversity", options.diversity, 0.0, 1.0);
  require_range("gender_margin", options.gender_margin, 0.0, 0.5);
  require_range("mask_dilation", options.mask_dilation, 0.0, 0.25);
  require_range("min_mask_area", options.min_mask_area, 0.0, 1.0);
  require_range("min_face_size", options.min_face_size, 0.0, 1e9);
  require_threshold("detection_threshold", options.detection_threshold);
  require_threshold("segmentation_threshold", options.segmentation_threshold);
  require_threshold("min_landmark_confidence", options.min_landmark_confidence);
  if (options.max_pixels <= 0) {
    throw Error(
        ErrorCode::invalid_argument,
        fmt::format("max_pixels: {} is not positive; pass a number of pixels", options.max_pixels));
  }
  if (options.face_index < 0) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("face_index: {} is negative; count faces from 0", options.face_index));
  }
  if (!options.boxes.empty() && !options.landmarks.empty()) {
    throw Error(ErrorCode::invalid_argument,
                "boxes and landmarks: both are given; pass the landmarks alone");
  }
  check_boxes("boxes", options.boxes);
  for (const Landmarks& landmarks : options.landmarks) {
    static_cast<void>(to_ibug68(landmarks));  // Throws for a malformed set.
  }
  check_references(options);
}

void require_range(const char* name, double value, double min, double max) {
  if (!(value >= min && value <= max)) {
    throw Error(
        ErrorCode::invalid_argument,
        fmt::format("{}: {} is out of range; use a value from {} to {}", name, value, min, max));
  }
}

void check_given_mask(const ImageView& mask, const ImageView& photo) {
  validate(mask, INT64_MAX);
  if (mask.format != PixelFormat::gray) {
    throw Error(ErrorCode::invalid_argument, "mask: it is not gray; pass one 8-bit channel");
  }
  if (mask.width != photo.width || mask.height != photo.height) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("mask: it has {} x {} pixels, the photo {} x {}; pass one of the "
                            "photo's size",
                            mask.width, mask.height, photo.width, photo.height));
  }
}

}  // namespace demask::pipeline
