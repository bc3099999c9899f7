// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <memory>
#include <utility>
#include <vector>

#include "../support/expect_error.hpp"
#include "film.hpp"

using namespace demask;        // NOLINT(google-build-using-namespace)
using namespace demask::test;  // NOLINT(google-build-using-namespace)

TEST_CASE("A single frame gives the same result as a photo", "[video]") {
  Film film;
  const Scene scene = scene_of({face_at(30, 30), face_at(220, 40, 130, male_skin)});
  const VideoFrame frame = film.next(scene);
  ReconstructOptions options;
  options.blend = BlendMode::none;
  check_same(frame.result, film.fakes.reconstructor().reconstruct(scene.photo(), options));
}

TEST_CASE("A mask that is taken off or put on is noticed in the same frame", "[video]") {
  Film film;
  SceneFace bare = face_at(30, 30);
  bare.masked = false;
  const Scene masked = scene_of({face_at(30, 30)});
  for (int i = 0; i < 5; ++i) {
    CHECK(film.next(masked).result.faces.at(0).status == FaceStatus::reconstructed);
  }
  for (int i = 0; i < 3; ++i) {
    const VideoFrame frame = film.next(scene_of({bare}));
    CHECK(frame.track_ids == Ids{0});
    CHECK(frame.result.faces.at(0).status == FaceStatus::no_mask);
    CHECK(same_pixels(frame.result.photo, film.last));
  }
  const VideoFrame frame = film.next(masked);
  CHECK(frame.result.faces.at(0).status == FaceStatus::reconstructed);
  CHECK(mask_middle(frame.result.photo, masked.faces[0]) == female_paint);
}

TEST_CASE("Gender is decided per track, not per frame", "[video]") {
  Film film;
  int look = 0;
  film.fakes.gender_classifier->tamper = [&look](std::vector<GenderEstimate>& found) {
    // Two estimates in three say female, and with a higher probability.
    found[0] =
        look++ % 3 == 1 ? GenderEstimate{Gender::male, 0.7F} : GenderEstimate{Gender::female, 0.8F};
  };
  const Scene scene = scene_of({face_at(30, 30)});
  for (int i = 0; i < 40; ++i) {
    const VideoFrame frame = film.next(scene);
    const FaceResult& face = frame.result.faces.at(0);
    REQUIRE(face.gender);
    CHECK(face.gender->gender == Gender::female);
    CHECK(mask_middle(frame.result.photo, scene.faces[0]) == female_paint);
  }
  // After the decision the classifier runs only occasionally.
  CHECK(film.fakes.gender_classifier->calls < 20);
  CHECK(film.fakes.inpainter_male->calls == 0);
}

TEST_CASE("Jittering landmarks are smoothed", "[video]") {
  Film film;
  // Deterministic jitter of two pixels without a common period.
  int step = 0;
  film.tamper = [&step](std::vector<Landmarks>& found) {
    ++step;
    for (std::size_t i = 0; i < found[0].points.size(); ++i) {
      const auto phase = static_cast<float>(37 * step * step + 11 * static_cast<int>(i));
      found[0].points[i].x += 2.0F * std::sin(phase);
      found[0].points[i].y += 2.0F * std::cos(1.3F * phase);
    }
  };
  const Scene scene = scene_of({face_at(30, 30)});
  const Landmarks truth = scene.faces[0].landmarks();
  double sum = 0.0;
  int count = 0;
  for (int i = 0; i < 40; ++i) {
    const VideoFrame frame = film.next(scene);
    if (i < 20) continue;
    const std::vector<Point>& points = frame.result.faces.at(0).landmarks.points;
    for (std::size_t p = 0; p < points.size(); ++p) {
      sum += std::hypot(points[p].x - truth.points[p].x, points[p].y - truth.points[p].y);
      ++count;
    }
  }
  // Unfiltered, they are off by 1.9 pixels on average.
  CHECK(sum / count < 1.2);
}

TEST_CASE("A stream outlives its reconstructor, and streams share one", "[video]") {
  const Scene scene = scene_of({face_at(30, 30)});
  const FakeStages fakes(Scenes{{scene.width, scene}});
  auto reconstructor = std::make_unique<FaceReconstructor>(fakes.stages());
  VideoReconstructor first(*reconstructor);
  VideoReconstructor second(*reconstructor);
  reconstructor.reset();
  CHECK(first.reconstruct(scene.photo(), 0.0).track_ids == Ids{0});
  CHECK(second.reconstruct(scene.photo(), 7.0).track_ids == Ids{0});
  VideoReconstructor moved = std::move(first);
  static_cast<void>(moved.reconstruct(scene.photo(), 0.1));
  CHECK(!moved.reconstruct(scene.photo(), 0.2).detector_ran);
}

TEST_CASE("Times must increase", "[video]") {
  Film film;
  const Scene scene = scene_of({face_at(30, 30)});
  film.next(scene);
  const Image photo = scene.photo();
  for (const double time : {film.time, film.time - 1.0, std::numeric_limits<double>::quiet_NaN(),
                            std::numeric_limits<double>::infinity()}) {
    expect_error(ErrorCode::invalid_argument, "seconds",
                 [&] { return film.video.reconstruct(photo, time); });
  }
  film.video.reset();
  const VideoFrame frame = film.video.reconstruct(photo, 0.0);
  CHECK(frame.detector_ran);
  CHECK(frame.track_ids == Ids{1});
}

