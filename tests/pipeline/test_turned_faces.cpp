// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstddef>
#include <memory>
#include <vector>

#include "result_checks.hpp"
#include "scenes.hpp"

// Heads on their side and upside down, and the smallest face to search for.

using namespace demask;        // NOLINT(google-build-using-namespace)
using namespace demask::test;  // NOLINT(google-build-using-namespace)

namespace {

constexpr float pi = 3.14159265F;
constexpr Color marker{1, 2, 3};

// From a photo turned left by some quarters to the photo of `width` x `height` as it is stored.
Similarity to_stored(int quarters, int width, int height) {
  switch (quarters) {
    case 1:
      return {0.0, 1.0, width - 1.0, 0.0};
    case 2:
      return {-1.0, 0.0, width - 1.0, height - 1.0};
    case 3:
      return {0.0, -1.0, 0.0, height - 1.0};
    default:
      return {1.0, 0.0, 0.0, 0.0};
  }
}

// Finds one face in photos whose top left pixel is the marker.
class UprightFaceDetector final : public FaceDetector {
 public:
  UprightFaceDetector(SceneFace face, float score) : face_(face), score_(score) {}
  std::vector<std::vector<Detection>> do_detect(const std::vector<ImageView>& photos,
                                                const DetectOptions&) const override {
    ++calls;
    std::vector<std::vector<Detection>> results(photos.size());
    for (std::size_t i = 0; i < photos.size(); ++i) {
      if (photos[i].data[0] == marker.red && photos[i].data[1] == marker.green) {
        const auto eyes = eye_centers(face_.landmarks());
        results[i].push_back({face_.box(), score_, {{eyes[0], eyes[1], {}, {}, {}}}});
      }
    }
    return results;
  }
  mutable std::atomic<int> calls{0};

 private:
  SceneFace face_;
  float score_;
};

void put_marker(Image& photo, Point p) {
  std::uint8_t* pixel = photo.row(static_cast<int>(p.y)) + 3 * static_cast<int>(p.x);
  pixel[0] = marker.red;
  pixel[1] = marker.green;
  pixel[2] = marker.blue;
}

void check_box(const Box& box, const Box& expected) {
  CHECK(intersection_over_union(box, expected) > 0.95F);
}

}  // namespace

TEST_CASE("A photo stored on its side or upside down is reconstructed", "[turned]") {
  const int quarters = GENERATE(0, 1, 2, 3);
  CAPTURE(quarters);
  const SceneFace upright{placed(60, 25, 220), female_skin, true, 70.0F, 0.9F};
  Scene stored{quarters % 2 == 0 ? 400 : 300, quarters % 2 == 0 ? 300 : 400, {upright}};
  const Similarity to_photo = to_stored(quarters, stored.width, stored.height);
  stored.faces[0].place = to_photo * upright.place;
  Image photo = stored.photo();
  put_marker(photo, to_photo({0.0F, 0.0F}));
  const FakeStages fakes(scenes_of({stored}));
  Stages stages = fakes.stages();
  const auto detector = std::make_shared<UprightFaceDetector>(upright, 0.9F);
  stages.face_detector = detector;
  float roll = -10.0F;
  fakes.landmark_detector->tamper = [&](const std::vector<FaceRegion>& faces,
                                        const std::vector<Landmarks>&) { roll = faces[0].roll; };
  const Result result = FaceReconstructor(stages).reconstruct(photo);
  check_contained(photo, result);
  REQUIRE(statuses(result) == std::vector<FaceStatus>{FaceStatus::reconstructed});
  CHECK(mask_left(stored, result) == 0);
  check_box(result.faces[0].box, stored.faces[0].box());
  const float expected = static_cast<float>(quarters) * pi / 2.0F;
  CHECK(std::abs(std::remainder(roll - expected, 2.0F * pi)) < 0.01F);
  CHECK(detector->calls == (quarters == 0 ? 1 : 4));
}

TEST_CASE("A photo with a sure face is not turned", "[turned]") {
  const Scene scene = one_face();
  const FakeStages fakes(scenes_of({scene}));
  CHECK(fakes.reconstructor().reconstruct(scene.photo()).faces.size() == 1);
  CHECK(fakes.face_detector->calls == 1);
}

