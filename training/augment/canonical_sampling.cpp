// SPDX-License-Identifier: Apache-2.0
#include "augment/canonical_sampling.hpp"

#include <algorithm>

#include "core/landmarks.hpp"
#include "demask/error.hpp"
#include "imaging/mat.hpp"
#include "imaging/preprocess.hpp"

namespace demask::training {

AnnotatedPhoto mirror(const AnnotatedPhoto& photo) {
  AnnotatedPhoto mirrored;
  cv::flip(photo.rgb, mirrored.rgb, 1);
  mirrored.landmarks = flip_landmarks(photo.landmarks, photo.rgb.cols);
  return mirrored;
}

CanonicalFace make_canonical(const AnnotatedPhoto& photo, int size, const Similarity& jitter) {
  CanonicalFace face;
  face.to_canonical = jitter * canonical_similarity(photo.landmarks, size);
  face.rgb = imaging::warp_to_square(imaging::as_view(photo.rgb, PixelFormat::rgb),
                                     face.to_canonical, size);
  face.coverage = imaging::warp_coverage(photo.rgb.size(), face.to_canonical, size);
  face.landmarks = core::transformed(photo.landmarks, face.to_canonical);
  return face;
}

synthesis::LandmarkPoints to_synthesis(const Landmarks& landmarks) {
  synthesis::LandmarkPoints points;
  if (landmarks.points.size() != points.size()) {
    throw Error(ErrorCode::invalid_argument,
                "to_synthesis: needs 68 points; convert the landmarks");
  }
  std::transform(landmarks.points.begin(), landmarks.points.end(), points.begin(),
                 [](const Point& p) { return cv::Point2f(p.x, p.y); });
  return points;
}

}  // namespace demask::training
