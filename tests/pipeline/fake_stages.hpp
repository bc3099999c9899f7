// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Stages with known answers that find, read and paint the faces of synthetic photos.

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "demask/face_reconstructor.hpp"
#include "synthetic_photo.hpp"

namespace demask::test {

/// What the fake stages know about the photos: their scenes, looked up by width.
using Scenes = std::map<int, Scene>;

/// Finds the faces of the scene; none in photos of other widths.
class FakeFaceDetector final : public FaceDetector {
 public:
  explicit FakeFaceDetector(Scenes scenes) : scenes_(std::move(scenes)) {}
  std::vector<std::vector<Detection>> do_detect(const std::vector<ImageView>& photos,
                                                const DetectOptions& options) const override {
    ++calls;
    min_face_size = options.min_face_size;
    std::vector<std::vector<Detection>> results;
    for (const ImageView& photo : photos) {
      results.emplace_back();
      const auto scene = scenes_.find(photo.width);
      for (const SceneFace& face :
           scene == scenes_.end() ? std::vector<SceneFace>() : scene->second.faces) {
        if (face.score >= options.score_threshold.value_or(0.0F)) {
          const auto eyes = eye_centers(face.landmarks());
          results.back().push_back({face.box(), face.score, {{eyes[0], eyes[1], {}, {}, {}}}});
        }
      }
    }
    if (tamper) tamper(photos, results);
    return results;
  }
  /// From here on, photos of this scene's width show it.
  void show(const Scene& scene) { scenes_[scene.width] = scene; }
  std::function<void(const std::vector<ImageView>&, std::vector<std::vector<Detection>>&)> tamper;
  mutable std::atomic<int> calls{0};
  mutable std::atomic<float> min_face_size{0.0F};  ///< Of the last call.

 private:
  Scenes scenes_;
};

/// Returns the landmarks of the scene's face whose box is nearest to the requested one.
class FakeLandmarkDetector final : public LandmarkDetector {
 public:
  explicit FakeLandmarkDetector(Scenes scenes) : scenes_(std::move(scenes)) {}
  LandmarkScheme scheme() const noexcept override { return LandmarkScheme::ibug68; }
  float min_confidence() const noexcept override { return least; }
  std::vector<Landmarks> do_detect(const std::vector<FaceRegion>& faces) const override {
    ++calls;
    std::vector<Landmarks> results;
    for (const FaceRegion& region : faces) {
      float best = -1.0F;
      Landmarks found;
      for (const SceneFace& face : scenes_.at(region.photo.width).faces) {
        if (const float overlap = intersection_over_union(face.box(), region.box); overlap > best) {
          best = overlap;
          found = face.landmarks();
        }
      }
      results.push_back(found);
    }
    if (tamper) {
      tamper(faces, results);
    }
    return results;
  }
  /// From here on, photos of this scene's width show it.
  void show(const Scene& scene) { scenes_[scene.width] = scene; }
  /// Changes the result, or throws.
  std::function<void(const std::vector<FaceRegion>&, std::vector<Landmarks>&)> tamper;
  float least = 0.0F;  ///< The value of min_confidence().
  mutable std::atomic<int> calls{0};

 private:
  Scenes scenes_;
};

inline float mask_probability(const std::uint8_t* rgb) {
  return rgb[2] > 150 && rgb[0] < 100 ? 1.0F : 0.1F;
}

/// Segments pixels of the mask's color.
class FakeSegmenter final : public Segmenter {
 public:
  SegmenterInput input() const noexcept override { return SegmenterInput::canonical_face; }
  float threshold() const noexcept override { return 0.5F; }
  std::vector<std::vector<MaskInstance>> do_segment(
      const std::vector<ImageView>& images) const override {
    ++calls;
    std::vector<std::vector<MaskInstance>> results;
    for (const ImageView& image : images) {
      const Image rgb = convert(image, PixelFormat::rgb);
      MaskInstance instance{1.0F, 0, 0, {rgb.width(), rgb.height(), {}}};
      for (int y = 0; y < rgb.height(); ++y) {
        for (int x = 0; x < rgb.width(); ++x) {
          instance.probability.values.push_back(mask_probability(rgb.row(y) + 3 * x));
        }
      }
      results.push_back({std::move(instance)});
    }
    if (tamper) {
      tamper(results);
    }
    return results;
  }
  std::function<void(std::vector<std::vector<MaskInstance>>&)> tamper;
  mutable std::atomic<int> calls{0};
};

/// Finds one instance for every masked face of the scene, in a map over its bounding rectangle.
class FakeInstanceSegmenter final : public Segmenter {
 public:
  explicit FakeInstanceSegmenter(Scenes scenes) : scenes_(std::move(scenes)) {}
  SegmenterInput input() const noexcept override { return SegmenterInput::photo; }
  float threshold() const noexcept override { return 0.5F; }
  std::vector<std::vector<MaskInstance>> do_segment(
      const std::vector<ImageView>& images) const override {
    ++calls;
    std::vector<std::vector<MaskInstance>> results;
    for (const ImageView& image : images) {
      results.emplace_back();
      for (const SceneFace& face : scenes_.at(image.width).faces) {
        if (face.masked) {
          results.back().push_back(instance_of(face, image));
        }
      }
    }
    if (tamper) {
      tamper(results);
    }
    return results;
  }
  std::function<void(std::vector<std::vector<MaskInstance>>&)> tamper;
  mutable std::atomic<int> calls{0};