TEST_CASE("An unsure upright face stays if the turned photo shows no better one", "[turned]") {
  Scene scene = one_face();
  scene.faces[0].score = 0.55F;
  const FakeStages fakes(scenes_of({scene, {300, 320, {scene.faces[0]}}}));
  const Result result = fakes.reconstructor().reconstruct(scene.photo());
  REQUIRE(result.faces.size() == 1);
  check_box(result.faces[0].box, scene.faces[0].box());
  CHECK(fakes.face_detector->calls == 4);
}

TEST_CASE("A face with unsure landmarks is looked at upside down", "[turned]") {
  const Scene scene = one_face();
  // In the picture of a face that the detector is shown again, the face is in the middle.
  const Scene picture{80, 80, {{placed(20, 18, 40), female_skin, true, 70.0F, 0.9F}}};
  const FakeStages fakes(scenes_of({scene, picture}));
  const float right_roll = GENERATE(0.0F, pi);
  CAPTURE(right_roll);
  fakes.landmark_detector->tamper = [&](const std::vector<FaceRegion>& faces,
                                        std::vector<Landmarks>& found) {
    for (std::size_t i = 0; i < faces.size(); ++i) {
      const float off = std::remainder(faces[i].roll - right_roll, 2.0F * pi);
      found[i] = face_landmarks(scene.faces[0].place * Similarity(1.0, 0.0, 0.0, 0.0));
      if (right_roll != 0.0F) {
        found[i] = face_landmarks(scene.faces[0].place * Similarity(-1.0, 0.0, 255.0, 250.0));
      }
      found[i].confidence.assign(68, std::abs(off) < 0.1F ? 0.75F : 0.4F);
    }
  };
  const Result result = fakes.reconstructor().reconstruct(scene.photo());
  REQUIRE(result.faces.size() == 1);
  const FaceResult& face = result.faces[0];
  CHECK(face.landmarks.confidence[0] == 0.75F);
  const auto eyes = eye_centers(face.landmarks);
  CHECK((eyes[1].x > eyes[0].x) == (right_roll == 0.0F));
  CHECK(fakes.face_detector->calls == 2);
  if (right_roll == 0.0F) {
    check_box(face.box, scene.faces[0].box());
    return;
  }
  // The picture shows twice the face, turned about the center of its box.
  const Box first = scene.faces[0].box();
  const Box seen = picture.faces[0].box();
  const float step = 2.0F * std::max(first.width, first.height) / 80.0F;
  check_box(face.box, {first.x + first.width / 2.0F - step * (seen.right() - 39.5F),
                       first.y + first.height / 2.0F - step * (seen.bottom() - 39.5F),
                       step * seen.width, step * seen.height});
}

TEST_CASE("The smallest face may be a fraction of the photo's longer side", "[reconstructor]") {
  const Scene scene = group();  // 500 x 360 px
  const FakeStages fakes(scenes_of({scene}));
  ReconstructOptions options;
  options.min_face_size = 130.0F / 500.0F;
  const Result result = fakes.reconstructor().reconstruct(scene.photo(), options);
  CHECK(statuses(result) == std::vector<FaceStatus>{FaceStatus::reconstructed,
                                                    FaceStatus::too_small, FaceStatus::too_small});
  CHECK(fakes.face_detector->min_face_size == options.min_face_size);
}

TEST_CASE("A head that turns out to be found twice is one face", "[turned]") {
  const Scene scene = one_face();
  const Scene picture{80, 80, {{placed(20, 18, 40), female_skin, true, 70.0F, 0.9F}}};
  const FakeStages fakes(scenes_of({scene, picture}));
  fakes.face_detector->tamper = [](const std::vector<ImageView>& photos,
                                   std::vector<std::vector<Detection>>& found) {
    if (photos[0].width == 320) {
      found[0].push_back(found[0][0]);
      found[0][1].box.x += 0.3F * found[0][1].box.width;
    }
  };
  fakes.landmark_detector->tamper = [&](const std::vector<FaceRegion>& faces,
                                        std::vector<Landmarks>& found) {
    for (std::size_t i = 0; i < faces.size(); ++i) {
      const bool is_right = std::abs(std::remainder(faces[i].roll - pi, 2.0F * pi)) < 0.1F;
      found[i] = face_landmarks(scene.faces[0].place * Similarity(-1.0, 0.0, 255.0, 250.0));
      found[i].confidence.assign(68, is_right ? 0.9F : 0.4F);
    }
  };
  CHECK(fakes.reconstructor().reconstruct(scene.photo()).faces.size() == 1);
}
