#pragma once

/// @file
/// What the TorchScript stages have in common: naming and checking their model, and feeding it in
/// batches of bounded size.

#include <cstddef>
#include <functional>
#include <opencv2/core.hpp>
#include <string>
#include <vector>

#include "core/batches.hpp"
#include "core/workers.hpp"
#include "demask/face_detector.hpp"
#include "demask/image.hpp"
#include "demask/model_source.hpp"
#include "demask/model_spec.hpp"
#include "runtime/tensor.hpp"

namespace demask::stages {

using core::for_each_batch;

/// The name of a stage's model in error messages, with its file if it has one.
std::string model_name(const std::string& stage, const ModelSpec& spec, const ModelSource& source);

/// @throws Error invalid_argument unless the spec's input size is at least 1 and its threshold in
///         [0, 1].
void check_spec(const ModelSpec& spec, const std::string& name);

/// @throws Error invalid_argument for a threshold or an overlap outside [0, 1].
void check_options(const DetectOptions& options);

/// validate() without a limit on the pixels: that is the business of who calls the stage.
void check_image(const ImageView& image);

/// The image in RGB, scaled to a square of `size` pixels whatever its shape.
cv::Mat resize_to_square(const ImageView& image, int size);

/// A batch [N,C,H,W] of equally sized 8-bit images, scaled to [0, 1]. `images` must not be empty.
runtime::Tensor make_batch(const std::vector<cv::Mat>& images, const core::Workers& workers);
/// The same of `count` images, each made by `image_of(i)`.
runtime::Tensor make_batch(std::size_t count, const std::function<cv::Mat(std::size_t)>& image_of,
                           const core::Workers& workers);

/// Clamps probabilities to [0, 1].
/// @throws Error model_invalid if a value misses that range by more than rounding explains.
void require_probabilities(runtime::Tensor& tensor, const std::string& name,
                           const std::string& output_name);

}  // namespace demask::stages
