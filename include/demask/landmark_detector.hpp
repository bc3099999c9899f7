#pragma once

/// @file
/// Finding facial landmarks, those under a mask included.

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

/// Where to look for the landmarks of one face.
struct FaceRegion {
  ImageView photo;    ///< The whole photo, borrowed.
  Box box;            ///< Of the face, in pixels of the photo.
  float roll = 0.0F;  ///< Radians by which the line of the eyes is turned, x towards y.
  /// One pass of the network, even where the model asks for the mean with the mirror image
  /// (ModelSpec::mirror_average): half the cost, slightly less exact.
  bool single_pass = false;
};

/// Where to look for the landmarks of a detected face: its box, turned by roll_of(). The photo is
/// borrowed.
[[nodiscard]] DEMASK_API FaceRegion region_of(const ImageView& photo, const Detection& detection);

/// Finds landmarks. Implementations are immutable: any number of threads may call one object.
/// One of your own derives from this class and implements scheme() and do_detect().
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
  /// The order of the points that it finds.
  [[nodiscard]] virtual LandmarkScheme scheme() const noexcept = 0;
  /// Finds the landmarks of many faces: one set per face, in pixels of its photo, every point with
  /// a confidence.
  /// @throws Error invalid_image, invalid_argument (empty or non-finite box), model_invalid.
  [[nodiscard]] std::vector<Landmarks> detect(const std::vector<FaceRegion>& faces) const;
  /// Finds the landmarks of one face. @throws as for many.
  [[nodiscard]] Landmarks detect(const FaceRegion& face) const;
  /// The smallest mean confidence of landmarks that a face should be painted by, in [0, 1].
  [[nodiscard]] virtual float min_confidence() const noexcept { return 0.0F; }

 protected:
  LandmarkDetector() = default;
  LandmarkDetector(const LandmarkDetector&) = default;
  LandmarkDetector& operator=(const LandmarkDetector&) = default;

 private:
  /// What detect() returns: one set per face, every point with a confidence.
  virtual std::vector<Landmarks> do_detect(const std::vector<FaceRegion>& faces) const = 0;
};

/// A detector backed by a TorchScript module over square crops of side S. Variant `points`: face
/// [B,3,S,S] -> points [B,K,2] in [0,1], confidence [B,K]. Variant `heatmap`: -> heatmaps
/// [B,K,h,w], whose peaks (refined by a parabola through their logarithms) are the points and whose
/// heights are the confidence (Wang et al., Adaptive Wing Loss, ICCV 2019).
/// @throws Error unreadable_file, model_invalid, device_unavailable, invalid_argument.
[[nodiscard]] DEMASK_API std::unique_ptr<LandmarkDetector> make_landmark_detector(
    const ModelSpec& spec, const ModelSource& source, const RuntimeOptions& options = {});

}  // namespace demask
