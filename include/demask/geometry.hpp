#pragma once

/// @file
/// Points, boxes, landmark sets and similarity transforms. Coordinates are pixels of the image they
/// belong to: (0, 0) is the centre of the top left pixel, x to the right, y down.

#include <array>
#include <cstddef>
#include <vector>

#include "demask/export.hpp"

namespace demask {

/// A point in pixels; (0, 0) is the centre of the top left pixel.
struct Point {
  float x = 0.0F;  ///< To the right.
  float y = 0.0F;  ///< Down.
};

/// An axis-aligned rectangle: left edge, top edge, width and height in pixels.
struct Box {
  float x = 0.0F;       ///< Left edge.
  float y = 0.0F;       ///< Top edge.
  float width = 0.0F;   ///< In pixels.
  float height = 0.0F;  ///< In pixels.

  /// Right edge.
  [[nodiscard]] float right() const noexcept { return x + width; }
  /// Bottom edge.
  [[nodiscard]] float bottom() const noexcept { return y + height; }
  /// In square pixels; 0 if a side is not positive.
  [[nodiscard]] float area() const noexcept {
    return width > 0.0F && height > 0.0F ? width * height : 0.0F;
  }
};

/// Intersection over union of two boxes, in [0, 1]; 0 if either is empty.
[[nodiscard]] DEMASK_API float intersection_over_union(const Box& a, const Box& b) noexcept;

/// The order of a landmark set.
enum class LandmarkScheme : int {
  ibug68 = 68,  ///< 68 points of the iBUG 300-W annotation.
  wflw98 = 98   ///< 98 points of WFLW.
};

/// A set of facial landmarks in the pixels of the image they were found in.
struct Landmarks {
  LandmarkScheme scheme = LandmarkScheme::ibug68;  ///< Which points these are.
  std::vector<Point> points;                       ///< As many as the scheme has.
  std::vector<float> confidence;  ///< One per point in [0, 1], or empty if unknown.

  /// True if there are no points.
  [[nodiscard]] bool empty() const noexcept { return points.empty(); }
};

/// The 68-point form of a set: itself, or each of the 68 points taken from its WFLW counterpart.
/// @throws Error invalid_argument if the number of points is not that of the scheme.
[[nodiscard]] DEMASK_API Landmarks to_ibug68(const Landmarks& landmarks);

/// Which point of a set, of those from 0 on, becomes this one when the picture is mirrored.
/// @throws Error invalid_argument if the scheme is unknown or has no such point.
[[nodiscard]] DEMASK_API std::size_t mirrored_point(LandmarkScheme scheme, std::size_t index);

/// A line of the face through consecutive points of a 68-point set.
struct LandmarkStroke {
  int first;    ///< The line's first point.
  int last;     ///< The line's last point.
  bool closed;  ///< Whether it goes on to the first point.
};
/// Jaw, brows, nose, eyes and lips.
inline constexpr std::array<LandmarkStroke, 9> ibug68_strokes = {{{0, 16, false},
                                                                  {17, 21, false},
                                                                  {22, 26, false},
                                                                  {27, 30, false},
                                                                  {31, 35, false},
                                                                  {36, 41, true},
                                                                  {42, 47, true},
                                                                  {48, 59, true},
                                                                  {60, 67, true}}};

/// Centre of the subject's right eye (on the image's left) and left eye.
/// @throws Error invalid_argument if the number of points is not that of the scheme.
[[nodiscard]] DEMASK_API std::array<Point, 2> eye_centers(const Landmarks& landmarks);

/// The smallest box around all points.
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
  Similarity(double a, double b, double tx, double ty) noexcept : a_(a), b_(b), tx_(tx), ty_(ty) {}

  /// The least-squares similarity that takes `from` to `to` (Umeyama, PAMI 1991, eq. 39-42).
  /// @throws Error invalid_argument for unequal sizes, fewer than two points, points that all
  ///         coincide, or coordinates that are not finite.
  [[nodiscard]] static Similarity estimate(const std::vector<Point>& from,
                                           const std::vector<Point>& to);

  /// The point that `p` goes to.
  [[nodiscard]] Point operator()(Point p) const noexcept;
  /// The transform that undoes this one. @throws Error invalid_argument if the scale is zero.
  [[nodiscard]] Similarity inverse() const;
  /// First `other`, then this.
  [[nodiscard]] Similarity operator*(const Similarity& other) const noexcept;
  /// The factor that lengths change by.
  [[nodiscard]] double scale() const noexcept;
  /// Radians, positive turns x towards y.
  [[nodiscard]] double rotation() const noexcept;
  /// Row-major 2 x 3 matrix.
  [[nodiscard]] std::array<double, 6> matrix() const noexcept {
    return {a_, -b_, tx_, b_, a_, ty_};
  }

 private:
  double a_ = 1.0;
  double b_ = 0.0;
  double tx_ = 0.0;
  double ty_ = 0.0;
};

/// Side of the canonical face in pixels.
inline constexpr int canonical_size = 256;
/// Eye centres of the canonical face, as fractions of its side: right eye, left eye.
inline constexpr std::array<Point, 2> canonical_eyes = {{{0.35F, 0.42F}, {0.65F, 0.42F}}};
/// How low the chin of the canonical face lies at the most, as a fraction of its side.
inline constexpr float canonical_chin = 0.945F;

/// The similarity from the photo to the canonical face of `size` x `size` pixels, on which the eye
/// centres lie at `canonical_eyes`. A face that is long for the distance of its eyes, as that of a
/// turned head is, is made smaller around their middle, so that its chin lies at `canonical_chin`.
/// @throws Error invalid_argument if the landmarks are malformed or the eyes coincide.
[[nodiscard]] DEMASK_API Similarity canonical_similarity(const Landmarks& landmarks,
                                                         int size = canonical_size);

}  // namespace demask
