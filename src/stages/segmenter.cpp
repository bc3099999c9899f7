// SPDX-License-Identifier: Apache-2.0
#include "demask/segmenter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <opencv2/imgproc.hpp>
#include <string>
#include <utility>

#include "demask/error.hpp"
#include "imaging/preprocess.hpp"
#include "runtime/output_checks.hpp"
#include "runtime/script_model.hpp"
#include "stages/model_input.hpp"

namespace demask {

Segmenter::~Segmenter() = default;

std::vector<std::vector<MaskInstance>> Segmenter::segment(
    const std::vector<ImageView>& images) const {
  return do_segment(images);
}

std::vector<MaskInstance> Segmenter::segment(const ImageView& image) const {
  return std::move(do_segment({image}).at(0));
}

namespace {

using runtime::Tensor;

// Copies a continuous CV_32FC1 matrix into a map.
ProbabilityMap to_map(const cv::Mat& plane) {
  const float* values = plane.ptr<float>();
  return {plane.cols, plane.rows, std::vector<float>(values, values + plane.total())};
}

// Mean probability of the pixels at or above the threshold; 0 if there are none.
float mean_above(const ProbabilityMap& map, float threshold) {
  double sum = 0.0;
  std::size_t count = 0;
  for (const float value : map.values) {
    if (value >= threshold) {
      sum += static_cast<double>(value);
      ++count;
    }
  }
  return count == 0 ? 0.0F : static_cast<float>(sum / static_cast<double>(count));
}

class SemanticSegmenter final : public Segmenter {
 public:
  SemanticSegmenter(const std::string& name, const ModelSpec& spec, const ModelSource& source,
                    const RuntimeOptions& options)
      : model_(name, source, options),
        workers_(options.threads),
        size_(spec.input_size),
        threshold_(spec.threshold) {}

  SegmenterInput input() const noexcept override { return SegmenterInput::canonical_face; }
  float threshold() const noexcept override { return threshold_; }

 private:
  std::vector<std::vector<MaskInstance>> do_segment(
      const std::vector<ImageView>& images) const override {
    std::for_each(images.begin(), images.end(), stages::check_image);
    std::vector<std::vector<MaskInstance>> results(images.size());
    stages::for_each_batch(images.size(), [&](std::size_t first, std::size_t count) {
      const auto face_of = [&](std::size_t i) {
        return stages::resize_to_square(images[first + i], size_);
      };
      const Tensor probability = run(stages::make_batch(count, face_of, workers_));
      workers_.for_each(count, [&](std::size_t i) {
        const ImageView& image = images[first + i];
        const auto map_of = [&](std::int64_t channel) {
          cv::Mat plane = runtime::get_plane(probability, static_cast<std::int64_t>(i), channel);
          if (image.width != size_ || image.height != size_) {
            cv::resize(plane, plane, {image.width, image.height}, 0.0, 0.0, cv::INTER_LINEAR);
          }
          return to_map(plane);
        };
        MaskInstance instance{0.0F, 0, 0, map_of(mask_channel)};
        instance.score = mean_above(instance.probability, threshold_);
        if (probability.shape[1] > strap_channel) {
          instance.straps = map_of(strap_channel);
        }
        results[first + i].push_back(std::move(instance));
      });
    });
    return results;
  }

  static constexpr std::int64_t mask_channel = 0;
  static constexpr std::int64_t strap_channel = 1;

  Tensor run(Tensor faces) const {
    const std::int64_t count = faces.shape.front();
    std::vector<Tensor> outputs = model_.run_batch(runtime::list_of(std::move(faces)));
    runtime::require_outputs(outputs, 1, model_.name());
    const bool has_straps = outputs[0].shape.size() == 4 && outputs[0].shape[1] == 2;
    runtime::require_shape(outputs[0], {count, has_straps ? 2 : 1, size_, size_}, model_.name(),
                           "probability");
    stages::require_probabilities(outputs[0], model_.name(), "probability");
    return std::move(outputs[0]);
  }

  runtime::ScriptModel model_;
  core::Workers workers_;
  int size_;
  float threshold_;
};

class InstanceSegmenter final : public Segmenter {
 public:
  InstanceSegmenter(const std::string& name, const ModelSpec& spec, const ModelSource& source,
                    const RuntimeOptions& options)
      : model_(name, source, options), longest_side_(spec.input_size), threshold_(spec.threshold) {}

  SegmenterInput input() const noexcept override { return SegmenterInput::photo; }
  float threshold() const noexcept override { return threshold_; }

 private:
  std::vector<std::vector<MaskInstance>> do_segment(
      const std::vector<ImageView>& images) const override {
    std::for_each(images.begin(), images.end(), stages::check_image);
    std::vector<std::vector<MaskInstance>> results;
    results.reserve(images.size());
    for (const ImageView& image : images) {
      results.push_back(segment_photo(image));
    }
    return results;
  }

