// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "../support/expect_error.hpp"
#include "demask/video_reconstructor.hpp"
#include "fake_stages.hpp"
#include "result_checks.hpp"
#include "scenes.hpp"

using namespace demask;        // NOLINT(google-build-using-namespace)
using namespace demask::test;  // NOLINT(google-build-using-namespace)

namespace {

constexpr Color eye_color{40, 30, 30};
constexpr Color light_eyes{255, 250, 250};
constexpr Color lip_color{120, 60, 160};
constexpr std::size_t right_jaw = 2;
constexpr std::size_t left_jaw = 14;

bool in_box(Point p, float x, float y, float half_width, float half_height) {
  return std::abs(p.x - x) <= half_width && std::abs(p.y - y) <= half_height;
}

// The photo of a scene whose faces have eyes, brows and, where bare, a mouth.
Image portrait(const Scene& scene, const Color& eyes = eye_color) {
  Image photo = scene.photo();
  for (const SceneFace& face : scene.faces) {
    const Similarity to_face = face.place.inverse();
    for (int y = 0; y < photo.height(); ++y) {
      for (int x = 0; x < photo.width(); ++x) {
        const Point p = to_face(Point{static_cast<float>(x), static_cast<float>(y)});
        const bool eye = in_box(p, 90, 107, 14, 6) || in_box(p, 166, 107, 14, 6) ||
                         in_box(p, 90, 80, 24, 4) || in_box(p, 166, 80, 24, 4);
        const bool mouth = !face.masked && in_box(p, 128, 195, 30, 12);
        if (eye || mouth) {
          const Color color = eye ? eyes : lip_color;
          std::uint8_t* pixel = photo.row(y) + 3 * x;
          pixel[0] = color.red;
          pixel[1] = color.green;
          pixel[2] = color.blue;
        }
      }
    }
  }
  return photo;
}

// Another photo of the face of one_face(), bare. Fake stages tell scenes apart by their widths.
Scene bare(int width = 400, double side = 280.0) {
  Scene scene{width, 360, {{placed(60, 30, side), female_skin, false, 70.0F, 0.9F}}};
  return scene;
}

ReconstructOptions with(const std::vector<ReferencePhoto>& references) {
  ReconstructOptions options;
  options.blend = BlendMode::none;
  options.references = references;
  return options;
}

// Turns the heads in photos of this width to the side.
void turn(const FakeStages& fakes, int width) {
  fakes.landmark_detector->tamper = [width](const std::vector<FaceRegion>& regions,
                                            std::vector<Landmarks>& found) {
    for (std::size_t i = 0; i < regions.size(); ++i) {
      if (regions[i].photo.width == width) {
        found[i].points[right_jaw].x += 72.0F;
        found[i].points[left_jaw].x += 72.0F;
      }
    }
  };
}

// Remembers the queries; returns the given landmarks.
class WatchedShapeModel final : public ShapeModel {
 public:
  mutable std::atomic<int> with_reference{0};

 private:
  std::vector<FaceShape> do_draw(const ShapeQuery& query) const override {
    with_reference += query.reference.points.size() == 68 ? 1 : 0;
    return std::vector<FaceShape>(static_cast<std::size_t>(query.count),
                                  FaceShape{query.landmarks, 1.0F});
  }
};

}  // namespace

TEST_CASE("A face takes shape and pixels from a photo of the same person", "[reference]") {
  const Scene scene = one_face();
  const Image photo = portrait(scene);
  const Image reference = portrait(bare());
  const FakeStages fakes(scenes_of({scene, bare()}));
  const Result result = fakes.reconstructor().reconstruct(photo, with({{reference}}));
  const FaceResult& face = result.faces.at(0);
  CHECK(face.status == FaceStatus::reconstructed);
  CHECK(face.reference == ReferenceUse::pixels);
  CHECK(face.reference_reason.empty());
  // The lips stand out against what the fake inpainter paints in one color.
  const Color lips = mask_middle(result.photo, scene.faces[0]);
  const Color cheek = pixel(result.photo, scene.faces[0].place({128, 165}));
  CHECK(lips.red + 20 < cheek.red);
  CHECK(!(lips == female_paint));
  check_contained(photo, result);
}

