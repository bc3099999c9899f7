#include "pipeline/face_finder.hpp"

#include <utility>

#include "pipeline/face_search.hpp"
#include "pipeline/mask_faces.hpp"
#include "pipeline/stage_checks.hpp"

namespace demask::pipeline {
namespace {

FaceWork face_with(const Box& box, float score) {
  FaceWork face;
  face.result.box = box;
  face.result.score = score;
  return face;
}

}  // namespace

FaceFinder::FaceFinder(const StageProvider& stages, const ReconstructOptions& options)
    : options_(options) {
  detection_.score_threshold = options.detection_threshold;
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
    return detected_faces(photos);
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
    found.faces.push_back(face_with(bounding_box(landmarks.points), 1.0F));
    found.faces.back().result.landmarks = landmarks;
  }
  for (const Box& box : options_.boxes) {
    found.faces.push_back(face_with(box, 1.0F));
  }
  return found;
}

std::vector<FoundFaces> FaceFinder::detected_faces(const std::vector<ImageView>& photos) const {
  std::vector<FoundFaces> found;
  for (const auto& in_photo : search_faces(*detector_, photos, detection_.score_threshold)) {
    FoundFaces& faces = found.emplace_back();
    for (const FoundFace& face : in_photo) {
      faces.faces.push_back(face_with(face.box, face.score));
      faces.faces.back().roll = face.roll;
    }
  }
  return found;
}

FoundFaces FaceFinder::masked_faces(const ImageView& photo) const {
  std::vector<MaskInstance> instances = segmenter_->segment(photo);
  check_photo_masks(instances);
  const float threshold = options_.segmentation_threshold.value_or(segmenter_->threshold());
  FoundFaces found;
  for (const MaskedFace& face : faces_of_masks(instances, threshold, detection_)) {
    found.faces.push_back(face_with(face.box, face.score));
    found.faces.back().instance = face.instance;
  }
  found.instances = std::move(instances);
  return found;
}

}  // namespace demask::pipeline
