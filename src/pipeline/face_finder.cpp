// SPDX-License-Identifier: Apache-2.0
#include "pipeline/face_finder.hpp"

#include <optional>
#include <utility>

#include "pipeline/faces_from_masks.hpp"
#include "pipeline/option_values.hpp"
#include "pipeline/stage_checks.hpp"

namespace demask::pipeline {

std::vector<FoundFaces> detect_faces(const FaceDetector& detector,
                                     const std::vector<ImageView>& photos,
                                     std::optional<float> threshold) {
  DetectOptions options;
  options.score_threshold = threshold;
  const std::vector<std::vector<Detection>> detections = detector.detect(photos, options);
  check_detections(detections, photos.size());
  std::vector<FoundFaces> found;
  found.reserve(photos.size());
  for (const std::vector<Detection>& in_photo : detections) {
    FoundFaces& faces = found.emplace_back();
    for (const Detection& detection : in_photo) {
      faces.faces.push_back({detection.box, detection.score, roll_of(detection)});
    }
  }
  return found;
}

FaceFinder::FaceFinder(const StageProvider& stages, const ReconstructOptions& options)
    : options_(options) {
  if (!options.landmarks.empty() || !options.boxes.empty()) {
    return;
  }
  if (stages.finds_faces_by_masks()) {
    segmenter_ = &stages.segmenter();
  } else {
    detector_ = &stages.face_detector();
  }
}

std::vector<FoundFaces> FaceFinder::find(const std::vector<ImageView>& photos) const {
  if (detector_ != nullptr) {
    return detect_faces(*detector_, photos, options_.detection_threshold);
  }
  std::vector<FoundFaces> found;
  found.reserve(photos.size());
  for (const ImageView& photo : photos) {
    found.push_back(segmenter_ != nullptr ? masked_faces(photo) : given_faces());
  }
  return found;
}

FoundFaces FaceFinder::given_faces() const {
  FoundFaces found;
  for (const Landmarks& landmarks : options_.landmarks) {
    found.faces.push_back({bounding_box(landmarks.points), 1.0F, 0.0F, landmarks});
  }
  for (const Box& box : options_.boxes) {
    found.faces.push_back({box, 1.0F});
  }
  return found;
}

FoundFaces FaceFinder::masked_faces(const ImageView& photo) const {
  std::vector<MaskInstance> instances = segmenter_->segment(photo);
  check_photo_masks(instances);
  DetectOptions detection;
  detection.score_threshold = options_.detection_threshold;
  FoundFaces found;
  for (const MaskedFace& face :
       faces_from_masks(instances, mask_threshold(options_, *segmenter_), detection)) {
    found.faces.push_back({face.box, face.score, 0.0F, {}, face.instance});
  }
  found.instances = std::move(instances);
  return found;
}

}  // namespace demask::pipeline