TEST_CASE("Without a reference for it a face is painted as ever", "[reference]") {
  const Scene scene = one_face();
  const Image photo = portrait(scene);
  const Image reference = portrait(bare());
  const FaceReconstructor reconstructor = FakeStages(scenes_of({scene, bare()})).reconstructor();
  const Result without = reconstructor.reconstruct(photo, with({}));
  CHECK(without.faces.at(0).reference == ReferenceUse::none);
  CHECK(mask_middle(without.photo, scene.faces[0]) == female_paint);
  const Result other = reconstructor.reconstruct(photo, with({{reference, std::nullopt, 3}}));
  CHECK(other.faces.at(0).reference == ReferenceUse::none);
  check_same(without, other);
}

TEST_CASE("A batch with references equals its photos one by one", "[reference]") {
  const std::vector<Scene> scenes = {group(), one_face()};
  const Image reference = portrait(bare());
  const FaceReconstructor reconstructor =
      FakeStages(scenes_of({scenes[0], scenes[1], bare()})).reconstructor();
  const std::vector<Image> photos = {portrait(scenes[0]), portrait(scenes[1])};
  const ReconstructOptions options = with({{reference}});
  const std::vector<BatchResult> batch =
      reconstructor.reconstruct(std::vector<ImageView>(photos.begin(), photos.end()), options);
  for (std::size_t i = 0; i < photos.size(); ++i) {
    REQUIRE(batch[i].result);
    check_same(*batch[i].result, reconstructor.reconstruct(photos[i], options));
    CHECK(batch[i].result->faces.at(0).reference == ReferenceUse::pixels);
  }
}

TEST_CASE("A reference is that of the largest masked face, or of the face with its index",
          "[reference]") {
  const Scene scene = group();  // Masked are the faces 0, the largest, and 2.
  const Image photo = portrait(scene);
  const Image reference = portrait(bare());
  const FaceReconstructor reconstructor = FakeStages(scenes_of({scene, bare()})).reconstructor();
  const auto uses = [&](const ReconstructOptions& options) {
    std::vector<ReferenceUse> list;
    for (const FaceResult& face : reconstructor.reconstruct(photo, options).faces) {
      list.push_back(face.reference);
    }
    return list;
  };
  constexpr ReferenceUse none = ReferenceUse::none;
  constexpr ReferenceUse pixels = ReferenceUse::pixels;
  CHECK(uses(with({{reference}})) == std::vector<ReferenceUse>{pixels, none, none});
  CHECK(uses(with({{reference, std::nullopt, 2}})) ==
        std::vector<ReferenceUse>{none, none, pixels});
  CHECK(uses(with({{reference, std::nullopt, 0}, {reference, std::nullopt, 2}})) ==
        std::vector<ReferenceUse>{pixels, none, pixels});
  CHECK(uses(with({{reference, std::nullopt, 1}})) == std::vector<ReferenceUse>(3, none));
  ReconstructOptions small = with({{reference}});
  small.selection = FaceSelection::index;
  small.face_index = 2;
  CHECK(uses(small) == std::vector<ReferenceUse>{none, none, pixels});
}

