// SPDX-License-Identifier: Apache-2.0
#include "stages/model_input.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <limits>
#include <opencv2/imgproc.hpp>

#include "demask/error.hpp"
#include "imaging/mat.hpp"

namespace demask::stages {

std::string model_name(const std::string& stage, const ModelSpec& spec, const ModelSource& source) {
  const std::string file = spec.file.empty() ? source.path.filename().string() : spec.file;
  return file.empty() ? fmt::format("{} model", stage) : fmt::format("{} model '{}'", stage, file);
}

void check_spec(const ModelSpec& spec, const std::string& name) {
  if (spec.input_size < 1) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("{}: input_size {} is not positive; give the size it was trained with",
                            name, spec.input_size));
  }
  if (!(spec.threshold >= 0.0F && spec.threshold <= 1.0F)) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("{}: threshold {} is outside [0, 1]; give a probability", name,
                            spec.threshold));
  }
}

void check_options(const DetectOptions& options) {
  const float threshold = options.score_threshold.value_or(0.0F);
  if (!(threshold >= 0.0F && threshold <= 1.0F)) {
    throw Error(
        ErrorCode::invalid_argument,
        fmt::format("score_threshold: {} is outside [0, 1]; pass a probability, or leave it unset "
                    "(in C: negative) for the model's own",
                    threshold));
  }
  if (!(options.nms_iou >= 0.0F && options.nms_iou <= 1.0F)) {
    throw Error(
        ErrorCode::invalid_argument,
        fmt::format("nms_iou: {} is outside [0, 1]; 0.4 suits most photos", options.nms_iou));
  }
  constexpr float max_face_size = 1e9F;
  if (!(options.min_face_size >= 0.0F && options.min_face_size <= max_face_size)) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("min_face_size: {} is outside [0, 1e9]; pass pixels of the photo, or "
                            "below 1 a fraction of its longer side",
                            options.min_face_size));
  }
}

void check_image(const ImageView& image) {
  validate(image, std::numeric_limits<std::int64_t>::max());
}

cv::Mat resize_to_square(const ImageView& image, int size) {
  cv::Mat rgb = imaging::to_rgb(image);
  if (rgb.cols == size && rgb.rows == size) {
    return rgb;
  }
  cv::Mat resized;
  const bool shrinks = rgb.cols > size || rgb.rows > size;
  cv::resize(rgb, resized, {size, size}, 0.0, 0.0, shrinks ? cv::INTER_AREA : cv::INTER_LINEAR);
  return resized;
}

runtime::Tensor make_batch(const std::vector<cv::Mat>& images, const core::Workers& workers) {
  constexpr int bands = 2;  // Per image, so that the threads share even a single one.
  const cv::Mat& first = images.front();
  runtime::Tensor batch(
      {static_cast<std::int64_t>(images.size()), first.channels(), first.rows, first.cols});
  workers.for_each(bands * images.size(), [&](std::size_t part) {
    const std::size_t i = part / bands;
    const int band = static_cast<int>(part % bands);
    const int rows = images[i].rows;
    runtime::put_image(batch, static_cast<std::int64_t>(i), images[i],
                       {band * rows / bands, (band + 1) * rows / bands});
  });
  return batch;
}

runtime::Tensor make_batch(std::size_t count, const std::function<cv::Mat(std::size_t)>& image_of,
                           const core::Workers& workers) {
  std::vector<cv::Mat> images(count);
  workers.for_each(count, [&](std::size_t i) { images[i] = image_of(i); });
  return make_batch(images, workers);
}

void require_probabilities(runtime::Tensor& tensor, const std::string& name,
                           const std::string& output_name) {
  constexpr float rounding = 1e-2F;
  for (float& value : tensor.values) {
    if (value < -rounding || value > 1.0F + rounding) {
      throw Error(ErrorCode::model_invalid,
                  fmt::format("{}: {} holds {}, which is not a probability; end the module with a "
                              "sigmoid or softmax",
                              name, output_name, value));
    }
    value = std::clamp(value, 0.0F, 1.0F);
  }
}

}  // namespace demask::stages
