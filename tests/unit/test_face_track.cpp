// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <random>

#include "../support/synthetic_landmarks.hpp"
#include "imaging/mat.hpp"
#include "video/face_motion.hpp"
#include "video/face_track.hpp"
#include "video/scene_cut.hpp"

using namespace demask;         // NOLINT(google-build-using-namespace)
using namespace demask::video;  // NOLINT(google-build-using-namespace)
using demask::test::face_landmarks;

namespace {

// Smooth random texture, like skin, hair and cloth.
cv::Mat texture(cv::Size size, int seed = 3) {
  cv::Mat image(size, CV_8UC3);
  cv::RNG(static_cast<std::uint64_t>(seed)).fill(image, cv::RNG::UNIFORM, 0, 256);
  cv::GaussianBlur(image, image, {0, 0}, 3.0);
  cv::normalize(image, image, 0, 255, cv::NORM_MINMAX);
  return image;
}

Similarity pose(double scale, double angle, double x, double y) {
  return {scale * std::cos(angle), scale * std::sin(angle), x, y};
}

// The part of the textured world that a view shows.
cv::Mat seen(const cv::Mat& world, const Similarity& view, cv::Size size) {
  cv::Mat frame;
  cv::warpAffine(world, frame, imaging::as_mat(view), size, cv::INTER_CUBIC, cv::BORDER_REFLECT);
  return frame;
}

double mean_error(const Landmarks& a, const Landmarks& b) {
  double sum = 0.0;
  for (std::size_t i = 0; i < a.points.size(); ++i) {
    sum += std::hypot(a.points[i].x - b.points[i].x, a.points[i].y - b.points[i].y);
  }
  return sum / static_cast<double>(a.points.size());
}

// A head of 160 pixels in a frame of 480 x 320 that a camera moves over.
const cv::Size frame_size(480, 320);
const Similarity face_in_world = pose(160.0 / canonical_size, 0.0, 140.0, 70.0);

Similarity view_at(int frame) {
  const double t = 0.04 * frame;
  return pose(1.0 + 0.15 * t, 0.2 * t, 70.0 * t, -60.0 * t);
}

FaceTrack started(const cv::Mat& frame, const Landmarks& landmarks) {
  FaceTrack track(5, {{1.0, 0.05, 1.0}, 0.0, 0.0});
  const pipeline::FoundFace face{bounding_box(landmarks.points), 0.8F, 0.0F};
  track.start(imaging::as_view(frame, PixelFormat::rgb), face, landmarks);
  return track;
}

}  // namespace

TEST_CASE("The motion of a textured face is measured to a fraction of a pixel", "[face_motion]") {
  cv::Mat before;
  cv::cvtColor(texture({256, 256}), before, cv::COLOR_RGB2GRAY);
  const Similarity motion = pose(1.05, 0.06, 9.0, -14.0);
  const cv::Mat after = seen(before, motion, before.size());
  const Landmarks face = face_landmarks(Similarity());
  const auto found = face_motion(before, after, face_area(face, 256));
  REQUIRE(found);
  for (const Point p : face.points) {
    CHECK((*found)(p).x == Approx(motion(p).x).margin(0.3));
    CHECK((*found)(p).y == Approx(motion(p).y).margin(0.3));
  }
}

TEST_CASE("Pictures that have nothing in common have no motion", "[face_motion]") {
  cv::Mat before;
  cv::Mat after;
  cv::cvtColor(texture({256, 256}, 1), before, cv::COLOR_RGB2GRAY);
  cv::cvtColor(texture({256, 256}, 2), after, cv::COLOR_RGB2GRAY);
  const cv::Mat face = face_area(face_landmarks(Similarity()), 256);
  CHECK(!face_motion(before, after, face));
  const cv::Mat flat(256, 256, CV_8UC1, cv::Scalar(90));
  CHECK(!face_motion(flat, flat, face));
}

TEST_CASE("The face area is the hull of the landmarks", "[face_motion]") {
  const cv::Mat area = face_area(face_landmarks(Similarity()), 256);
  CHECK(area.at<std::uint8_t>(128, 128) == 255);
  CHECK(area.at<std::uint8_t>(5, 5) == 0);
  Landmarks far = face_landmarks(pose(1.0, 0.0, 1e9, 0.0));
  CHECK(cv::countNonZero(face_area(far, 256)) == 0);
}