TEST_CASE("A reference that cannot be used is refused with a reason", "[reference]") {
  const Scene scene = one_face();
  const Image photo = portrait(scene);
  Scene masked = bare(410);
  masked.faces[0].masked = true;
  const FakeStages fakes(scenes_of({scene, bare(), masked}));
  const FaceReconstructor reconstructor = fakes.reconstructor();
  const Result without = reconstructor.reconstruct(photo, with({}));
  const auto refused = [&](const Image& reference, const std::optional<Box>& box,
                           const std::string& text) {
    const Result result = reconstructor.reconstruct(photo, with({{reference, box}}));
    CHECK(result.faces.at(0).reference == ReferenceUse::refused);
    CHECK_THAT(result.faces.at(0).reference_reason, Catch::Contains(text));
    check_same(result, without);
  };
  refused(Image(123, 100, PixelFormat::gray), std::nullopt, "shows no face");
  refused(portrait(bare()), Box{1, 1, 20, 20}, "shows no face at 1, 1 of 20 x 20");
  refused(portrait(masked), std::nullopt, "wears a mask");
  refused(portrait(bare(), light_eyes), std::nullopt, "likeness of the reference");
  fakes.landmark_detector->tamper = [](const std::vector<FaceRegion>& regions,
                                       std::vector<Landmarks>& found) {
    for (std::size_t i = 0; i < regions.size(); ++i) {
      if (regions[i].photo.width == 400) {
        found[i].confidence.assign(68, 0.1F);
      }
    }
  };
  fakes.landmark_detector->least = 0.3F;
  refused(portrait(bare()), std::nullopt, "cannot be used: the landmarks' mean confidence");
}

TEST_CASE("The box chooses the face of a reference", "[reference]") {
  const Scene scene = one_face();
  Scene two = bare(600, 200.0);
  two.faces.push_back({placed(330, 20, 260), female_skin, true, 70.0F, 0.8F});
  const FaceReconstructor reconstructor = FakeStages(scenes_of({scene, two})).reconstructor();
  const Image reference = portrait(two);
  const auto use = [&](const std::optional<Box>& box) {
    return reconstructor.reconstruct(portrait(scene), with({{reference, box}}))
        .faces.at(0)
        .reference;
  };
  CHECK(use(std::nullopt) == ReferenceUse::refused);  // The largest face is masked.
  CHECK(use(two.faces[1].box()) == ReferenceUse::refused);
  CHECK(use(two.faces[0].box()) == ReferenceUse::pixels);
}

TEST_CASE("Only the shape is taken from a head turned otherwise, and from a small one",
          "[reference]") {
  const Scene usual = one_face();
  const Scene large{740, 700, {{placed(60, 20, 620), female_skin, true, 70.0F, 0.9F}}};
  const Scene straight = bare(420);
  const FakeStages fakes(scenes_of({usual, large, bare(), straight}));
  turn(fakes, 400);
  Stages stages = fakes.stages();
  stages.shape_model = std::make_shared<WatchedShapeModel>();
  const FaceReconstructor reconstructor(std::move(stages));
  const auto shape = [&](const Scene& scene, const Scene& of, const std::string& text) {
    const Image reference = portrait(of);
    const Result result = reconstructor.reconstruct(portrait(scene), with({{reference}}));
    CHECK(result.faces.at(0).reference == ReferenceUse::shape);
    CHECK_THAT(result.faces.at(0).reference_reason, Catch::Contains(text));
    CHECK(mask_middle(result.photo, scene.faces[0]) == female_paint);
  };
  shape(usual, bare(), "degrees from that of the face, more than");
  shape(large, straight, "would be enlarged 2.3 times, more than");

  // Without a shape model there is nothing to take.
  const Image reference = portrait(bare());
  const Result nothing = fakes.reconstructor().reconstruct(portrait(usual), with({{reference}}));
  CHECK(nothing.faces.at(0).reference == ReferenceUse::refused);
  CHECK_THAT(nothing.faces.at(0).reference_reason, Catch::Contains("degrees"));
}

