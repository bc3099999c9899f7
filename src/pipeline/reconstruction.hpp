#pragma once

/// @file
/// The order of the steps: photos in, results out.

#include <vector>

#include "demask/image.hpp"
#include "demask/reconstruct_options.hpp"
#include "demask/result.hpp"
#include "pipeline/detect_step.hpp"
#include "pipeline/stage_provider.hpp"

namespace demask::pipeline {

/// Reconstructs the faces of photos; each has a result or an error.
/// @throws Error invalid_argument (options), cancelled, and those of loading a stage.
std::vector<BatchResult> reconstruct(const StageProvider& stages,
                                     const std::vector<ImageView>& photos,
                                     const ReconstructOptions& options);

/// Reconstructs faces that are known already, a list for each photo. The photos must be valid.
/// @throws Error as above.
std::vector<BatchResult> reconstruct(const StageProvider& stages,
                                     const std::vector<ImageView>& photos,
                                     const ReconstructOptions& options,
                                     std::vector<KnownFaces> faces);

}  // namespace demask::pipeline
