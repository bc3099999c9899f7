// SPDX-License-Identifier: Apache-2.0
#include "pipeline/landmark_search.hpp"

#include <numeric>

#include "pipeline/stage_checks.hpp"

namespace demask::pipeline {

std::vector<Landmarks> detect_landmarks(const LandmarkDetector& detector,
                                        const std::vector<FaceRegion>& faces) {
  std::vector<Landmarks> found = detector.detect(faces);
  check_landmarks(found, faces.size());
  return found;
}

float mean_confidence(const Landmarks& landmarks) {
  const std::vector<float>& values = landmarks.confidence;
  return values.empty() ? 1.0F
                        : std::accumulate(values.begin(), values.end(), 0.0F) /
                              static_cast<float>(values.size());
}

}  // namespace demask::pipeline
