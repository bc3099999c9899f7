#include <catch2/catch.hpp>
#include <cmath>
#include <functional>
#include <limits>
#include <memory>
#include <stdexcept>
#include <vector>

#include "../support/expect_error.hpp"
#include "demask/video_reconstructor.hpp"
#include "fake_stages.hpp"
#include "result_checks.hpp"

using namespace demask;        // NOLINT(google-build-using-namespace)
using namespace demask::test;  // NOLINT(google-build-using-namespace)

namespace {

constexpr double frame_seconds = 0.04;
constexpr int interval = 10;

SceneFace face_at(double x, double y, double side = 140.0, Colour skin = female_skin) {
  return {placed(x, y, side), skin, true, 70.0F, 0.9F};
}

Scene scene_of(const std::vector<SceneFace>& faces) { return {400, 220, faces}; }

VideoOptions options_of(int detect_interval = interval) {
  VideoOptions options;
  options.detect_interval = detect_interval;
  options.reconstruct.blend = BlendMode::none;
  return options;
}

/// Shows frames to a VideoReconstructor over fake stages.
class Film {
 public:
  explicit Film(const VideoOptions& options = options_of())
      : fakes(Scenes{}), video(fakes.reconstructor(), options) {
    // Where there is no face, landmarks are unsure.
    fakes.landmark_detector->tamper = [this](const auto& regions, auto& found) {
      for (std::size_t i = 0; i < regions.size(); ++i) {
        const bool is_face = !found[i].empty() &&
                             intersection_over_union(regions[i].box,
                                                     bounding_box(found[i].points)) > 0.1F;
        if (!is_face) {
          found[i] = face_landmarks(placed(regions[i].box.x, regions[i].box.y, 100.0));
          found[i].confidence.assign(68, 0.05F);
        }
      }
      if (tamper) tamper(found);
    };
  }

  VideoFrame next(const Scene& scene) { return next(scene, scene.photo()); }
  VideoFrame next(const Scene& scene, const Image& photo) {
    fakes.show(scene);
    last = photo;
    time += frame_seconds;
    return video.reconstruct(photo, time);
  }

  FakeStages fakes;
  VideoReconstructor video;
  Image last;
  double time = 0.0;
  std::function<void(std::vector<Landmarks>&)> tamper;
};

using Ids = std::vector<std::int64_t>;

Colour mask_middle(const Image& photo, const SceneFace& face) {
  const Point p = face.place({128, 190});
  const std::uint8_t* value =
      photo.row(static_cast<int>(p.y + 0.5F)) + 3 * static_cast<int>(p.x + 0.5F);
  return {value[0], value[1], value[2]};
}

}  // namespace

TEST_CASE("The detector runs on the first frame and then every n frames", "[video]") {
  Film film;
  const Scene scene = scene_of({face_at(30, 30)});
  for (int i = 0; i < 25; ++i) {
    const VideoFrame frame = film.next(scene);
    CHECK(frame.detector_ran == (i % interval == 0));
    CHECK(frame.track_ids == Ids{0});
    CHECK(frame.result.faces.at(0).status == FaceStatus::reconstructed);
  }
  CHECK(film.fakes.face_detector->calls == 3);
  // One call a frame, and one for the face that was found first.
  CHECK(film.fakes.landmark_detector->calls == 25);
}

TEST_CASE("A stream without faces is searched every n frames", "[video]") {
  Film film;
  for (int i = 0; i < 21; ++i) {
    const VideoFrame frame = film.next(scene_of({}));
    CHECK(frame.detector_ran == (i % interval == 0));
    CHECK(frame.result.faces.empty());
    CHECK(same_pixels(frame.result.photo, film.last));
  }
}

TEST_CASE("Moving faces keep their track, and all else of the frame its bits", "[video]") {
  Film film;
  for (int i = 0; i < 30; ++i) {
    const Scene scene = scene_of({face_at(10 + 2 * i, 30), face_at(240 - i, 40 + i, 130, male_skin)});
    const VideoFrame frame = film.next(scene);
    REQUIRE(frame.track_ids == Ids{0, 1});
    check_contained(film.last, frame.result);
    REQUIRE(frame.result.faces.size() == 2);
    for (std::size_t f = 0; f < 2; ++f) {
      CHECK(frame.result.faces[f].status == FaceStatus::reconstructed);
      CHECK(intersection_over_union(frame.result.faces[f].box, scene.faces[f].box()) > 0.6F);
    }
    CHECK(mask_middle(frame.result.photo, scene.faces[0]) == female_paint);
    CHECK(mask_middle(frame.result.photo, scene.faces[1]) == male_paint);
  }
  CHECK(film.fakes.face_detector->calls == 3);
}

TEST_CASE("A frame alone is what a photo is", "[video]") {
  Film film;
  const Scene scene = scene_of({face_at(30, 30), face_at(220, 40, 130, male_skin)});
  const VideoFrame frame = film.next(scene);
  ReconstructOptions options;
  options.blend = BlendMode::none;
  check_same(frame.result, film.fakes.reconstructor().reconstruct(scene.photo(), options));
}

TEST_CASE("A lost face is searched at once and keeps its track", "[video]") {
  Film film;
  const Scene scene = scene_of({face_at(30, 30)});
  film.next(scene);
  film.next(scene);
  bool is_first = true;
  film.tamper = [&is_first](std::vector<Landmarks>& found) {
    if (is_first) found[0].confidence.assign(68, 0.1F);
    is_first = false;
  };
  const VideoFrame frame = film.next(scene);
  CHECK(frame.detector_ran);
  CHECK(frame.track_ids == Ids{0});
  CHECK(frame.result.faces.at(0).status == FaceStatus::reconstructed);
  film.tamper = nullptr;
  CHECK(!film.next(scene).detector_ran);
}

