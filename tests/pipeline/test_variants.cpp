// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <functional>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
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

constexpr std::size_t chin = 8;

// Moves the hidden points of shape k by 8 k pixels down, and those of a smile by 3 more.
class FakeShapeModel final : public ShapeModel {
 public:
  std::function<void(std::vector<FaceShape>&)> tamper;
  mutable std::atomic<int> calls{0};

 private:
  std::vector<FaceShape> do_draw(const ShapeQuery& query) const override {
    ++calls;
    std::vector<FaceShape> shapes;
    for (int k = 0; k < query.count; ++k) {
      FaceShape shape{query.landmarks, 1.0F / static_cast<float>(k + 1)};
      const float down = 8.0F * static_cast<float>(k) * query.diversity +
                         (query.expression == Expression::smile ? 3.0F : 0.0F);
      for (std::size_t i = 0; i < query.hidden.size(); ++i) {
        shape.landmarks.points[i].y += query.hidden[i] ? down : 0.0F;
      }
      shapes.push_back(std::move(shape));
    }
    if (tamper) {
      tamper(shapes);
    }
    return shapes;
  }
};

// Paints the hole with a red that is the mean height of the lower lip's points.
class LipPainter final : public Inpainter {
 public:
  mutable std::atomic<int> faces{0};

 private:
  std::vector<Image> do_inpaint(const std::vector<InpaintInput>& inputs) const override {
    std::vector<Image> results;
    for (const InpaintInput& input : inputs) {
      ++faces;
      Image painted = convert(input.face, PixelFormat::rgb);
      const auto red = static_cast<std::uint8_t>(input.landmarks.points[57].y);
      for (int y = 0; y < painted.height(); ++y) {
        for (int x = 0; x < painted.width(); ++x) {
          if (input.mask.row(y)[x] >= 128) {
            std::fill_n(painted.row(y) + 3 * x, 3, std::uint8_t{0});
            painted.row(y)[3 * x] = red;
          }
        }
      }
      results.push_back(std::move(painted));
    }
    return results;
  }
};

// Fake stages whose painting shows the landmarks it was painted with.
struct VariantStages {
  explicit VariantStages(const Scene& scene) : fakes(scenes_of({scene})) {}

  FaceReconstructor reconstructor() const {
    Stages stages = fakes.stages();
    stages.shape_model = shapes;
    stages.inpainter_female = painter;
    stages.inpainter_male = painter;
    return FaceReconstructor(std::move(stages));
  }

  FakeStages fakes;
  std::shared_ptr<FakeShapeModel> shapes = std::make_shared<FakeShapeModel>();
  std::shared_ptr<LipPainter> painter = std::make_shared<LipPainter>();
};

ReconstructOptions variants(int count) {
  ReconstructOptions options;
  options.blend = BlendMode::none;
  options.variants = count;
  options.diversity = 1.0F;
  return options;
}

int red_at(const Image& photo, const SceneFace& face) { return mask_middle(photo, face).red; }

}  // namespace

TEST_CASE("Each variant shows other hidden landmarks in a photo of its own", "[variants]") {
  const Scene scene = group();
  const Image photo = scene.photo();
  const VariantStages stages(scene);
  const Result result = stages.reconstructor().reconstruct(photo, variants(4));
  REQUIRE(result.variant_photos.size() == 4);
  CHECK(same_pixels(result.variant_photos[0], result.photo));
  for (const std::size_t masked : {std::size_t{0}, std::size_t{2}}) {
    const FaceResult& face = result.faces.at(masked);
    REQUIRE(face.variants.size() == 4);
    CHECK(same_pixels(face.variants[0].aligned, face.aligned_after));
    CHECK(face.variants[0].likelihood == 1.0F);
    for (std::size_t k = 1; k < 4; ++k) {
      CHECK(face.variants[k].likelihood == Approx(1.0 / static_cast<double>(k + 1)));
      CHECK(red_at(result.variant_photos[k], scene.faces[masked]) ==
            red_at(result.photo, scene.faces[masked]) + static_cast<int>(8 * k));
      const float scale = static_cast<float>(scene.faces[masked].place.scale());
      CHECK(face.variants[k].landmarks.points[57].y - face.landmarks.points[57].y ==
            Approx(8.0F * static_cast<float>(k) * scale).margin(0.5));
      CHECK(face.variants[k].landmarks.points[36].y ==
            Approx(face.landmarks.points[36].y).margin(0.01));
    }
  }
  CHECK(result.faces.at(1).variants.empty());
}

