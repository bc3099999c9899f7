// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Points, boxes, landmark sets and similarity transforms. Coordinates are in pixels of the image
/// they belong to: (0, 0) is the center of the top left pixel, x points right, y points down.

#include <array>
#include <cstddef>
#include <vector>

#include "demask/export.hpp"

namespace demask {

/// A point in pixels; (0, 0) is the center of the top left pixel.
struct Point {
  float x = 0.0F;  ///< Increases to the right.
  float y = 0.0F;  ///< Increases downward.
};

/// An axis-aligned rectangle: left edge, top edge, width and height in pixels.
struct Box {
  float x = 0.0F;       ///< Left edge.
  float y = 0.0F;       ///< Top edge.
  float width = 0.0F;   ///< In pixels.
  float height = 0.0F;  ///< In pixels.

  /// The x coordinate of the right edge.
  [[nodiscard]] float right() const noexcept { return x + width; }
  /// The y coordinate of the bottom edge.
  [[nodiscard]] float bottom() const noexcept { return y + height; }
  /// The area in square pixels; 0 if a side is not positive.
  [[nodiscard]] float area() const noexcept {
    return width > 0.0F && height > 0.0F ? width * height : 0.0F;
  }
};

/// Intersection over union of two boxes, in [0, 1]; 0 if either is empty.
[[nodiscard]] DEMASK_API float intersection_over_union(const Box& a, const Box& b) noexcept;

/// Which landmarks a set has, and in which order.
enum class LandmarkScheme : int {
  ibug68 = 68,  ///< The 68 points of the iBUG 300-W annotation.
  wflw98 = 98   ///< The 98 points of the WFLW annotation.
};

/// The facial landmarks of one face, in pixels of the image they were found in.
struct Landmarks {
  LandmarkScheme scheme = LandmarkScheme::ibug68;  ///< Which landmarks the points are.
  std::vector<Point> points;                       ///< One per landmark of the scheme.
  std::vector<float> confidence;  ///< One per point in [0, 1], or empty if unknown.

  /// Whether there are no points.
  [[nodiscard]] bool empty() const noexcept { return points.empty(); }
};

/// Converts landmarks to the 68-point scheme: an iBUG set is returned unchanged, a WFLW set gives
/// each of the 68 points its WFLW counterpart.
/// @throws Error invalid_argument if the number of points does not match the scheme.
[[nodiscard]] DEMASK_API Landmarks to_ibug68(const Landmarks& landmarks);

/// The index of the landmark that takes the place of landmark `index` when the picture is mirrored.
/// Indices count from 0.
/// @throws Error invalid_argument if the scheme is unknown or has no such point.
[[nodiscard]] DEMASK_API std::size_t mirrored_point(LandmarkScheme scheme, std::size_t index);

/// A line of the face drawn through consecutive points of a 68-point set.
struct LandmarkStroke {
  int first;    ///< Index of the line's first point.
  int last;     ///< Index of the line's last point.
  bool closed;  ///< Whether the last point is joined to the first.
};
/// The lines of the jaw, brows, nose, eyes and lips.
inline constexpr std::array<LandmarkStroke, 9> ibug68_strokes = {{{0, 16, false},
                                                                  {17, 21, false},
                                                                  {22, 26, false},
                                                                  {27, 30, false},
                                                                  {31, 35, false},
                                                                  {36, 41, true},
                                                                  {42, 47, true},
                                                                  {48, 59, true},
                                                                  {60, 67, true}}};

/// The centers of the subject's right eye (on the left of the image) and left eye, in this order.
/// @throws Error invalid_argument if the number of points does not match the scheme.
[[nodiscard]] DEMASK_API std::array<Point, 2> eye_centers(const Landmarks& landmarks);

/// The smallest box that contains all points.
[[nodiscard]] DEMASK_API Box bounding_box(const std::vector<Point>& points) noexcept;

/// A similarity transform, p -> [a -b; b a] p + t: rotation and uniform scale, then translation.
///
/// @code
/// const demask::Similarity shift(1.0, 0.0, 10.0, 0.0);  // 10 pixels to the right
/// const demask::Point moved = shift(demask::Point{1.0F, 2.0F});  // (11, 2)
/// const demask::Point back = shift.inverse()(moved);             // (1, 2)
/// @endcode
class DEMASK_API Similarity {
 public:
  /// The identity.
  Similarity() = default;
  /// The transform p -> [a -b; b a] p + (tx, ty).
  Similarity(double a, double b, double tx, double ty) noexcept : a_(a), b_(b), tx_(tx), ty_(ty) {}

  /// The least-squares similarity that takes `from` to `to` (Umeyama, PAMI 1991, eq. 39-42).
  /// @throws Error invalid_argument for unequal sizes, fewer than two points, points that all
  ///         coincide, or coordinates that are not finite.
  [[nodiscard]] static Similarity estimate(const std::vector<Point>& from,
                                           const std::vector<Point>& to);

  /// Transforms a point.
  [[nodiscard]] Point operator()(Point p) const noexcept;
  /// The transform that undoes this one. @throws Error invalid_argument if the scale is zero.
  [[nodiscard]] Similarity inverse() const;
  /// The transform that applies `other` first and this one second.
  [[nodiscard]] Similarity operator*(const Similarity& other) const noexcept;
  /// The factor by which the transform scales lengths.
  [[nodiscard]] double scale() const noexcept;
  /// The rotation in radians; positive turns the x axis toward the y axis.
  [[nodiscard]] double rotation() const noexcept;
  /// The transform as a row-major 2 x 3 matrix.
  [[nodiscard]] std::array<double, 6> matrix() const noexcept {
    return {a_, -b_, tx_, b_, a_, ty_};
  }

 private:
  double a_ = 1.0;
  double b_ = 0.0;
  double tx_ = 0.0;
  double ty_ = 0.0;
};

/// The default side of the canonical face in pixels.
inline constexpr int canonical_size = 256;
/// The eye centers of the canonical face, as fractions of its side: right eye, left eye.
inline constexpr std::array<Point, 2> canonical_eyes = {{{0.35F, 0.42F}, {0.65F, 0.42F}}};
/// The lowest place for the chin of a canonical face: its y coordinate as a fraction of the side.
inline constexpr float canonical_chin = 0.945F;

/// The similarity from the photo to the canonical face of `size` x `size` pixels, where the eye
/// centers lie at `canonical_eyes`. A face that is long relative to the distance between its eyes,
/// such as that of a turned head, is scaled down around the midpoint of the eyes until its chin
/// lies at `canonical_chin`.
/// @throws Error invalid_argument if the landmarks are malformed or the eyes coincide.
[[nodiscard]] DEMASK_API Similarity canonical_similarity(const Landmarks& landmarks,
                                                         int size = canonical_size);

}  // namespace demask
