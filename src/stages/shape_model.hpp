// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Loads the distribution of the landmarks of faces.

#include "core/shape_distribution.hpp"
#include "demask/model_source.hpp"
#include "demask/model_spec.hpp"
#include "demask/runtime_options.hpp"

namespace demask::stages {

/// The distribution of the coordinates x0, y0, x1, y1, ... of the 68 landmarks of faces, in the
/// canonical square of side 1, from a TorchScript module whose forward takes nothing and returns a
/// mean [136] and a covariance [136,136].
/// @throws Error unreadable_file, model_invalid, device_unavailable, invalid_argument.
core::Normal load_shape_model(const ModelSpec& spec, const ModelSource& source,
                              const RuntimeOptions& options);

}  // namespace demask::stages
