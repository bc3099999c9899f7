// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// What the TorchScript stages share: naming and checking their model, and feeding it batches of
/// bounded size.

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

/// Checks a model's specification.
/// @throws Error invalid_argument unless its input size is at least 1 and its threshold in [0, 1].
void check_spec(const ModelSpec& spec, const std::string& name);

/// Checks a detector's options.
/// @throws Error invalid_argument if the score threshold or the overlap is outside [0, 1].
void check_options(const DetectOptions& options);

/// Calls validate() without a limit on the number of pixels; the limit is up to the stage's caller.
void check_image(const ImageView& image);

/// The image in RGB, stretched to a square of `size` x `size` pixels.
cv::Mat resize_to_square(const ImageView& image, int size);

/// A batch [N,C,H,W] of 8-bit images of equal size, scaled to [0, 1]. `images` must not be empty.
runtime::Tensor make_batch(const std::vector<cv::Mat>& images, const core::Workers& workers);
/// A batch [N,C,H,W] of `count` (> 0) 8-bit images of equal size, made by `image_of(i)` on several
/// threads at once and scaled to [0, 1].
runtime::Tensor make_batch(std::size_t count, const std::function<cv::Mat(std::size_t)>& image_of,
                           const core::Workers& workers);

/// Clamps probabilities to [0, 1].
/// @throws Error model_invalid if a value is outside that range by more than a rounding error.
void require_probabilities(runtime::Tensor& tensor, const std::string& name,
                           const std::string& output_name);

}  // namespace demask::stages
