// SPDX-License-Identifier: Apache-2.0
#include "demask/landmark_detector.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <opencv2/core.hpp>
#include <string>
#include <utility>

#include "core/checks.hpp"
#include "demask/error.hpp"
#include "imaging/preprocess.hpp"
#include "runtime/output_checks.hpp"
#include "runtime/script_model.hpp"
#include "stages/heatmap.hpp"
#include "stages/model_input.hpp"

namespace demask {

LandmarkDetector::~LandmarkDetector() = default;

std::vector<Landmarks> LandmarkDetector::detect(const std::vector<FaceRegion>& faces) const {
  return do_detect(faces);
}

Landmarks LandmarkDetector::detect(const FaceRegion& face) const {
  return std::move(do_detect({face}).at(0));
}

FaceRegion region_of(const ImageView& photo, const Detection& detection) {
  FaceRegion region;
  region.photo = photo;
  region.box = detection.box;
  region.roll = roll_of(detection);
  return region;
}

namespace {

using runtime::Tensor;
using stages::Peak;

void check_region(const FaceRegion& face) {
  stages::check_image(face.photo);
  const Box& box = face.box;
  if (!core::is_finite(box) || !std::isfinite(face.roll) || !(box.area() > 0.0F)) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("face region: box {} x {} at ({}, {}) with roll {} is empty or not "
                            "finite; pass a box with a positive size",
                            box.width, box.height, box.x, box.y, face.roll));
  }
}

// One pass of the network over a face or its mirror image.
struct Pass {
  std::size_t face = 0;
  bool mirrored = false;
};

// The mean of the peaks of a face and of its mirror image, both in fractions of the side.
std::vector<Peak> mean_with_mirror(const std::vector<Peak>& plain,
                                   const std::vector<Peak>& mirrored, LandmarkScheme scheme) {
  std::vector<Peak> mean = plain;
  for (std::size_t i = 0; i < mean.size(); ++i) {
    const Peak& other = mirrored[mirrored_point(scheme, i)];
    mean[i].position.x = (mean[i].position.x + 1.0F - other.position.x) * 0.5F;
    mean[i].position.y = (mean[i].position.y + other.position.y) * 0.5F;
    mean[i].height = (mean[i].height + other.height) * 0.5F;
  }
  return mean;
}

// Crops the faces and maps the points that a network finds back to the photo. The variants differ
// in how they read the network's outputs.
class TorchScriptLandmarkDetector : public LandmarkDetector {
 public:
  TorchScriptLandmarkDetector(const std::string& name, const ModelSpec& spec,
                              const ModelSource& source, const RuntimeOptions& options)
      : model_(name, source, options),
        workers_(options.threads),
        size_(spec.input_size),
        scheme_(spec.landmark_scheme),
        crop_scale_(spec.crop_scale),
        min_confidence_(spec.min_confidence),
        mirror_average_(spec.mirror_average) {}

  LandmarkScheme scheme() const noexcept override { return scheme_; }
  float min_confidence() const noexcept override { return min_confidence_; }

 protected:
  std::size_t points() const noexcept { return static_cast<std::size_t>(scheme_); }
  const runtime::ScriptModel& model() const noexcept { return model_; }

 private:
  std::vector<Landmarks> do_detect(const std::vector<FaceRegion>& faces) const override {
    std::for_each(faces.begin(), faces.end(), check_region);
    std::vector<Landmarks> results;
    stages::for_each_batch(faces.size(), [&](std::size_t first, std::size_t count) {
      std::vector<Similarity> to_crop;
      for (std::size_t i = first; i < first + count; ++i) {
        to_crop.push_back(imaging::landmark_crop(faces[i].box, faces[i].roll, crop_scale_, size_));
      }
      std::vector<cv::Mat> crops(count);
      workers_.for_each(count, [&](std::size_t i) {
        crops[i] = imaging::warp_to_square(faces[first + i].photo, to_crop[i], size_);
      });
      const std::vector<Pass> passes = passes_of(faces, first, count);
      const auto picture_of = [&](std::size_t i) -> cv::Mat {
        const cv::Mat& crop = crops[passes[i].face - first];
        if (!passes[i].mirrored) {
          return crop;
        }
        cv::Mat mirrored;
        cv::flip(crop, mirrored, 1);
        return mirrored;
      };
      std::vector<std::vector<Peak>> peaks =
          find(stages::make_batch(passes.size(), picture_of, workers_));
      std::size_t next = 0;
      for (std::size_t i = 0; i < count; ++i) {
        std::vector<Peak> found = std::move(peaks[next++]);
        if (next < passes.size() && passes[next].mirrored) {
          found = mean_with_mirror(found, peaks[next++], scheme_);
        }
        results.push_back(to_landmarks(found, to_crop[i].inverse()));
      }
    });
    return results;
  }

  // The passes of `count` faces from `first` on; a face's mirrored pass follows its plain one.
  std::vector<Pass> passes_of(const std::vector<FaceRegion>& faces, std::size_t first,
                              std::size_t count) const {
    std::vector<Pass> passes;
    for (std::size_t i = first; i < first + count; ++i) {
      passes.push_back({i, false});
      if (mirror_average_ && !faces[i].single_pass) {
        passes.push_back({i, true});
      }
    }
    return passes;
  }

