// SPDX-License-Identifier: Apache-2.0
#include "data/face_annotator.hpp"

#include <utility>

namespace demask::training {
namespace {

// Finds no mask, so that the pipeline stops once a face is aligned.
class BlindSegmenter final : public Segmenter {
 public:
  SegmenterInput input() const noexcept override { return SegmenterInput::canonical_face; }
  float threshold() const noexcept override { return 0.5F; }

 private:
  std::vector<std::vector<MaskInstance>> do_segment(
      const std::vector<ImageView>& images) const override {
    std::vector<std::vector<MaskInstance>> instances;
    for (const ImageView& image : images) {
      MaskInstance nothing;
      nothing.probability.width = image.width;
      nothing.probability.height = image.height;
      nothing.probability.values.resize(static_cast<std::size_t>(image.width) *
                                        static_cast<std::size_t>(image.height));
      instances.push_back({std::move(nothing)});
    }
    return instances;
  }
};

Stages finding_stages(std::shared_ptr<const FaceDetector> face_detector,
                      std::shared_ptr<const LandmarkDetector> landmark_detector) {
  Stages stages;
  stages.face_detector = std::move(face_detector);
  stages.segmenter = std::make_shared<BlindSegmenter>();
  stages.landmark_detector = std::move(landmark_detector);
  return stages;
}

}  // namespace

FaceAnnotator::FaceAnnotator(std::shared_ptr<const FaceDetector> face_detector,
                             std::shared_ptr<const LandmarkDetector> landmark_detector)
    : reconstructor_(finding_stages(std::move(face_detector), std::move(landmark_detector))) {}

std::vector<std::vector<FaceResult>> FaceAnnotator::find(
    const std::vector<ImageView>& photos) const {
  ReconstructOptions options;
  options.min_landmark_confidence = 0.0F;  // faces are not painted, so keep all of them
  std::vector<std::vector<FaceResult>> found;
  for (BatchResult& outcome : reconstructor_.reconstruct(photos, options)) {
    if (outcome.error) {
      throw *outcome.error;
    }
    std::vector<FaceResult>& faces = found.emplace_back();
    for (FaceResult& face : outcome.result->faces) {
      if (face.status == FaceStatus::no_mask) {
        faces.push_back(std::move(face));
      }
    }
  }
  return found;
}

ModelBundle open_bundle(const std::filesystem::path& folder) {
  return folder.empty() ? ModelBundle::find_default() : ModelBundle::open(folder);
}

std::vector<Landmarks> find_landmarks(const ImageView& photo, const std::filesystem::path& models) {
  const ModelBundle bundle = open_bundle(models);
  const FaceAnnotator finder(bundle.load_face_detector(), bundle.load_landmark_detector());
  std::vector<Landmarks> all;
  const std::vector<std::vector<FaceResult>> found = finder.find({photo});
  for (const FaceResult& face : found.front()) {
    all.push_back(to_ibug68(face.landmarks));
  }
  return all;
}

}  // namespace demask::training
