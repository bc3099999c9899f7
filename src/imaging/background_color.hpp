// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Keeps the color of the background out of a painted face.

#include <opencv2/core.hpp>

#include "demask/geometry.hpp"

namespace demask::imaging {

/// A canonical face without the strong colors of its background.
struct PaleBackground {
  cv::Mat rgb;  ///< RGB, CV_8UC3.
  /// The colors taken from the background: CIELAB a and b, and 0; CV_32FC3. In the hole they
  /// continue those around it and fade out at the face's outline. Empty if none were taken.
  cv::Mat taken;
  /// If colors were taken: the pale background, continued into the hole (CIELAB, CV_32FC3), and the
  /// color of the visible skin.
  cv::Mat beside;
  cv::Vec3f skin;
};

/// Takes strong colors from the pixels outside of the face's outline (the jaw, the brows and the
/// forehead above), so that a network that paints the hole gives the skin none of them. A color is
/// strong if, in the a-b plane of CIELAB, it lies farther than `max_color_distance` from the line
/// between gray and the color of the visible skin; it is moved to that distance. Lightness stays.
/// Without enough visible skin, nothing is taken.
/// @param rgb  A canonical face, RGB, CV_8UC3; its pixels in the hole are ignored.
/// @param hole  The part to be painted: CV_8UC1 of the same size, nonzero inside.
/// @param landmarks  In pixels of `rgb`.
/// @throws Error invalid_argument if the number of points does not match the scheme.
PaleBackground take_background_color(const cv::Mat& rgb, const cv::Mat& hole,
                                     const Landmarks& landmarks);

/// The painted face with the taken colors returned to the pixels of the hole outside of the face's
/// outline, so that they match the background around them. A pixel there gets them by how much it
/// looks like the pale background and not like skin, as a neck or an ear would.
/// @param painted  What a network painted on PaleBackground::rgb: RGB, CV_8UC3.
/// @param hole, pale  As given to and returned by take_background_color().
cv::Mat return_background_color(const cv::Mat& painted, const cv::Mat& hole,
                                const PaleBackground& pale);

/// How much each pixel of a canonical square belongs to the face: 1 inside the outline of jaw,
/// brows and forehead, 0 outside, soft between. CV_32FC1.
/// @param face  68 landmarks in pixels of the square.
cv::Mat face_share(const Landmarks& face, int side);

/// The largest distance of a background color from those between gray and skin, in CIELAB units.
/// About the distance between lips and skin.
inline constexpr float max_color_distance = 8.0F;

}  // namespace demask::imaging