TEST_CASE("An error clears the tracks, and the next frame starts over", "[video]") {
  Film film;
  const Scene scene = scene_of({face_at(30, 30)});
  film.next(scene);
  film.fakes.inpainter_female->tamper = [](auto& painted) { painted.clear(); };
  expect_error(ErrorCode::model_invalid, "inpainter", [&] { film.next(scene); });
  film.fakes.inpainter_female->tamper = nullptr;
  const VideoFrame frame = film.next(scene);
  CHECK(frame.detector_ran);
  CHECK(frame.track_ids == Ids{1});

  ImageView broken = film.last;
  broken.data = nullptr;
  expect_error(ErrorCode::invalid_image, "null",
               [&] { return film.video.reconstruct(broken, 99.0); });
}

TEST_CASE("Options of a video outside their ranges are refused", "[video]") {
  const FakeStages fakes(Scenes{});
  const FaceReconstructor reconstructor = fakes.reconstructor();
  const auto refused = [&](const char* text, const VideoOptions& options) {
    expect_error(ErrorCode::invalid_argument, text,
                 [&] { VideoReconstructor(reconstructor, options); });
  };
  VideoOptions options;
  options.detect_interval = 0;
  refused("detect_interval", options);
  options = {};
  options.landmark_cutoff = 0.0;
  refused("landmark_cutoff", options);
  options = {};
  options.landmark_beta = -1.0;
  refused("landmark_beta", options);
  options = {};
  options.mask_seconds = std::numeric_limits<double>::quiet_NaN();
  refused("mask_seconds", options);
  options = {};
  options.paint_seconds = 11.0;
  refused("paint_seconds", options);
  options = {};
  options.reconstruct.mask_dilation = 2.0F;
  refused("mask_dilation", options);
  options = {};
  options.reconstruct.both_when_uncertain = true;
  refused("belong to one photo", options);
  options = {};
  options.reconstruct.boxes = {{0, 0, 10, 10}};
  refused("belong to one photo", options);
  options = {};
  options.reconstruct.landmarks = {face_at(0, 0).landmarks()};
  refused("belong to one photo", options);
  options = {};
  const Image mask(400, 220, PixelFormat::gray);
  options.reconstruct.mask = mask;
  refused("belong to one photo", options);
  options = {};
  options.reconstruct.selection = FaceSelection::index;
  refused("name a track_id", options);
  options = {};
  options.track_id = -1;
  refused("track_id: -1 is negative", options);
  options.track_id = 0;
  options.reconstruct.selection = FaceSelection::largest;
  refused("track_id and selection", options);
}

TEST_CASE("Frames given together give the same results as one by one", "[video]") {
  constexpr int count = 30;
  std::vector<Scene> scenes;
  std::vector<Image> photos;
  for (int i = 0; i < count; ++i) {
    SceneFace left = face_at(30, 30);
    SceneFace right = face_at(220, 40, 130.0, male_skin);
    left.mask_half_width = 60.0F + static_cast<float>(i % 7);
    right.masked = i % 11 != 0;
    // From some frame on, the mask extends below the canonical square.
    left.mask_end = i < 13 ? 230.0F : 280.0F;
    scenes.push_back(scene_of({left, right}));
    photos.push_back(scenes.back().photo());
  }
  VideoOptions options = options_of();
  options.reconstruct.blend = BlendMode::feather;
  const auto film_in_groups = [&](std::size_t together) {
    // The fakes find the same faces in all frames; only the appearance of the faces changes.
    FakeStages fakes(Scenes{{scenes[1].width, scenes[1]}});
    int looks = 0;
    fakes.gender_classifier->tamper = [&looks](std::vector<GenderEstimate>& estimates) {
      for (GenderEstimate& estimate : estimates) {
        // The evidence changes over time.
        estimate = {looks++ % 5 < 3 ? Gender::female : Gender::male, 0.8F};
      }
    };
    VideoReconstructor video(fakes.reconstructor(), options);
    std::vector<VideoFrame> outputs;
    for (std::size_t first = 0; first < photos.size(); first += together) {
      std::vector<TimedFrame> frames;
      for (std::size_t i = first; i < std::min(first + together, photos.size()); ++i) {
        frames.push_back({photos[i], frame_seconds * static_cast<double>(i)});
      }
      for (VideoFrame& output : video.reconstruct(frames)) {
        outputs.push_back(std::move(output));
      }
    }
    return outputs;
  };
  const std::vector<VideoFrame> expected = film_in_groups(1);
  for (const std::size_t together : {2U, 3U, 8U}) {
    const std::vector<VideoFrame> found = film_in_groups(together);
    REQUIRE(found.size() == expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
      CAPTURE(together, i);
      CHECK(found[i].track_ids == expected[i].track_ids);
      CHECK(found[i].detector_ran == expected[i].detector_ran);
      check_same(found[i].result, expected[i].result);
    }
  }
}

TEST_CASE("The times of a group of frames must increase", "[video]") {
  Film film;
  const Scene scene = scene_of({face_at(30, 30)});
  film.fakes.show(scene);
  const Image photo = scene.photo();
  expect_error(ErrorCode::invalid_argument, "is not after the previous frame", [&] {
    return film.video.reconstruct({{photo, 0.0}, {photo, 0.0}});
  });
  CHECK(film.video.reconstruct(std::vector<TimedFrame>{}).empty());
}
