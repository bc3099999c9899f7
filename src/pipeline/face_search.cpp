#include "pipeline/face_search.hpp"

#include <cmath>
#include <numeric>

#include "pipeline/stage_checks.hpp"

namespace demask::pipeline {
namespace {

// Eyes nearer than this make a canonical face of noise.
constexpr float least_eye_distance = 3.0F;

}  // namespace

std::vector<std::vector<FoundFace>> search_faces(const FaceDetector& detector,
                                                 const std::vector<ImageView>& photos,
                                                 std::optional<float> threshold) {
  DetectOptions options;
  options.score_threshold = threshold;
  const std::vector<std::vector<Detection>> found = detector.detect(photos, options);
  check_detections(found, photos.size());
  std::vector<std::vector<FoundFace>> faces(photos.size());
  for (std::size_t i = 0; i < photos.size(); ++i) {
    for (const Detection& detection : found[i]) {
      faces[i].push_back({detection.box, detection.score, roll_of(detection)});
    }
  }
  return faces;
}

std::vector<Landmarks> search_landmarks(const LandmarkDetector& detector,
                                        const std::vector<FaceRegion>& faces) {
  std::vector<Landmarks> found = detector.detect(faces);
  check_landmarks(found, faces.size());
  return found;
}

bool can_be_aligned(const Landmarks& landmarks, const ImageView& photo) {
  const std::array<Point, 2> eyes = eye_centers(landmarks);
  const float distance = std::hypot(eyes[1].x - eyes[0].x, eyes[1].y - eyes[0].y);
  const auto largest = static_cast<float>(photo.width) + static_cast<float>(photo.height);
  return distance >= least_eye_distance && distance <= largest;
}

float mean_confidence(const Landmarks& landmarks) {
  const std::vector<float>& values = landmarks.confidence;
  return values.empty() ? 1.0F
                        : std::accumulate(values.begin(), values.end(), 0.0F) /
                              static_cast<float>(values.size());
}

Landmarks transformed(const Landmarks& landmarks, const Similarity& transform) {
  Landmarks result = landmarks;
  for (Point& p : result.points) {
    p = transform(p);
  }
  return result;
}

}  // namespace demask::pipeline