TEST_CASE("Of several references the one whose head is turned most like the face is taken",
          "[reference]") {
  const Scene scene = one_face();
  const Scene other = bare(430);
  Scene masked = bare(440);
  masked.faces[0].masked = true;
  const FakeStages fakes(scenes_of({scene, bare(), other, masked}));
  turn(fakes, 400);
  const FaceReconstructor reconstructor = fakes.reconstructor();
  const Image turned = portrait(bare());
  const Image like = portrait(other);
  const Image useless = portrait(masked);
  const auto taken = [&](const std::vector<ReferencePhoto>& references) {
    return reconstructor.reconstruct(portrait(scene), with(references));
  };
  const Result alone = taken({{like}});
  CHECK(alone.faces.at(0).reference == ReferenceUse::pixels);
  check_same(taken({{turned}, {like}, {useless}}), alone);
  check_same(taken({{useless}, {like}, {turned}}), alone);
  CHECK_THAT(taken({{useless}, {turned}}).faces.at(0).reference_reason, Catch::Contains("degrees"));
  CHECK_THAT(taken({{useless}}).faces.at(0).reference_reason, Catch::Contains("wears a mask"));
}

TEST_CASE("The shape model is told the points of the reference", "[reference]") {
  const Scene scene = one_face();
  const FakeStages fakes(scenes_of({scene, bare()}));
  Stages stages = fakes.stages();
  const auto shapes = std::make_shared<WatchedShapeModel>();
  stages.shape_model = shapes;
  const FaceReconstructor reconstructor(std::move(stages));
  const Image reference = portrait(bare());
  static_cast<void>(reconstructor.reconstruct(portrait(scene), with({})));
  CHECK(shapes->with_reference == 0);
  static_cast<void>(reconstructor.reconstruct(portrait(scene), with({{reference}})));
  CHECK(shapes->with_reference == 1);
}

TEST_CASE("A prior is told which pixels of its guide are the reference's", "[reference]") {
  const Scene scene = one_face();
  FakeStages fakes(scenes_of({scene, bare()}));
  fakes.inpainter_prior = std::make_shared<FakePriorInpainter>(prior_paint);
  bool has_reference = false;
  fakes.inpainter_prior->look = [&](const PriorInput& input) {
    has_reference = input.reference.data != nullptr;
    if (!has_reference) {
      return;
    }
    const Similarity to_prior = prior_similarity(scene.faces[0].landmarks(), input.face.width);
    const auto level = [&](Point face) {
      const Point p = to_prior(scene.faces[0].place(face));
      return int{input.reference.row(static_cast<int>(p.y))[static_cast<int>(p.x)]};
    };
    CHECK(level({128, 195}) >= 128);  // The mouth.
    CHECK(level({90, 107}) == 0);     // A visible eye.
  };
  const FaceReconstructor reconstructor = fakes.reconstructor();
  const Image reference = portrait(bare());
  static_cast<void>(reconstructor.reconstruct(portrait(scene), with({})));
  CHECK(!has_reference);
  static_cast<void>(reconstructor.reconstruct(portrait(scene), with({{reference}})));
  CHECK(has_reference);
}

TEST_CASE("Malformed references are errors of the call", "[reference]") {
  const Scene scene = one_face();
  const Image photo = portrait(scene);
  const Image reference = portrait(bare());
  const FakeStages fakes(scenes_of({scene, bare()}));
  const FaceReconstructor reconstructor = fakes.reconstructor();
  const auto refused = [&](ErrorCode code, const std::string& text,
                           const std::vector<ReferencePhoto>& references) {
    expect_error(code, text,
                 [&] { static_cast<void>(reconstructor.reconstruct(photo, with(references))); });
  };
  refused(ErrorCode::invalid_argument, "references: more than 4",
          std::vector<ReferencePhoto>(5, {reference}));
  CHECK_NOTHROW(
      reconstructor.reconstruct(photo, with(std::vector<ReferencePhoto>(4, {reference}))));
  refused(ErrorCode::invalid_image, "references[1]", {{reference}, {ImageView{}}});
  refused(ErrorCode::invalid_argument, "references[0].face_index: -1",
          {{reference, std::nullopt, -1}});
  for (const Box& box : {Box{0, 0, 0, 10}, Box{0, 0, 10, -1},
                         Box{0, std::numeric_limits<float>::quiet_NaN(), 10, 10}}) {
    refused(ErrorCode::invalid_argument, "references[0].box", {{reference, box}});
  }
  ReconstructOptions few_pixels = with({{reference}});
  few_pixels.max_pixels = 320 * 300;
  expect_error(ErrorCode::image_too_large, "references[0]",
               [&] { static_cast<void>(reconstructor.reconstruct(photo, few_pixels)); });
}

