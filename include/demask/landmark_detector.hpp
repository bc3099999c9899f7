// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Finding facial landmarks, including those under a mask.

#include <memory>
#include <vector>

#include "demask/export.hpp"
#include "demask/face_detector.hpp"
#include "demask/geometry.hpp"
#include "demask/image.hpp"
#include "demask/model_source.hpp"
#include "demask/model_spec.hpp"
#include "demask/runtime_options.hpp"

namespace demask {

/// Where to search for the landmarks of one face.
struct FaceRegion {
  ImageView photo;    ///< The whole photo, borrowed.
  Box box;            ///< The box of the face, in pixels of the photo.
  float roll = 0.0F;  ///< Angle of the line through the eyes, in radians (see roll_of()).
  /// Run the network once, even if the model averages with the mirror image
  /// (ModelSpec::mirror_average): half the cost, slightly less accurate.
  bool single_pass = false;
};

/// The region of a detected face: its box, turned by roll_of(). The photo is borrowed.
[[nodiscard]] DEMASK_API FaceRegion region_of(const ImageView& photo, const Detection& detection);

/// Finds landmarks. Implementations are immutable: any number of threads may call one object at
/// once. To use a model of your own, derive from this class and implement scheme() and do_detect().
///
/// @code
/// const demask::ModelBundle bundle = demask::ModelBundle::find_default();
/// const demask::Image photo = demask::read_image("photo.jpg");
/// std::vector<demask::FaceRegion> regions;
/// for (const demask::Detection& face : bundle.load_face_detector()->detect(photo)) {
///   regions.push_back(demask::region_of(photo, face));
/// }
/// const std::vector<demask::Landmarks> found = bundle.load_landmark_detector()->detect(regions);
/// @endcode
class DEMASK_API LandmarkDetector {
 public:
  virtual ~LandmarkDetector();
  /// The landmarks that the detector finds, and their order.
  [[nodiscard]] virtual LandmarkScheme scheme() const noexcept = 0;
  /// Finds the landmarks of many faces: one set per face, in pixels of its photo, with a confidence
  /// for every point.
  /// @throws Error invalid_image, invalid_argument (empty or non-finite box), model_invalid.
  [[nodiscard]] std::vector<Landmarks> detect(const std::vector<FaceRegion>& faces) const;
  /// Finds the landmarks of one face. @throws Error as the overload for many faces.
  [[nodiscard]] Landmarks detect(const FaceRegion& face) const;
  /// The smallest mean confidence of a face's landmarks, in [0, 1], for the face to be painted.
  [[nodiscard]] virtual float min_confidence() const noexcept { return 0.0F; }

 protected:
  LandmarkDetector() = default;
  LandmarkDetector(const LandmarkDetector&) = default;
  LandmarkDetector& operator=(const LandmarkDetector&) = default;

 private:
  /// Does the work of detect(): returns one set per face, with a confidence for every point.
  virtual std::vector<Landmarks> do_detect(const std::vector<FaceRegion>& faces) const = 0;
};

/// Makes a landmark detector that runs a TorchScript module on square crops of side S. Variant
/// `points`: face [B,3,S,S] -> points [B,K,2] in [0,1], confidence [B,K]. Variant `heatmap`: face
/// [B,3,S,S] -> heatmaps [B,K,h,w]; their peaks (refined by a parabola through the logarithms) are
/// the points and the heights of the peaks the confidence (Wang et al., Adaptive Wing Loss, ICCV
/// 2019).
/// @throws Error unreadable_file, model_invalid, device_unavailable, invalid_argument.
[[nodiscard]] DEMASK_API std::unique_ptr<LandmarkDetector> make_landmark_detector(
    const ModelSpec& spec, const ModelSource& source, const RuntimeOptions& options = {});

}  // namespace demask
