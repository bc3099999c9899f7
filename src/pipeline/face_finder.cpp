// SPDX-License-Identifier: Apache-2.0
#include "pipeline/face_finder.hpp"

#include <utility>

#include "pipeline/faces_from_masks.hpp"
#include "pipeline/option_values.hpp"
#include "pipeline/stage_checks.hpp"
#include "pipeline/turned_photo.hpp"

namespace demask::pipeline {

std::vector<FoundFaces> detect_faces(const FaceDetector& detector,
                                     const std::vector<ImageView>& photos,
                                     const DetectOptions& options, bool also_turned) {
  const std::vector<std::vector<Detection>> detections = detector.detect(photos, options);
  check_detections(detections, photos.size());
  std::vector<FoundFaces> found(photos.size());
  for (std::size_t i = 0; i < photos.size(); ++i) {
    std::vector<FoundFace>& faces = found[i].faces;
    if (also_turned) {
      for (const TurnedDetection& turned :
           find_in_best_direction(detector, photos[i], options, detections[i])) {
        faces.push_back({turned.face.box, turned.face.score, turned.roll});
      }
    } else {
      for (const Detection& detection : detections[i]) {
        faces.push_back({detection.box, detection.score, roll_of(detection)});
      }
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
    DetectOptions detection;
    detection.score_threshold = options_.detection_threshold;
    detection.min_face_size = options_.min_face_size;
    return detect_faces(*detector_, photos, detection, true);
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
