// SPDX-License-Identifier: Apache-2.0
#include "stages/masked_face.hpp"

#include <fmt/format.h>

#include <opencv2/imgproc.hpp>

#include "core/checks.hpp"
#include "demask/error.hpp"
#include "imaging/mat.hpp"
#include "imaging/preprocess.hpp"
#include "stages/model_input.hpp"

namespace demask::stages {
namespace {

constexpr double covered_level = 127.0;  // Mask levels above this count as covered.

void check_landmarks(const Landmarks& landmarks) {
  const auto expected = static_cast<std::size_t>(landmarks.scheme);
  if (landmarks.points.size() != expected) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("landmarks: there are {} points where the scheme has {}; pass a full "
                            "set",
                            landmarks.points.size(), expected));
  }
  if (!core::all_finite(landmarks.points)) {
    throw Error(ErrorCode::invalid_argument,
                "landmarks: a coordinate is not finite; pass finite pixel coordinates");
  }
}

Landmarks scale_landmarks(Landmarks landmarks, int from, int to) {
  const float scale = static_cast<float>(to) / static_cast<float>(from);
  for (Point& p : landmarks.points) {
    p = {(p.x + 0.5F) * scale - 0.5F, (p.y + 0.5F) * scale - 0.5F};
  }
  return landmarks;
}

}  // namespace

void check_masked_face(const MaskedFace& input, const char* kind) {
  check_image(input.face);
  check_image(input.mask);
  if (input.face.width != input.face.height) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("face: {} x {} is not square; pass {}", input.face.width,
                            input.face.height, kind));
  }
  if (input.mask.format != PixelFormat::gray) {
    throw Error(ErrorCode::invalid_argument,
                "mask: its pixel format is not gray; convert it to gray");
  }
  if (input.mask.width != input.face.width || input.mask.height != input.face.height) {
    throw Error(
        ErrorCode::invalid_argument,
        fmt::format("mask: {} x {} is not the size of the face ({} x {}); resize it",
                    input.mask.width, input.mask.height, input.face.width, input.face.height));
  }
  check_landmarks(input.landmarks);
}

cv::Mat hole_of(const ImageView& mask) { return imaging::as_mat(mask) > covered_level; }

NetworkFace prepare(const MaskedFace& input, int size) {
  NetworkFace result;
  result.face = resize_to_square(input.face, size);
  result.hole = hole_of(input.mask);
  if (result.hole.cols != size) {
    // A pixel that any covered pixel overlaps is covered, so that no mask shows around the hole.
    const bool shrinks = result.hole.cols > size;
    cv::Mat shares;
    result.hole.convertTo(shares, CV_32F);
    cv::resize(shares, shares, {size, size}, 0.0, 0.0, shrinks ? cv::INTER_AREA : cv::INTER_LINEAR);
    result.hole = shares > 0.0;
  }
  result.landmarks = scale_landmarks(input.landmarks, input.face.width, size);
  result.landmark_map = imaging::draw_landmark_map(result.landmarks, size);
  return result;
}

cv::Mat without_hole(const cv::Mat& face, const cv::Mat& hole) {
  cv::Mat result = face.clone();
  result.setTo(cv::Scalar::all(0), hole);
  return result;
}

}  // namespace demask::stages