 private:
  static MaskInstance instance_of(const SceneFace& face, const ImageView& photo) {
    const Box box = face.box();
    const auto clamp = [](float value, int limit) {
      return std::clamp(static_cast<int>(value), 0, limit);
    };
    MaskInstance instance;
    instance.score = face.score;
    instance.x = clamp(box.x - 20.0F, photo.width - 1);
    instance.y = clamp(box.y, photo.height - 1);
    ProbabilityMap& map = instance.probability;
    map.width = clamp(box.right() + 20.0F, photo.width) - instance.x;
    map.height = clamp(box.bottom() + 20.0F, photo.height) - instance.y;
    for (int y = 0; y < map.height; ++y) {
      for (int x = 0; x < map.width; ++x) {
        const Point p{static_cast<float>(x + instance.x), static_cast<float>(y + instance.y)};
        map.values.push_back(face.mask_covers(p) ? 0.95F : 0.0F);
      }
    }
    return instance;
  }

  Scenes scenes_;
};

/// Distinguishes the two skin colors of the scenes at the forehead.
class FakeGenderClassifier final : public GenderClassifier {
 public:
  std::vector<GenderEstimate> do_classify(const std::vector<ImageView>& faces) const override {
    ++calls;
    std::vector<GenderEstimate> results;
    for (const ImageView& face : faces) {
      const std::uint8_t red = face.row(50)[3 * 128];
      results.push_back({red > 190 ? Gender::female : Gender::male, probability});
    }
    if (tamper) {
      tamper(results);
    }
    return results;
  }
  float probability = 0.95F;
  std::function<void(std::vector<GenderEstimate>&)> tamper;
  mutable std::atomic<int> calls{0};
};

/// Fills the hole with one color.
class FakeInpainter final : public Inpainter {
 public:
  explicit FakeInpainter(Color color) : color_(color) {}
  std::vector<Image> do_inpaint(const std::vector<InpaintInput>& inputs) const override {
    ++calls;
    std::vector<Image> results;
    for (const InpaintInput& input : inputs) {
      ++faces;
      Image painted = convert(input.face, PixelFormat::rgb);
      for (int y = 0; y < painted.height(); ++y) {
        for (int x = 0; x < painted.width(); ++x) {
          if (input.mask.row(y)[x] >= 128) {
            std::uint8_t* pixel = painted.row(y) + 3 * x;
            pixel[0] = color_.red;
            pixel[1] = color_.green;
            pixel[2] = color_.blue;
          }
        }
      }
      results.push_back(std::move(painted));
    }
    if (tamper) {
      tamper(results);
    }
    return results;
  }
  std::function<void(std::vector<Image>&)> tamper;
  mutable std::atomic<int> calls{0};
  mutable std::atomic<int> faces{0};

 private:
  Color color_;
};

/// Fills the hole with one color, and says how well that fits.
class FakePriorInpainter final : public PriorInpainter {
 public:
  explicit FakePriorInpainter(Color color) : color_(color) {}
  std::vector<PriorPainting> do_inpaint(const std::vector<PriorInput>& inputs) const override {
    ++calls;
    std::vector<PriorPainting> results;
    for (const PriorInput& input : inputs) {
      results.push_back(painting(input));
    }
    if (tamper) {
      tamper(results);
    }
    return results;
  }
  PriorPainting do_refine(const PriorInput& input, const SearchOptions& options,
                          const SearchCallbacks& callbacks) const override {
    ++searches;
    for (int done = 1; done <= options.steps; ++done) {
      callbacks.progress(done, options.steps);
    }
    return painting(input);
  }
  std::function<void(std::vector<PriorPainting>&)> tamper;
  std::function<void(const PriorInput&)> look;  ///< Called with each input.
  float error = 0.0F;                           ///< Of every painting.
  mutable std::atomic<int> calls{0};
  mutable std::atomic<int> searches{0};

 private:
  PriorPainting painting(const PriorInput& input) const {
    if (look) {
      look(input);
    }
    Image face = convert(input.face, PixelFormat::rgb);
    for (int y = 0; y < face.height(); ++y) {
      for (int x = 0; x < face.width(); ++x) {
        if (input.mask.row(y)[x] >= 128) {
          std::uint8_t* pixel = face.row(y) + 3 * x;
          pixel[0] = color_.red;
          pixel[1] = color_.green;
          pixel[2] = color_.blue;
        }
      }
    }
    return {std::move(face), error};
  }

  Color color_;
};

inline constexpr Color prior_paint{220, 210, 40};
inline constexpr Color female_paint{240, 20, 30};
inline constexpr Color male_paint{30, 230, 20};

/// A full set of fake stages.
struct FakeStages {
  explicit FakeStages(const Scenes& scenes)
      : face_detector(std::make_shared<FakeFaceDetector>(scenes)),
        landmark_detector(std::make_shared<FakeLandmarkDetector>(scenes)) {}

  Stages stages() const {
    return {face_detector,    segmenter,      landmark_detector, gender_classifier,
            inpainter_female, inpainter_male, inpainter_prior,   nullptr};
  }
  FaceReconstructor reconstructor() const { return FaceReconstructor(stages()); }
  void show(const Scene& scene) const {
    face_detector->show(scene);
    landmark_detector->show(scene);
  }

  std::shared_ptr<FakeFaceDetector> face_detector;
  std::shared_ptr<FakeLandmarkDetector> landmark_detector;
  std::shared_ptr<FakeSegmenter> segmenter = std::make_shared<FakeSegmenter>();
  std::shared_ptr<FakeGenderClassifier> gender_classifier =
      std::make_shared<FakeGenderClassifier>();
  std::shared_ptr<FakeInpainter> inpainter_female = std::make_shared<FakeInpainter>(female_paint);
  std::shared_ptr<FakeInpainter> inpainter_male = std::make_shared<FakeInpainter>(male_paint);
  std::shared_ptr<FakePriorInpainter> inpainter_prior;  ///< None by default.
};

}  // namespace demask::test
