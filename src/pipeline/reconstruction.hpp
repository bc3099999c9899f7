#pragma once

/// @file
/// One call of the facade: photos in, results out.

#include <functional>
#include <vector>

#include "demask/face_reconstructor.hpp"
#include "pipeline/face_work.hpp"

namespace demask::pipeline {

/// Where a call gets its stages from.
class StageProvider {
 public:
  virtual ~StageProvider() = default;
  virtual const FaceDetector& face_detector() const = 0;
  virtual const Segmenter& segmenter() const = 0;
  virtual const LandmarkDetector& landmark_detector() const = 0;
  virtual const GenderClassifier& gender_classifier() const = 0;
  virtual const Inpainter& inpainter(Gender gender) const = 0;
};

/// The state of one call. Faces of all photos go through each network together.
class Reconstruction {
 public:
  Reconstruction(const StageProvider& stages, std::vector<ImageView> photos,
                 const ReconstructOptions& options);
  std::vector<BatchResult> run();

 private:
  using Faces = std::vector<FaceWork*>;

  void detect();
  void detect_photo(std::size_t index);
  void select(std::size_t first, std::size_t last);
  void find_landmarks();
  void align();
  void segment();
  void segment_canonical(const Faces& faces);
  void segment_photos();
  void use_given_mask();
  void accept_mask(FaceWork& face, const cv::Mat& probability, float threshold);
  void classify_gender();
  void inpaint();
  void paint(Gender gender, const Faces& faces, bool alternative);
  void composite();
  void composite_photo(std::size_t index);
  Image paste_alternatives(std::size_t index) const;

  Faces active_faces();
  void step(PipelineStep step, const Faces& faces, const std::function<void(const Faces&)>& work);
  void report(PipelineStep step, std::size_t done, std::size_t total) const;

  const StageProvider& stages_;
  std::vector<ImageView> photos_;
  const ReconstructOptions& options_;
  std::vector<FaceWork> faces_;
  std::vector<BatchResult> results_;
};

}  // namespace demask::pipeline
