// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <opencv2/core.hpp>
#include <vector>

#include "imaging/mat.hpp"
#include "pipeline/align_step.hpp"
#include "pipeline/photo_texture.hpp"
#include "synthetic_photo.hpp"

using namespace demask;        // NOLINT(google-build-using-namespace)
using namespace demask::test;  // NOLINT(google-build-using-namespace)

namespace {

constexpr double noise = 6.0;

// A flat photo of 420 x 400 pixels with noise where the face lies.
Image noisy_photo() {
  Image photo(420, 400, PixelFormat::rgb);
  cv::Mat pixels = imaging::as_mat(photo);
  pixels.setTo(cv::Scalar::all(120));
  cv::Mat part = pixels(cv::Rect(110, 90, 260, 270));
  cv::Mat gray(part.size(), CV_32FC1);
  cv::RNG(4).fill(gray, cv::RNG::NORMAL, 120.0, noise);
  gray.convertTo(gray, CV_8U);
  cv::merge(std::vector<cv::Mat>(3, gray), part);
  return photo;
}

pipeline::Face face_in(const ImageView& photo) {
  pipeline::Face face;
  face.photo = photo;
  face.result.landmarks = face_landmarks(placed(120.0, 100.0, 240.0));
  pipeline::align(face);
  face.result.aligned_mask = Image(face.side, face.side, PixelFormat::gray);
  return face;
}

}  // namespace

TEST_CASE("The noise of a photo is measured on the face", "[photo_texture]") {
  const Image photo = noisy_photo();
  const Image holes(420, 400, PixelFormat::gray);
  CHECK(pipeline::photo_texture(face_in(photo.view()), holes).noise == Approx(noise).epsilon(0.05));
  // A stride that is given and one that follows from the width mean the same pixels.
  ImageView strided = photo.view();
  strided.stride = strided.row_stride();
  CHECK(pipeline::photo_texture(face_in(strided), holes).noise ==
        pipeline::photo_texture(face_in(photo.view()), holes).noise);
}

TEST_CASE("Noise in holes and landmarks far away do not count", "[photo_texture]") {
  const Image photo = noisy_photo();
  Image holes(420, 400, PixelFormat::gray);
  imaging::as_mat(holes).setTo(255);
  CHECK(pipeline::photo_texture(face_in(photo.view()), holes).noise == 0.0);
  pipeline::Face face = face_in(photo.view());
  face.result.landmarks.points[3] = {1e12F, -1e12F};
  CHECK(pipeline::photo_texture(face, Image(420, 400, PixelFormat::gray)).noise >= 0.0);
}
