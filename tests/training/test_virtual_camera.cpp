// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "augment/virtual_camera.hpp"
#include "metrics/flicker.hpp"

using namespace demask;            // NOLINT(google-build-using-namespace)
using namespace demask::training;  // NOLINT(google-build-using-namespace)

namespace {

const cv::Size frame_size(200, 150);

/// A bright disc of 9 pixels in the middle of a dark photo.
cv::Mat photo_of_disc(Point center) {
  cv::Mat photo(180, 240, CV_8UC3, cv::Scalar::all(20));
  cv::circle(photo, {cvRound(center.x), cvRound(center.y)}, 4, cv::Scalar::all(240), cv::FILLED);
  return photo;
}

Point center_of_light(const cv::Mat& frame) {
  cv::Mat gray;
  cv::cvtColor(frame, gray, cv::COLOR_RGB2GRAY);
  const cv::Mat light = gray > 120;
  const cv::Moments moments = cv::moments(light, true);
  return {static_cast<float>(moments.m10 / moments.m00),
          static_cast<float>(moments.m01 / moments.m00)};
}

}  // namespace

TEST_CASE("The ground truth of a clip matches its pictures") {
  const Point disc{110.0F, 95.0F};
  CameraMotion motion;
  motion.seed = 7;
  const VirtualCamera camera(photo_of_disc(disc), frame_size,
                             centered_view({60, 40, 100, 100}, 120.0F, frame_size), motion);
  float farthest = 0.0F;
  for (int i = 0; i < 25; ++i) {
    const double seconds = 0.2 * i;
    const Point truth = camera.view(seconds)(disc);
    const Point seen = center_of_light(camera.frame(seconds));
    CHECK(seen.x == Approx(truth.x).margin(0.5));
    CHECK(seen.y == Approx(truth.y).margin(0.5));
    farthest = std::max(farthest, std::hypot(truth.x - camera.view(0.0)(disc).x,
                                             truth.y - camera.view(0.0)(disc).y));
  }
  CHECK(farthest > 5.0F);
}

TEST_CASE("A camera moves smoothly, within its bounds and reproducibly") {
  CameraMotion motion;
  motion.seed = 3;
  const cv::Mat photo = photo_of_disc({100, 90});
  const VirtualCamera camera(photo, frame_size, {}, motion);
  for (int i = 0; i < 200; ++i) {
    const Similarity view = camera.view(0.04 * i);
    CHECK(std::abs(std::log(view.scale())) <= motion.zoom);
    CHECK(std::abs(view.rotation()) <= motion.roll);
    const Point before = camera.view(0.04 * i - 0.04)({100, 90});
    const Point after = view({100, 90});
    CHECK(std::hypot(after.x - before.x, after.y - before.y) < 3.0F);
  }
  const VirtualCamera again(photo, frame_size, {}, motion);
  CHECK(cv::norm(camera.frame(1.0), again.frame(1.0), cv::NORM_INF) == 0.0);
  motion.seed = 4;
  const VirtualCamera other(photo, frame_size, {}, motion);
  CHECK(other.view(1.0).rotation() != camera.view(1.0).rotation());
}

TEST_CASE("A camera with zero amplitude does not move") {
  const VirtualCamera camera(photo_of_disc({100, 90}), frame_size, {}, {0.0, 0.0, 0.0, 4.0, 1});
  CHECK(cv::norm(camera.frame(0.0), camera.frame(1.3), cv::NORM_INF) == 0.0);
  CHECK(camera.view(2.0)({30, 40}).x == Approx(30.0));
}

TEST_CASE("A centered view shows the box in the middle of the frame at its size") {
  const Similarity view = centered_view({10, 20, 50, 80}, 40.0F, frame_size);
  CHECK(view.scale() == Approx(0.5));
  CHECK(view({35, 60}).x == Approx(100.0));
  CHECK(view({35, 60}).y == Approx(75.0));
}

TEST_CASE("Sensor noise has the given deviation and zero mean") {
  cv::Mat frame(200, 200, CV_8UC3, cv::Scalar::all(128));
  add_sensor_noise(frame, 3.0, 11);
  cv::Scalar mean;
  cv::Scalar deviation;
  cv::meanStdDev(frame, mean, deviation);
  CHECK(mean[1] == Approx(128.0).margin(0.1));
  CHECK(deviation[1] == Approx(3.0).margin(0.1));
}

TEST_CASE("Flicker is the change that remains after motion is compensated") {
  cv::Mat before(120, 160, CV_8UC3);
  cv::RNG(5).fill(before, cv::RNG::UNIFORM, 40, 200);
  cv::GaussianBlur(before, before, {0, 0}, 4.0);
  const cv::Mat mask(before.size(), CV_8UC1, cv::Scalar(255));
  const Similarity shift(1.0, 0.0, 7.0, -3.0);
  cv::Mat after;
  cv::warpAffine(before, after, cv::Matx23d(1, 0, 7, 0, 1, -3), before.size(), cv::INTER_NEAREST,
                 cv::BORDER_REPLICATE);
  cv::Mat inner(before.size(), CV_8UC1, cv::Scalar(0));
  inner(cv::Rect(30, 30, 80, 50)).setTo(255);
  CHECK(flicker(before, mask, after, inner, shift).value() == Approx(0.0).margin(1e-9));
  CHECK(flicker(before, mask, after + cv::Scalar::all(5), inner, shift).value() == Approx(5.0));
  CHECK(flicker(before, mask, after, inner, {}).value() > 0.5);
  CHECK(!flicker(before, cv::Mat::zeros(before.size(), CV_8UC1), after, inner, shift));
}
