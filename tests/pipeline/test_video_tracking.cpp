// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <vector>

#include "film.hpp"

using namespace demask;        // NOLINT(google-build-using-namespace)
using namespace demask::test;  // NOLINT(google-build-using-namespace)

TEST_CASE("The detector finds a face, confirms it, and then runs only every n frames", "[video]") {
  Film film;
  const Scene scene = scene_of({face_at(30, 30)});
  for (int i = 0; i < 25; ++i) {
    const VideoFrame frame = film.next(scene);
    CHECK(frame.detector_ran == (i == 0 || i % interval == 1));
    CHECK(frame.track_ids == Ids{0});
    CHECK(frame.result.faces.at(0).status == FaceStatus::reconstructed);
  }
  CHECK(film.fakes.face_detector->calls == 4);
  // One call per frame, and one for the face when it was first found.
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

TEST_CASE("Moving faces keep their tracks, and the rest of each frame keeps every bit", "[video]") {
  Film film;
  for (int i = 0; i < 30; ++i) {
    const Scene scene =
        scene_of({face_at(10 + 2 * i, 30), face_at(240 - i, 40 + i, 130, male_skin)});
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
  CHECK(film.fakes.face_detector->calls == 4);
}

TEST_CASE("A lost face is searched for at once and keeps its track", "[video]") {
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

TEST_CASE("A face with uncertain landmarks is left unchanged until they are more confident",
          "[video]") {
  VideoOptions options = options_of();
  options.reconstruct.min_landmark_confidence = 0.5F;
  Film film(options);
  const Scene scene = scene_of({face_at(30, 30)});
  float confidence = 0.45F;
  film.tamper = [&confidence](std::vector<Landmarks>& found) {
    found[0].confidence.assign(68, confidence);
  };
  const auto status = [&] { return film.next(scene).result.faces.at(0).status; };
  CHECK(status() == FaceStatus::landmarks_unreliable);
  CHECK(same_pixels(film.next(scene).result.photo, film.last));
  confidence = 0.55F;
  CHECK(status() == FaceStatus::reconstructed);
  confidence = 0.4F;
  CHECK(status() == FaceStatus::reconstructed);
  confidence = 0.35F;
  CHECK(status() == FaceStatus::landmarks_unreliable);
}

TEST_CASE("Landmarks that jump away from the face are rejected", "[video]") {
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

TEST_CASE("The track of a face that is gone ends, and a later face gets a new track", "[video]") {
  Film film;
  const Scene scene = scene_of({face_at(30, 30)});
  film.next(scene);
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

TEST_CASE("A face that the detector finds only once is dropped", "[video]") {
  Film film;
  const Scene scene = scene_of({face_at(30, 30)});
  film.next(scene);
  film.is_detector_blind = true;
  CHECK(film.next(scene).track_ids == Ids{0});
  const VideoFrame frame = film.next(scene);
  CHECK(frame.track_ids.empty());
  CHECK(same_pixels(frame.result.photo, film.last));
}

TEST_CASE("A face that the detector keeps missing is dropped after some runs", "[video]") {
  Film film;
  const Scene scene = scene_of({face_at(30, 30)});
  film.next(scene);
  film.next(scene);
  film.is_detector_blind = true;
  for (int i = 1; i < interval; ++i) {
    CHECK(!film.next(scene).detector_ran);
  }
  for (int i = 0; i < 4; ++i) {
    const VideoFrame frame = film.next(scene);
    CHECK(frame.detector_ran);
    CHECK(frame.track_ids == Ids{0});
  }
  CHECK(film.next(scene).track_ids.empty());
}

TEST_CASE("A scene cut restarts all tracks", "[video]") {
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

TEST_CASE("A frame of another size restarts all tracks", "[video]") {
  Film film;
  film.next(scene_of({face_at(30, 30)}));
  const Scene larger{500, 260, {face_at(40, 40)}};
  const VideoFrame frame = film.next(larger);
  CHECK(frame.detector_ran);
  CHECK(!frame.scene_cut);
  CHECK(frame.track_ids == Ids{1});
  check_contained(film.last, frame.result);
}

TEST_CASE("A video can reconstruct a single track", "[video]") {
  VideoOptions options = options_of();
  options.track_id = 1;
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
  // The other face is gone; the chosen one has moved up in the list and is still chosen.
  const VideoFrame alone = film.next(scene_of({right}));
  CHECK(alone.track_ids == Ids{1});
  CHECK(statuses(alone) == std::vector<FaceStatus>{FaceStatus::reconstructed});
}
