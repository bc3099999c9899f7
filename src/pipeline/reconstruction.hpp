// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// The order of the steps: photos in, results out.

#include <vector>

#include "demask/image.hpp"
#include "demask/reconstruct_options.hpp"
#include "demask/result.hpp"
#include "pipeline/detect_step.hpp"
#include "pipeline/reference_face.hpp"
#include "pipeline/stage_provider.hpp"

namespace demask::pipeline {

/// Finds and reconstructs the faces of photos. Returns a result or an error for each photo.
/// @throws Error invalid_argument for the options, cancelled, and errors of loading a stage.
std::vector<BatchResult> reconstruct(const StageProvider& stages,
                                     const std::vector<ImageView>& photos,
                                     const ReconstructOptions& options);

/// Reconstructs faces that are already known, one list per photo. Returns a result or an error for
/// each photo. The photos must be valid. `references` is what find_references() found.
/// @throws Error invalid_argument for the options, cancelled, and errors of loading a stage.
std::vector<BatchResult> reconstruct(const StageProvider& stages,
                                     const std::vector<ImageView>& photos,
                                     const ReconstructOptions& options,
                                     std::vector<KnownFaces> faces,
                                     const std::vector<Reference>& references);

}  // namespace demask::pipeline