  // For each crop of a batch [B,3,S,S], one peak for each point of the scheme.
  virtual std::vector<std::vector<Peak>> find(Tensor crops) const = 0;

  Landmarks to_landmarks(const std::vector<Peak>& peaks, const Similarity& to_photo) const {
    Landmarks landmarks;
    landmarks.scheme = scheme_;
    const auto side = static_cast<float>(size_);
    for (const Peak& peak : peaks) {
      // (0, 0) is the center of the top left pixel, half a pixel from its corner.
      landmarks.points.push_back(
          to_photo({peak.position.x * side - 0.5F, peak.position.y * side - 0.5F}));
      landmarks.confidence.push_back(peak.height);
    }
    return landmarks;
  }

  runtime::ScriptModel model_;
  core::Workers workers_;
  int size_;
  LandmarkScheme scheme_;
  float crop_scale_;
  float min_confidence_;
  bool mirror_average_;
};

class PointDetector final : public TorchScriptLandmarkDetector {
 public:
  using TorchScriptLandmarkDetector::TorchScriptLandmarkDetector;

 private:
  std::vector<std::vector<Peak>> find(Tensor crops) const override {
    const std::int64_t batch = crops.shape.front();
    const auto count = static_cast<std::int64_t>(points());
    std::vector<Tensor> outputs = model().run_batch(runtime::list_of(std::move(crops)));
    runtime::require_outputs(outputs, 2, model().name());
    runtime::require_shape(outputs[0], {batch, count, 2}, model().name(), "points");
    runtime::require_shape(outputs[1], {batch, count}, model().name(), "confidence");
    stages::require_probabilities(outputs[1], model().name(), "confidence");
    std::vector<std::vector<Peak>> peaks(static_cast<std::size_t>(batch));
    std::size_t k = 0;
    for (std::vector<Peak>& face : peaks) {
      for (std::size_t i = 0; i < points(); ++i, ++k) {
        face.push_back(
            {{outputs[0].values[2 * k], outputs[0].values[2 * k + 1]}, outputs[1].values[k]});
      }
    }
    return peaks;
  }
};

class HeatmapDetector final : public TorchScriptLandmarkDetector {
 public:
  using TorchScriptLandmarkDetector::TorchScriptLandmarkDetector;

 private:
  std::vector<std::vector<Peak>> find(Tensor crops) const override {
    const std::int64_t batch = crops.shape.front();
    const auto count = static_cast<std::int64_t>(points());
    const std::vector<Tensor> outputs = model().run_batch(runtime::list_of(std::move(crops)));
    runtime::require_outputs(outputs, 1, model().name());
    const Tensor& heatmaps = outputs[0];
    // Adaptive Wing networks return one more channel at the end: the face's boundary.
    const bool has_boundary = heatmaps.shape.size() == 4 && heatmaps.shape[1] == count + 1;
    runtime::require_shape(heatmaps, {batch, has_boundary ? count + 1 : count, -1, -1},
                           model().name(), "heatmaps");
    std::vector<std::vector<Peak>> peaks(static_cast<std::size_t>(batch));
    for (std::int64_t b = 0; b < batch; ++b) {
      for (std::int64_t k = 0; k < count; ++k) {
        peaks[static_cast<std::size_t>(b)].push_back(
            stages::find_peak(runtime::get_plane(heatmaps, b, k)));
      }
    }
    return peaks;
  }
};

}  // namespace

std::unique_ptr<LandmarkDetector> make_landmark_detector(const ModelSpec& spec,
                                                         const ModelSource& source,
                                                         const RuntimeOptions& options) {
  const std::string name = stages::model_name("landmark detector", spec, source);
  stages::check_spec(spec, name);
  if (!(spec.crop_scale > 0.0F) || !std::isfinite(spec.crop_scale)) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("{}: crop_scale {} is not positive; give the scale it was trained with",
                            name, spec.crop_scale));
  }
  if (!(spec.min_confidence >= 0.0F && spec.min_confidence <= 1.0F)) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("{}: min_confidence {} is outside [0, 1]; give the minimum "
                            "confidence of a face, or 0",
                            name, spec.min_confidence));
  }
  if (spec.landmark_scheme != LandmarkScheme::ibug68 &&
      spec.landmark_scheme != LandmarkScheme::wflw98) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("{}: landmark scheme {} is not known; use ibug68 or wflw98", name,
                            static_cast<int>(spec.landmark_scheme)));
  }
  if (spec.variant == "points") {
    return std::make_unique<PointDetector>(name, spec, source, options);
  }
  if (spec.variant == "heatmap") {
    return std::make_unique<HeatmapDetector>(name, spec, source, options);
  }
  throw Error(
      ErrorCode::invalid_argument,
      fmt::format("{}: variant '{}' is not known; use points or heatmap", name, spec.variant));
}

}  // namespace demask
