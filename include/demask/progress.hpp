#pragma once

/// @file
/// The steps of one call and how far it has come.

#include "demask/export.hpp"

namespace demask {

/// Stages of one call, in order, for progress and times. Values are those of the C ABI.
enum class PipelineStep : int {
  detect = 0,
  landmarks = 1,
  segment = 2,
  gender = 3,
  inpaint = 4,
  composite = 5
};
inline constexpr int pipeline_step_count = 6;  ///< Number of PipelineStep values.

/// The name of a value, such as "no_mask" or "inpaint".
DEMASK_API const char* to_string(PipelineStep step) noexcept;

/// How far a call has come: `done` of `total` units of `step`.
struct Progress {
  PipelineStep step = PipelineStep::detect;  ///< What is worked on.
  int done = 0;                              ///< Units that are done.
  int total = 0;                             ///< Units in all.
};

}  // namespace demask
