// SPDX-License-Identifier: Apache-2.0
#include "pipeline/reference_painting.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "core/canonical_frame.hpp"
#include "core/landmarks.hpp"
#include "imaging/color_match.hpp"
#include "imaging/detail_match.hpp"
#include "imaging/mask_morphology.hpp"
#include "imaging/point_warp.hpp"
#include "imaging/preprocess.hpp"
#include "stages/painted_color.hpp"

namespace demask::pipeline {
namespace {

// Lengths as fractions of the square's side.
constexpr double hull_fade = 0.06;
constexpr double hole_fade = 0.04;
constexpr double hole_margin = 0.02;
constexpr double brow_margin = 0.04;
// Coarser differences of light than this are taken from the painted picture.
constexpr double light_sigma = 0.045;
// The detail whose likeness is measured.
constexpr double likeness_sigma = 0.008;
// Added to each slope, which Sobel's operator measures in levels: flat places only show noise.
constexpr double flat_slope = 2.0;

// The share of the reference's pixels rises with its likeness between these, up to the largest: the
// painted picture tempers expressions that do not fit.
constexpr double least_likeness = 0.10;
constexpr double full_likeness = 0.42;
constexpr double max_share = 0.9;

// The inside of the convex hull of the points: CV_8UC1, 0 or 255.
cv::Mat hull_of(const Landmarks& landmarks, int side) {
  std::vector<cv::Point> points;
  for (const Point& point : landmarks.points) {
    points.emplace_back(cvRound(point.x), cvRound(point.y));
  }
  std::vector<cv::Point> hull;
  cv::convexHull(points, hull);
  cv::Mat inside = cv::Mat::zeros(side, side, CV_8UC1);
  cv::fillConvexPoly(inside, hull, cv::Scalar(255));
  return inside;
}

// The reference moved onto landmarks of the square.
struct Moved {
  cv::Mat rgb;
  cv::Mat coverage;  // CV_8UC1, 0 or 255
};

Moved moved_to(const ReferenceFace& reference, const Landmarks& landmarks) {
  const imaging::PointWarp warp(reference.landmarks.points, to_ibug68(landmarks).points,
                                reference.rgb.cols);
  return {warp.apply(reference.rgb, cv::BORDER_REPLICATE),
          warp.apply(reference.coverage, cv::BORDER_CONSTANT) == 255};
}

// Where both show the face: CV_8UC1, 0 or 255.
cv::Mat seen_in_both(const Face& face, const Moved& moved, const Landmarks& landmarks) {
  const cv::Mat hole = imaging::dilate_mask(face.hole(), face.pixels(hole_margin));
  const cv::Mat inside =
      imaging::dilate_mask(hull_of(to_ibug68(landmarks), face.side), face.pixels(brow_margin));
  const cv::Mat coverage =
      imaging::warp_coverage({face.photo.width, face.photo.height}, face.to_canonical, face.side);
  return inside & ~hole & moved.coverage & coverage;
}

cv::Mat smoothed(const cv::Mat& picture, double sigma) {
  cv::Mat result;
  cv::GaussianBlur(picture, result, {0, 0}, sigma, sigma, cv::BORDER_REPLICATE);
  return result;
}

// The slopes of the luma along x and y: CV_32FC2.
cv::Mat slopes(const cv::Mat& rgb, int side) {
  cv::Mat gray;
  cv::cvtColor(rgb, gray, cv::COLOR_RGB2GRAY);
  gray.convertTo(gray, CV_32F);
  gray = smoothed(gray, likeness_sigma * side);
  std::vector<cv::Mat> along(2);
  cv::Sobel(gray, along[0], CV_32F, 1, 0);
  cv::Sobel(gray, along[1], CV_32F, 0, 1);
  cv::Mat both;
  cv::merge(along, both);
  return both;
}

// The share of the reference's pixels where nothing fades.
double share_of(double likeness) {
  const double rise = (likeness - least_likeness) / (full_likeness - least_likeness);
  return max_share * std::clamp(rise, 0.0, 1.0);
}

// The reference in the colors and the sharpness of the face.
cv::Mat matched(const Face& face, const Moved& moved, const Landmarks& landmarks) {
  const cv::Mat square = imaging::as_mat(face.result.aligned_before.view());
  const cv::Mat seen = seen_in_both(face, moved, landmarks);
  cv::Mat weight;
  seen.convertTo(weight, CV_32F, 1.0 / 255.0);
  cv::Mat rgb = imaging::match_color(moved.rgb, square, weight);
  rgb = imaging::match_detail(rgb, square, seen);
  return stages::as_colorful_as(square, ~face.hole(), rgb);
}

// Rises from 0 at the rim of a mask (CV_8UC1) to 1 at `width` pixels inside it: CV_32FC1.
cv::Mat rising(const cv::Mat& mask, double width) {
  cv::Mat distance;
  cv::distanceTransform(mask, distance, cv::DIST_L2, cv::DIST_MASK_PRECISE);
  cv::Mat share = cv::min(distance / width, 1.0);
  return share.mul(share).mul(3.0 - 2.0 * share);
}

// What the painted picture has of light that the reference lacks, in the pixels of `part`.
cv::Mat difference_of_light(const cv::Mat& painted, const cv::Mat& reference, const cv::Mat& part,
                            double sigma) {
  cv::Mat difference;
  cv::subtract(painted, reference, difference, cv::noArray(), CV_32F);
  cv::Mat weight;
  cv::Mat(part != 0).convertTo(weight, CV_32F, 1.0 / 255.0);
  cv::Mat weights;
  cv::merge(std::vector<cv::Mat>(3, weight), weights);
  const cv::Mat sum = smoothed(difference.mul(weights), sigma);
  return sum / (smoothed(weights, sigma) + 1e-3);
}

}  // namespace

ReferenceFace in_square_of(const Face& face, const Reference& reference) {
  const Similarity to_square = core::scaled_around_eyes(face.scale, face.side) *
                               canonical_similarity(reference.landmarks, face.side);
  ReferenceFace shown;
  shown.rgb = imaging::warp_to_square(reference.photo, to_square, face.side);
  shown.coverage =
      imaging::warp_coverage({reference.photo.width, reference.photo.height}, to_square, face.side);
  shown.landmarks = core::transformed(to_ibug68(reference.landmarks), to_square);
  return shown;
}

double likeness_of(const ReferenceFace& reference, const Face& face) {
  const Moved moved = moved_to(reference, face.canonical_landmarks);
  const cv::Mat seen = seen_in_both(face, moved, face.canonical_landmarks);
  const cv::Mat square = imaging::as_mat(face.result.aligned_before.view());
  const cv::Mat first = slopes(moved.rgb, face.side);
  const cv::Mat second = slopes(square, face.side);
  double agreement = 0.0;
  double of_first = 0.0;
  double of_second = 0.0;
  for (int y = 0; y < seen.rows; ++y) {
    for (int x = 0; x < seen.cols; ++x) {
      if (seen.at<std::uint8_t>(y, x) != 0) {
        const cv::Vec2d a = first.at<cv::Vec2f>(y, x);
        const cv::Vec2d b = second.at<cv::Vec2f>(y, x);
        const double steepness_a = cv::norm(a) + flat_slope;
        const double steepness_b = cv::norm(b) + flat_slope;
        agreement += a.dot(b) / std::sqrt(steepness_a * steepness_b);
        of_first += steepness_a;
        of_second += steepness_b;
      }
    }
  }
  return of_first > 0.0 ? agreement / std::sqrt(of_first * of_second) : 0.0;
}

double enlargement_of(const Reference& reference, const Face& face) {
  return canonical_similarity(reference.landmarks, face.side).scale() /
         canonical_similarity(face.result.landmarks, face.side).scale();
}

void paint_reference(Face& face, const FacePicture& picture) {
  const Landmarks& landmarks = picture.landmarks_of(face);
  const Moved moved = moved_to(*face.reference, landmarks);
  cv::Mat reference;
  matched(face, moved, landmarks).convertTo(reference, CV_32F);
  const cv::Mat hull = hull_of(to_ibug68(landmarks), face.side) & moved.coverage;
  cv::Mat square = imaging::as_mat(picture.of(face));
  reference += difference_of_light(square, reference, hull & face.hole(), light_sigma * face.side);
  const cv::Mat alpha =
      share_of(face.reference->likeness) *
      cv::min(rising(hull, hull_fade * face.side), rising(face.hole(), hole_fade * face.side));
  cv::Mat alphas;
  cv::merge(std::vector<cv::Mat>(3, alpha), alphas);
  cv::Mat painted;
  square.convertTo(painted, CV_32F);
  painted += alphas.mul(reference - painted);
  painted.convertTo(painted, CV_8U);
  painted.copyTo(square, face.hole());
  if (&picture.of(face) == &face.result.aligned_after) {
    alpha.convertTo(face.reference_cover, CV_8U, 255.0);
  }
}

}  // namespace demask::pipeline