TEST_CASE("Variants change nothing outside of the changed pixels", "[variants]") {
  const Scene scene = group();
  const Image photo = scene.photo();
  const VariantStages stages(scene);
  Result result = stages.reconstructor().reconstruct(photo, variants(3));
  for (Image& variant : result.variant_photos) {
    result.photo = std::move(variant);
    check_contained(photo, result);
  }
}

TEST_CASE("The first answer does not depend on the number of variants", "[variants]") {
  const Scene scene = group();
  const Image photo = scene.photo();
  const VariantStages stages(scene);
  const FaceReconstructor reconstructor = stages.reconstructor();
  const Result single = reconstructor.reconstruct(photo, variants(1));
  CHECK(stages.shapes->calls == 0);
  CHECK(single.variant_photos.empty());
  CHECK(single.faces.at(0).variants.empty());
  CHECK(same_pixels(single.photo, reconstructor.reconstruct(photo, variants(5)).photo));
}

TEST_CASE("The networks before the inpainter run once for all variants", "[variants]") {
  const Scene scene = group();
  const VariantStages stages(scene);
  static_cast<void>(stages.reconstructor().reconstruct(scene.photo(), variants(8)));
  CHECK(stages.fakes.landmark_detector->calls == 1);
  CHECK(stages.fakes.segmenter->calls == 1);
  CHECK(stages.fakes.gender_classifier->calls == 1);
  CHECK(stages.painter->faces == 16);
}

TEST_CASE("An expression moves the landmarks that a face is painted with", "[variants]") {
  const Scene scene = group();
  const VariantStages stages(scene);
  const FaceReconstructor reconstructor = stages.reconstructor();
  ReconstructOptions options = variants(1);
  const int found = red_at(reconstructor.reconstruct(scene.photo(), options).photo, scene.faces[0]);
  options.expression = Expression::smile;
  const Result smile = reconstructor.reconstruct(scene.photo(), options);
  CHECK(red_at(smile.photo, scene.faces[0]) == found + 3);
  CHECK(same_points(smile.faces.at(0).landmarks.points, scene.faces[0].landmarks().points));
}

TEST_CASE("A photo without masked faces has no variants", "[variants]") {
  Scene scene = group();
  for (SceneFace& face : scene.faces) {
    face.masked = false;
  }
  const VariantStages stages(scene);
  const Result result = stages.reconstructor().reconstruct(scene.photo(), variants(4));
  CHECK(result.variant_photos.empty());
  CHECK(stages.shapes->calls == 0);
}

TEST_CASE("Variants and expressions need a shape model", "[variants]") {
  const Scene scene = group();
  const FakeStages fakes(scenes_of({scene}));
  const FaceReconstructor reconstructor = fakes.reconstructor();
  expect_error(ErrorCode::bundle_invalid, "shape_model",
               [&] { static_cast<void>(reconstructor.reconstruct(scene.photo(), variants(2))); });
  ReconstructOptions smile;
  smile.expression = Expression::smile;
  expect_error(ErrorCode::bundle_invalid, "shape_model",
               [&] { static_cast<void>(reconstructor.reconstruct(scene.photo(), smile)); });
}