TEST_CASE("A track follows a moving camera without lag", "[face_track]") {
  const cv::Mat world = texture({700, 480});
  std::mt19937 engine(4);
  std::normal_distribution<float> tremble(0.0F, 1.0F);
  FaceTrack track =
      started(seen(world, view_at(0), frame_size), face_landmarks(view_at(0) * face_in_world));
  double raw_error = 0.0;
  double error = 0.0;
  Point bias{};
  constexpr int frames = 40;
  for (int i = 1; i < frames; ++i) {
    const cv::Mat frame = seen(world, view_at(i), frame_size);
    const ImageView view = imaging::as_view(frame, PixelFormat::rgb);
    const Landmarks truth = face_landmarks(view_at(i) * face_in_world);
    Landmarks found = truth;
    for (Point& p : found.points) {
      p.x += tremble(engine);
      p.y += tremble(engine);
    }
    track.predict(view);
    REQUIRE(track.recognizes(found, view));
    track.follow(view, found, 0.04);
    raw_error += mean_error(found, truth);
    error += mean_error(track.landmarks(), truth);
    for (std::size_t p = 0; p < truth.points.size(); ++p) {
      bias.x += track.landmarks().points[p].x - truth.points[p].x;
      bias.y += track.landmarks().points[p].y - truth.points[p].y;
    }
    CHECK(intersection_over_union(track.box(), bounding_box(truth.points)) > 0.75F);
  }
  CHECK(error < 0.5 * raw_error);
  // The camera moves by several pixels per frame; a lag would cause an average error of that size.
  constexpr float count = 68.0F * (frames - 1);
  CHECK(std::abs(bias.x) / count < 0.3F);
  CHECK(std::abs(bias.y) / count < 0.3F);
}

TEST_CASE("A track tells its own landmarks from others", "[face_track]") {
  const cv::Mat frame = seen(texture({700, 480}), view_at(0), frame_size);
  const ImageView view = imaging::as_view(frame, PixelFormat::rgb);
  const Landmarks truth = face_landmarks(face_in_world);
  FaceTrack track = started(frame, truth);
  track.predict(view);
  CHECK(track.recognizes(truth, view));
  Landmarks unsure = truth;
  unsure.confidence.assign(68, 0.3F);
  CHECK(!track.recognizes(unsure, view));
  CHECK(!track.recognizes(face_landmarks(pose(1.0, 0.0, 40.0, 0.0) * face_in_world), view));
  Landmarks without = truth;
  without.confidence.clear();
  CHECK(track.recognizes(without, view));
}

TEST_CASE("A detection moves the box of a track only if the box has drifted away", "[face_track]") {
  const cv::Mat frame = seen(texture({700, 480}), view_at(0), frame_size);
  FaceTrack track = started(frame, face_landmarks(face_in_world));
  const Box before = track.box();
  track.confirm({{before.x + 5.0F, before.y, before.width, before.height}, 0.7F, 0.0F});
  CHECK(track.score() == 0.7F);
  CHECK(track.box().x == before.x);
  const Box far{before.x + 0.8F * before.width, before.y, before.width, before.height};
  track.confirm({far, 0.9F, 0.0F});
  CHECK(track.box().x == far.x);
}

TEST_CASE("A cut is distinguished from motion", "[scene_cut]") {
  const cv::Mat world = texture({700, 480});
  SceneCutDetector cuts;
  for (int i = 0; i < 30; ++i) {
    const cv::Mat frame = seen(world, view_at(2 * i), frame_size);
    CHECK(!cuts.is_cut(imaging::as_view(frame, PixelFormat::rgb)));
  }
  cv::Mat other = texture(frame_size, 9);
  other = 0.3 * other;
  CHECK(cuts.is_cut(imaging::as_view(other, PixelFormat::rgb)));
  CHECK(!cuts.is_cut(imaging::as_view(other, PixelFormat::rgb)));
  cuts.reset();
  const cv::Mat first = seen(world, view_at(0), frame_size);
  CHECK(!cuts.is_cut(imaging::as_view(first, PixelFormat::rgb)));
}