TEST_CASE("Landmarks that leap off the face are no face", "[video]") {
  Film film;
  const Scene scene = scene_of({face_at(30, 30)});
  film.next(scene);
  bool is_first = true;
  film.tamper = [&is_first](std::vector<Landmarks>& found) {
    for (Point& p : found[0].points) {
      p.x += is_first ? 40.0F : 0.0F;
    }
    is_first = false;
  };
  const VideoFrame frame = film.next(scene);
  CHECK(frame.detector_ran);
  CHECK(frame.track_ids == Ids{0});
  check_contained(film.last, frame.result);
  CHECK(mask_middle(frame.result.photo, scene.faces[0]) == female_paint);
}

TEST_CASE("A face that is gone is given up, and a later one is another track", "[video]") {
  Film film;
  const Scene scene = scene_of({face_at(30, 30)});
  film.next(scene);
  for (int i = 0; i < interval + 1; ++i) {
    const VideoFrame frame = film.next(scene_of({}));
    CHECK(frame.detector_ran);
    CHECK(frame.track_ids.empty());
    CHECK(same_pixels(frame.result.photo, film.last));
  }
  CHECK(!film.next(scene_of({})).detector_ran);
  for (int i = 0; i < interval; ++i) film.next(scene);
  CHECK(film.next(scene).track_ids == Ids{1});
}

TEST_CASE("A mask that is taken off or put on is followed in its frame", "[video]") {
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

TEST_CASE("Gender is decided for the track and not for the frame", "[video]") {
  Film film;
  int look = 0;
  film.fakes.gender_classifier->tamper = [&look](std::vector<GenderEstimate>& found) {
    // Two looks in three say female, and those more clearly.
    found[0] = look++ % 3 == 1 ? GenderEstimate{Gender::male, 0.7F}
                               : GenderEstimate{Gender::female, 0.8F};
  };
  const Scene scene = scene_of({face_at(30, 30)});
  for (int i = 0; i < 40; ++i) {
    const VideoFrame frame = film.next(scene);
    const FaceResult& face = frame.result.faces.at(0);
    REQUIRE(face.gender);
    CHECK(face.gender->gender == Gender::female);
    CHECK(mask_middle(frame.result.photo, scene.faces[0]) == female_paint);
  }
  // A decided face is looked at now and then.
  CHECK(film.fakes.gender_classifier->calls < 20);
  CHECK(film.fakes.inpainter_male->calls == 0);
}

TEST_CASE("A scene cut starts all tracks anew", "[video]") {
  Film film;
  const Scene scene = scene_of({face_at(30, 30)});
  film.next(scene);
  CHECK(!film.next(scene).scene_cut);
  Image other = scene.photo();
  for (std::size_t i = 0; i < other.size_bytes(); ++i) {
    other.data()[i] = static_cast<std::uint8_t>(255 - other.data()[i]);
  }
  const VideoFrame frame = film.next(scene, other);
  CHECK(frame.scene_cut);
  CHECK(frame.detector_ran);
  CHECK(frame.track_ids == Ids{1});
}

TEST_CASE("A frame of another size starts all tracks anew", "[video]") {
  Film film;
  film.next(scene_of({face_at(30, 30)}));
  const Scene larger{500, 260, {face_at(40, 40)}};
  const VideoFrame frame = film.next(larger);
  CHECK(frame.detector_ran);
  CHECK(!frame.scene_cut);
  CHECK(frame.track_ids == Ids{1});
  check_contained(film.last, frame.result);
}

TEST_CASE("An index selects a track", "[video]") {
  VideoOptions options = options_of();
  options.reconstruct.selection = FaceSelection::index;
  options.reconstruct.face_index = 1;
  Film film(options);
  const SceneFace left = face_at(20, 30);
  const SceneFace right = face_at(220, 40, 130, male_skin);
  const auto statuses = [](const VideoFrame& frame) {
    std::vector<FaceStatus> list;
    for (const FaceResult& face : frame.result.faces) list.push_back(face.status);
    return list;
  };
  const VideoFrame both = film.next(scene_of({left, right}));
  CHECK(statuses(both) ==
        std::vector<FaceStatus>{FaceStatus::not_selected, FaceStatus::reconstructed});
  // The other is gone; the chosen one has moved up in the list, and is still chosen.
  const VideoFrame alone = film.next(scene_of({right}));
  CHECK(alone.track_ids == Ids{1});
  CHECK(statuses(alone) == std::vector<FaceStatus>{FaceStatus::reconstructed});
}

TEST_CASE("Trembling landmarks are steadied", "[video]") {
  Film film;
  // Deterministic trembling of two pixels, of no common rhythm.
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
  CHECK(sum / count < 0.9);
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
  CHECK(!moved.reconstruct(scene.photo(), 0.1).detector_ran);
}

TEST_CASE("Times have to rise", "[video]") {
  Film film;
  const Scene scene = scene_of({face_at(30, 30)});
  film.next(scene);
  const Image photo = scene.photo();
  for (const double time : {film.time, film.time - 1.0, std::numeric_limits<double>::quiet_NaN(),
                            std::numeric_limits<double>::infinity()}) {
    expect_error(ErrorCode::invalid_argument, "seconds",
                 [&] { film.video.reconstruct(photo, time); });
  }
  film.video.reset();
  const VideoFrame frame = film.video.reconstruct(photo, 0.0);
  CHECK(frame.detector_ran);
  CHECK(frame.track_ids == Ids{1});
}

TEST_CASE("An error forgets the tracks, and the next frame starts anew", "[video]") {
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
  expect_error(ErrorCode::invalid_image, "null", [&] { film.video.reconstruct(broken, 99.0); });
}

TEST_CASE("Options of a video are held to their ranges", "[video]") {
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
}
