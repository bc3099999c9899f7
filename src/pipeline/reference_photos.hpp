// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Finds the bare faces of reference photos.

#include <vector>

#include "demask/reconstruct_options.hpp"
#include "pipeline/reference_face.hpp"
#include "pipeline/stage_provider.hpp"

namespace demask::pipeline {

/// Finds the bare face of each reference photo of the options, with the stages' own thresholds.
/// @throws Error of the stages, and cancelled.
std::vector<Reference> find_references(const StageProvider& stages,
                                       const ReconstructOptions& options);

}  // namespace demask::pipeline