TEST_CASE("A stage that breaks its word on a reference ends the call", "[reference]") {
  const Scene scene = one_face();
  const Image reference = portrait(bare());
  const FakeStages fakes(scenes_of({scene, bare()}));
  fakes.landmark_detector->tamper = [](const std::vector<FaceRegion>& regions,
                                       std::vector<Landmarks>& found) {
    if (regions.front().photo.width == 400) {
      found.clear();
    }
  };
  expect_error(ErrorCode::model_invalid, "references: landmark_detector", [&] {
    static_cast<void>(fakes.reconstructor().reconstruct(portrait(scene), with({{reference}})));
  });
}

TEST_CASE("A video takes a reference for a track, and keeps its pixels", "[reference]") {
  const Scene scene = one_face();
  const Image frame = portrait(scene);
  const FakeStages fakes(scenes_of({scene, bare()}));
  VideoOptions options;
  options.reconstruct.blend = BlendMode::none;
  const auto uses = [&](const std::optional<int>& track) {
    Image reference = portrait(bare());
    options.reconstruct.references = {{reference, std::nullopt, track}};
    VideoReconstructor video(fakes.reconstructor(), options);
    std::fill_n(reference.data(), reference.size_bytes(), std::uint8_t{0});
    std::vector<ReferenceUse> list;
    for (const double seconds : {0.0, 0.04, 0.08}) {
      list.push_back(video.reconstruct(frame, seconds).result.faces.at(0).reference);
    }
    return list;
  };
  CHECK(uses(std::nullopt) == std::vector<ReferenceUse>(3, ReferenceUse::pixels));
  CHECK(uses(0) == std::vector<ReferenceUse>(3, ReferenceUse::pixels));
  CHECK(uses(1) == std::vector<ReferenceUse>(3, ReferenceUse::none));
  options.reconstruct.references.clear();
  VideoReconstructor video(fakes.reconstructor(), options);
  CHECK(video.reconstruct(frame, 0.0).result.faces.at(0).reference == ReferenceUse::none);
}

TEST_CASE("Variants and the alternative take the reference too", "[reference]") {
  const Scene scene = one_face();
  const FakeStages fakes(scenes_of({scene, bare()}));
  fakes.gender_classifier->probability = 0.55F;
  Stages stages = fakes.stages();
  stages.shape_model = std::make_shared<WatchedShapeModel>();
  const FaceReconstructor reconstructor(std::move(stages));
  const Image reference = portrait(bare());
  ReconstructOptions options = with({{reference}});
  options.variants = 2;
  options.both_when_uncertain = true;
  const Result result = reconstructor.reconstruct(portrait(scene), options);
  CHECK(same_pixels(result.variant_photos.at(1), result.photo));  // Equal landmarks.
  CHECK(!(mask_middle(result.alternative_photo, scene.faces[0]) == male_paint));
}

TEST_CASE("Uses of references have names", "[reference]") {
  CHECK(std::string(to_string(ReferenceUse::none)) == "none");
  CHECK(std::string(to_string(ReferenceUse::shape)) == "shape");
  CHECK(std::string(to_string(ReferenceUse::pixels)) == "pixels");
  CHECK(std::string(to_string(ReferenceUse::refused)) == "refused");
  CHECK(std::string(to_string(static_cast<ReferenceUse>(4))) == "unknown");
}
