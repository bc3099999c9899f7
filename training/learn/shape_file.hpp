// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Writes the distribution of face shapes as a module that bundles hold.

#include <filesystem>

#include "core/shape_distribution.hpp"

namespace demask::training {

/// Writes a TorchScript module whose forward takes nothing and returns the mean [N] and the
/// covariance [N,N].
/// @throws Error unwritable_file.
void write_shape_model(const core::Normal& faces, const std::filesystem::path& file);

}  // namespace demask::training
