#pragma once

/// @file
/// Finding facial landmarks, those under a mask included.

#include <memory>
#include <vector>

#include "demask/export.hpp"
#include "demask/geometry.hpp"
#include "demask/image.hpp"
#include "demask/model_spec.hpp"
#include "demask/runtime_options.hpp"

namespace demask {

/// Where to look for the landmarks of one face.
struct FaceRegion {
  ImageView photo;    ///< The whole photo.
  Box box;            ///< Of the face, in pixels of the photo.
  float roll = 0.0F;  ///< Radians by which the line of the eyes is turned, x towards y.
  /// Rather fast than exact: no mean with the mirror image (ModelSpec::mirror_average).
  bool single_look = false;
};

/// Finds landmarks. Implementations are immutable: any number of threads may call one object.
class DEMASK_API LandmarkDetector {
 public:
  virtual ~LandmarkDetector();
  /// The order of the points that it finds.
  virtual LandmarkScheme scheme() const noexcept = 0;
  /// One set per face, in pixels of its photo, every point with a confidence.
  /// @throws Error invalid_image, invalid_argument (empty or non-finite box), model_invalid.
  virtual std::vector<Landmarks> detect(const std::vector<FaceRegion>& faces) const = 0;
  /// One face.
  Landmarks detect(const FaceRegion& face) const;
  /// The least mean confidence of landmarks that a face should be painted by, in [0, 1].
  virtual float min_confidence() const noexcept { return 0.0F; }

 protected:
  LandmarkDetector() = default;
  LandmarkDetector(const LandmarkDetector&) = default;
  LandmarkDetector& operator=(const LandmarkDetector&) = default;
};

/// A detector backed by a TorchScript module over square crops of side S. Variant `points`: face
/// [B,3,S,S] -> points [B,K,2] in [0,1], confidence [B,K]. Variant `heatmap`: -> heatmaps
/// [B,K,h,w], whose peaks (refined by a parabola through their logarithms) are the points and whose
/// heights are the confidence (Wang et al., Adaptive Wing Loss, ICCV 2019).
/// @throws Error unreadable_file, model_invalid, device_unavailable, invalid_argument.
DEMASK_API std::unique_ptr<LandmarkDetector> make_landmark_detector(
    const ModelSpec& spec, const ModelSource& source, const RuntimeOptions& options = {});

}  // namespace demask
