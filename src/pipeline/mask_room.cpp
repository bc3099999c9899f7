#include "pipeline/mask_room.hpp"

namespace demask::pipeline {
namespace {

// In fractions of the side.
/// A narrower end of a mask at the square's lower side is what is left of its soft edge.
constexpr double min_width = 0.03;
/// Between the two rows by which the taper is judged.
constexpr double taper_height = 0.1;
/// For the growth and the soft edge of the hole.
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
  // Around its lowest point the outline is nearly a parabola, whose squared width grows in
  // proportion to the height.
  const int rise = cvRound(taper_height * side);
  const double above = cv::countNonZero(mask.row(last - rise));
  const double growth = (above * above - width * width) / rise;
  const double eyes = static_cast<double>(canonical_eyes[0].y) * side;
  const double room = side * (1.0 - margin) - eyes;
  // A mask that does not taper has no end in sight.
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