TEST_CASE("Options of variants out of range are refused", "[variants]") {
  const Scene scene = group();
  const VariantStages stages(scene);
  const FaceReconstructor reconstructor = stages.reconstructor();
  const auto refused = [&](const char* name, const std::function<void(ReconstructOptions&)>& set) {
    ReconstructOptions options;
    set(options);
    expect_error(ErrorCode::invalid_argument, name,
                 [&] { static_cast<void>(reconstructor.reconstruct(scene.photo(), options)); });
  };
  refused("variants", [](ReconstructOptions& options) { options.variants = 0; });
  refused("variants", [](ReconstructOptions& options) { options.variants = 17; });
  refused("diversity", [](ReconstructOptions& options) { options.diversity = -0.1F; });
  refused("diversity", [](ReconstructOptions& options) { options.diversity = 1.1F; });
  refused("expression",
          [](ReconstructOptions& options) { options.expression = static_cast<Expression>(4); });
}

TEST_CASE("A shape model that breaks its word is an error of the photo", "[variants]") {
  const Scene scene = group();
  const VariantStages stages(scene);
  const auto refused = [&](const std::function<void(std::vector<FaceShape>&)>& tamper) {
    stages.shapes->tamper = tamper;
    expect_error(ErrorCode::model_invalid, "shape_model", [&] {
      static_cast<void>(stages.reconstructor().reconstruct(scene.photo(), variants(3)));
    });
  };
  refused([](std::vector<FaceShape>& shapes) { shapes.pop_back(); });
  refused([](std::vector<FaceShape>& shapes) { shapes[1].landmarks.points.pop_back(); });
  refused([](std::vector<FaceShape>& shapes) {
    shapes[1].landmarks.points[chin].x = std::numeric_limits<float>::quiet_NaN();
  });
  refused([](std::vector<FaceShape>& shapes) { shapes[2].likelihood = 1.5F; });
}

TEST_CASE("An expression holds in a video too", "[variants]") {
  const Scene scene = group();
  const VariantStages stages(scene);
  VideoOptions options;
  options.reconstruct.blend = BlendMode::none;
  const auto red_in_frame = [&](Expression expression) {
    options.reconstruct.expression = expression;
    VideoReconstructor video(stages.reconstructor(), options);
    int red = 0;
    for (const double seconds : {0.0, 0.04}) {
      red = red_at(video.reconstruct(scene.photo(), seconds).result.photo, scene.faces[0]);
    }
    return red;
  };
  CHECK(red_in_frame(Expression::smile) == red_in_frame(Expression::as_found) + 3);
}

TEST_CASE("A video has no variants", "[variants]") {
  const VariantStages stages(group());
  VideoOptions options;
  options.reconstruct.variants = 2;
  expect_error(ErrorCode::invalid_argument, "variants",
               [&] { VideoReconstructor(stages.reconstructor(), options); });
  options.reconstruct.variants = 1;
  options.reconstruct.expression = static_cast<Expression>(9);
  expect_error(ErrorCode::invalid_argument, "expression",
               [&] { VideoReconstructor(stages.reconstructor(), options); });
}

TEST_CASE("A damaged shape model is found when all is loaded, and when it is needed",
          "[variants]") {
  const std::string content = "not a model";
  const nlohmann::json entry = {{"file", "shapes.pt"},
                                {"sha256", std::string(64, '0')},
                                {"size_bytes", content.size()},
                                {"input_size", 256}};
  const std::string manifest = nlohmann::json({{"schema_version", 1},
                                               {"name", "damaged"},
                                               {"version", "1"},
                                               {"license", "MIT"},
                                               {"models", {{"shape_model", entry}}}})
                                   .dump();
  const ModelBundle bundle =
      ModelBundle::from_memory({{"manifest.json", {manifest.begin(), manifest.end()}},
                                {"shapes.pt", {content.begin(), content.end()}}});
  const Scene scene = group();
  const FaceReconstructor reconstructor(bundle, FakeStages(scenes_of({scene})).stages());
  CHECK_NOTHROW(reconstructor.reconstruct(scene.photo(), variants(1)));
  expect_error(ErrorCode::hash_mismatch, "shapes.pt", [&] { reconstructor.load_all(); });
  expect_error(ErrorCode::hash_mismatch, "shapes.pt",
               [&] { static_cast<void>(reconstructor.reconstruct(scene.photo(), variants(2))); });
}
