// SPDX-License-Identifier: Apache-2.0
#include "pipeline/reference_painting.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstdio>
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

double tuned(const char* name, double usual) {
  const char* text = std::getenv(name);
  return text == nullptr ? usual : std::atof(text);
}

// Lengths as fractions of the square's side.
const double hull_fade = tuned("T_HULL", 0.06);
const double hole_fade = tuned("T_HOLE", 0.04);
constexpr double hole_margin = 0.02;
constexpr double brow_margin = 0.04;
const double light_sigma = tuned("T_SIGMA", 0.06);
const double light_share = tuned("T_BETA", 0.5);
const double strength = tuned("T_STRENGTH", 1.0);
const double fine_sigma = tuned("T_FINE", 0.012);
const double coarse_sigma = tuned("T_COARSE", 0.06);

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
  const cv::Mat inside = imaging::dilate_mask(hull_of(to_ibug68(landmarks), face.side),
                                              face.pixels(brow_margin));
  const cv::Mat coverage = imaging::warp_coverage({face.photo.width, face.photo.height},
                                                  face.to_canonical, face.side);
  return inside & ~hole & moved.coverage & coverage;
}

cv::Mat smoothed(const cv::Mat& picture, double sigma) {
  cv::Mat result;
  cv::GaussianBlur(picture, result, {0, 0}, sigma, sigma, cv::BORDER_REPLICATE);
  return result;
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
  shown.coverage = imaging::warp_coverage({reference.photo.width, reference.photo.height},
                                          to_square, face.side);
  shown.landmarks = core::transformed(to_ibug68(reference.landmarks), to_square);
  return shown;
}

double likeness_of(const ReferenceFace& reference, const Face& face) {
  const Moved moved = moved_to(reference, face.canonical_landmarks);
  const cv::Mat seen = seen_in_both(face, moved, face.canonical_landmarks);
  const cv::Mat square = imaging::as_mat(face.result.aligned_before.view());
  std::vector<cv::Mat> detail;
  for (const cv::Mat& picture : {moved.rgb, square}) {
    cv::Mat gray;
    cv::cvtColor(picture, gray, cv::COLOR_RGB2GRAY);
    gray.convertTo(gray, CV_32F);
    detail.emplace_back(smoothed(gray, fine_sigma * face.side) -
                        smoothed(gray, coarse_sigma * face.side));
  }
  double xy = 0.0;
  double xx = 0.0;
  double yy = 0.0;
  for (int y = 0; y < seen.rows; ++y) {
    for (int x = 0; x < seen.cols; ++x) {
      if (seen.at<std::uint8_t>(y, x) != 0) {
        const double a = detail[0].at<float>(y, x);
        const double b = detail[1].at<float>(y, x);
        xy += a * b;
        xx += a * a;
        yy += b * b;
      }
    }
  }
  return xx > 0.0 && yy > 0.0 ? xy / std::sqrt(xx * yy) : 0.0;
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
  reference += light_share * difference_of_light(square, reference, hull & face.hole(),
                                                 light_sigma * face.side);
  const cv::Mat alpha = strength * cv::min(rising(hull, hull_fade * face.side),
                                           rising(face.hole(), hole_fade * face.side));
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