  struct Output {
    Tensor boxes;   // [N,4]
    Tensor scores;  // [N]
    Tensor masks;   // [N,1,H,W]
  };

  Output run(const cv::Mat& photo) const {
    Tensor input = stages::make_batch({photo}, core::Workers(1));
    input.shape.erase(input.shape.begin());
    std::vector<Tensor> outputs = model_.run(runtime::list_of(std::move(input)));
    runtime::require_outputs(outputs, 3, model_.name());
    Output output{std::move(outputs[0]), std::move(outputs[1]), std::move(outputs[2])};
    runtime::require_shape(output.scores, {-1}, model_.name(), "scores");
    const std::int64_t count = output.scores.shape[0];
    runtime::require_shape(output.boxes, {count, 4}, model_.name(), "boxes");
    runtime::require_shape(output.masks, {count, 1, photo.rows, photo.cols}, model_.name(),
                           "masks");
    stages::require_probabilities(output.scores, model_.name(), "scores");
    stages::require_probabilities(output.masks, model_.name(), "masks");
    return output;
  }

  std::vector<MaskInstance> segment_photo(const ImageView& image) const {
    const cv::Size size(image.width, image.height);
    const imaging::Letterbox geometry = imaging::letterbox(size, longest_side_);
    const cv::Mat photo =
        imaging::warp_to_letterbox(image, geometry)(cv::Rect({0, 0}, geometry.scaled));
    const Output output = run(photo);
    const double scale_x = static_cast<double>(size.width) / photo.cols;
    const double scale_y = static_cast<double>(size.height) / photo.rows;
    std::vector<MaskInstance> instances;
    for (std::size_t i = 0; i < output.scores.values.size(); ++i) {
      const float* box = output.boxes.values.data() + 4 * i;
      const cv::Rect rectangle = covered_pixels(box, scale_x, scale_y, size);
      if (output.scores.values[i] < threshold_ || rectangle.empty()) {
        continue;
      }
      const cv::Mat plane = runtime::get_plane(output.masks, static_cast<std::int64_t>(i), 0);
      instances.push_back({output.scores.values[i], rectangle.x, rectangle.y,
                           enlarge(plane, rectangle, scale_x, scale_y)});
    }
    std::stable_sort(
        instances.begin(), instances.end(),
        [](const MaskInstance& a, const MaskInstance& b) { return a.score > b.score; });
    return instances;
  }

  // The photo's pixels that a box (xyxy, in pixels of the scaled photo) touches.
  static cv::Rect covered_pixels(const float* box, double scale_x, double scale_y, cv::Size photo) {
    const auto clamp = [](double value, int limit) {
      return static_cast<int>(std::clamp(value, 0.0, static_cast<double>(limit)));
    };
    const int left = clamp(std::floor(static_cast<double>(box[0]) * scale_x), photo.width);
    const int top = clamp(std::floor(static_cast<double>(box[1]) * scale_y), photo.height);
    const int right = clamp(std::ceil(static_cast<double>(box[2]) * scale_x), photo.width);
    const int bottom = clamp(std::ceil(static_cast<double>(box[3]) * scale_y), photo.height);
    return {left, top, std::max(0, right - left), std::max(0, bottom - top)};
  }

  // The part of a mask within a rectangle of the photo, at the photo's resolution.
  static ProbabilityMap enlarge(const cv::Mat& mask, const cv::Rect& rectangle, double scale_x,
                                double scale_y) {
    // Maps the centers of the rectangle's pixels to coordinates among the mask's pixel centers.
    const cv::Mat to_mask =
        (cv::Mat_<double>(2, 3) << 1.0 / scale_x, 0.0, (rectangle.x + 0.5) / scale_x - 0.5, 0.0,
         1.0 / scale_y, (rectangle.y + 0.5) / scale_y - 0.5);
    cv::Mat part;
    cv::warpAffine(mask, part, to_mask, rectangle.size(), cv::INTER_LINEAR | cv::WARP_INVERSE_MAP,
                   cv::BORDER_REPLICATE);
    return to_map(part);
  }

  runtime::ScriptModel model_;
  int longest_side_;
  float threshold_;
};

}  // namespace

std::unique_ptr<Segmenter> make_segmenter(const ModelSpec& spec, const ModelSource& source,
                                          const RuntimeOptions& options) {
  const std::string name = stages::model_name("segmenter", spec, source);
  stages::check_spec(spec, name);
  if (spec.variant == "semantic") {
    return std::make_unique<SemanticSegmenter>(name, spec, source, options);
  }
  if (spec.variant == "instance") {
    return std::make_unique<InstanceSegmenter>(name, spec, source, options);
  }
  throw Error(
      ErrorCode::invalid_argument,
      fmt::format("{}: variant '{}' is not known; use semantic or instance", name, spec.variant));
}

}  // namespace demask
