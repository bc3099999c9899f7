// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// The shape of a mask on a face, as a surface over its landmarks.

#include <array>
#include <opencv2/core.hpp>
#include <vector>

#include "synthesis/mask_synthesizer.hpp"
#include "synthesis/random.hpp"

namespace demask::synthesis {

enum class Cut { surgical, cloth, ffp2, cup };

/// Whether masks of this cut stand off from the face: ffp2 and cup.
bool is_respirator(Cut cut);

/// Where the upper rim of the mask lies.
enum class Wear { bridge, low_nose, under_nose, chin };

/// Position, size and orientation of a face in the image.
struct FaceFrame {
  cv::Point2f x_axis;  ///< Unit vector from the image's left eye to its right one.
  cv::Point2f y_axis;  ///< Unit vector toward the chin.
  cv::Point2f eyes;    ///< Midpoint between the eyes.
  float scale;         ///< Distance between the eyes in pixels, as seen from the front.
  float yaw;           ///< -1 (looks to the image's left) ... 0 (frontal) ... 1.
};

/// Computes the frame of a face from its landmarks.
/// @throws std::invalid_argument when the points are not finite or collapse.
FaceFrame face_frame(const LandmarkPoints& landmarks);

/// Draws how a mask of this cut is worn, with realistic frequencies or, if `often_rare`, with rare
/// ways frequent enough for a network to learn them.
Wear random_wear(Cut cut, bool often_rare, Random& random);

/// The surface of a worn mask: u runs from the image's left side (0) to the right (1) with the
/// nose at 0.5, v from the upper rim (0) to the lower rim (1).
class MaskSurface {
 public:
  /// Randomly fits a mask of this cut to this face.
  MaskSurface(const LandmarkPoints& landmarks, const FaceFrame& frame, Cut cut, Wear wear,
              Random& random);

  /// Image position of a surface point; u and v may lie slightly outside [0, 1].
  cv::Point2f at(float u, float v) const;

  /// Image positions of the corners and midpoints of both rims, in the order upper left, upper
  /// middle, upper right, lower left, lower middle, lower right.
  std::array<cv::Point2f, 6> anchors() const;

  /// Closed outlines of the two halves, whose union is the area covered.
  std::array<std::vector<cv::Point2f>, 2> half_outlines() const;

  cv::Rect2f bounds() const;

 private:
  static constexpr std::size_t rim_points = 7;
  using Rim = std::array<cv::Point2f, rim_points>;

  struct Fit;
  struct UpperRim;
  struct LowerRim;

  void place_upper_rim(const Fit& fit, Random& random);
  void draw_upper_middle(const Fit& fit, Random& random, UpperRim& rim);
  static float draw_upper_inset(Cut cut, Random& random);
  static float draw_upper_sag(const Fit& fit, Random& random);
  void place_upper_side(const Fit& fit, const UpperRim& rim, bool left);
  void place_lower_rim(const Fit& fit, Random& random);
  void place_lower_side(const Fit& fit, const LowerRim& rim, bool left);
  void place_relief(const Fit& fit, Random& random);
  void jitter(const FaceFrame& frame, Random& random);

  static cv::Point2f along(const Rim& rim, float u);

  float upper_jaw_ = 0.0F;  // Jaw position (0 ... 8) of the upper corners.
  Rim upper_{};
  Rim lower_{};
  cv::Point2f relief_;      // Shift of the surface's center relative to a flat surface.
  cv::Point2f side_curve_;  // Inward shift of the left side's midpoint along the x axis.
};

}  // namespace demask::synthesis
