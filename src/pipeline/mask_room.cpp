// SPDX-License-Identifier: Apache-2.0
#include "pipeline/mask_room.hpp"

namespace demask::pipeline {
namespace {

// All lengths are fractions of the square's side.
// A mask narrower than this at the square's lower side is only the remainder of its soft edge.
constexpr double min_width = 0.03;
// Distance between the two rows from which the taper is estimated.
constexpr double taper_height = 0.1;
// Margin for the dilation and the soft edge of the hole.
constexpr double margin = 0.04;

}  // namespace

bool reaches_lower_side(const MaskPlanes& planes, float threshold) {
  return cv::countNonZero(planes.mask.row(planes.mask.rows - 1) >= threshold) > 0;
}

double scale_that_fits(const cv::Mat& mask) {
  const double side = mask.rows;
  const int last = mask.rows - 1;
  const double width = cv::countNonZero(mask.row(last));
  if (width < min_width * side) {
    return 1.0;
  }
  // Near its lowest point the outline is roughly a parabola: the square of its width is
  // proportional to the height above that point.
  const int rise = cvRound(taper_height * side);
  const double above = cv::countNonZero(mask.row(last - rise));
  const double growth = (above * above - width * width) / rise;
  const double eyes = static_cast<double>(canonical_eyes[0].y) * side;
  const double room = side * (1.0 - margin) - eyes;
  // If the mask does not taper, its end cannot be estimated.
  return growth > 0.0 ? room / (side - eyes + width * width / growth) : 0.0;
}

bool lies_in(const ImageView& photo, const Point& point) {
  return point.x >= 0.0F && point.y >= 0.0F && point.x < static_cast<float>(photo.width) &&
         point.y < static_cast<float>(photo.height);
}

bool goes_on_below(const ImageView& photo, const Similarity& to_canonical, int side) {
  return lies_in(photo, to_canonical.inverse()(
                            {static_cast<float>(0.5 * side), static_cast<float>(side + 1)}));
}

}  // namespace demask::pipeline
