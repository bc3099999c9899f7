// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// The steps of a call, their times, and its progress.

#include "demask/export.hpp"

namespace demask {

/// The steps of one call, in order, as progress and times report them. The values match the C ABI.
enum class PipelineStep : int {
  detect = 0,
  landmarks = 1,
  segment = 2,
  gender = 3,
  inpaint = 4,
  composite = 5
};
inline constexpr int pipeline_step_count = 6;  ///< Number of PipelineStep values.

/// The name of a step, such as "inpaint"; "unknown" for a value outside the enum.
[[nodiscard]] DEMASK_API const char* to_string(PipelineStep step) noexcept;

/// How long each step of a call took, in milliseconds, by name or by PipelineStep.
///
/// @code
/// demask::StepMilliseconds times;
/// times.inpaint = 12.5;
/// const double same = times[demask::PipelineStep::inpaint];
/// @endcode
struct StepMilliseconds {
  double detect = 0.0;     ///< Finding the faces.
  double landmarks = 0.0;  ///< Finding their landmarks.
  double segment = 0.0;    ///< Finding the masks.
  double gender = 0.0;     ///< Choosing the generator.
  double inpaint = 0.0;    ///< Painting.
  double composite = 0.0;  ///< Blending the painted face into the photo.

  /// The time of a step in milliseconds. @throws Error invalid_argument for a value outside the
  /// enum.
  [[nodiscard]] DEMASK_API double& operator[](PipelineStep step);
  /// The time of a step in milliseconds. @throws Error invalid_argument for a value outside the
  /// enum.
  [[nodiscard]] DEMASK_API double operator[](PipelineStep step) const;
};

/// The progress of a call: `done` of `total` units of `step` are done.
struct Progress {
  PipelineStep step = PipelineStep::detect;  ///< The current step.
  int done = 0;                              ///< Finished units.
  int total = 0;                             ///< All units of the step.
};

}  // namespace demask
