#pragma once

/// @file
/// The steps of one call and how far it has come.

#include "demask/export.hpp"

namespace demask {

/// What is done to a photo in one call, in order, for progress and times. Values are those of the C
/// ABI.
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

/// Milliseconds that the steps of a call took, by name or by PipelineStep.
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
  double composite = 0.0;  ///< Joining what was painted to the photo.

  /// The time of a step. @throws Error invalid_argument for a value outside the enum.
  [[nodiscard]] DEMASK_API double& operator[](PipelineStep step);
  /// The time of a step. @throws Error invalid_argument for a value outside the enum.
  [[nodiscard]] DEMASK_API double operator[](PipelineStep step) const;
};

/// How far a call has come: `done` of `total` units of `step`.
struct Progress {
  PipelineStep step = PipelineStep::detect;  ///< What is worked on.
  int done = 0;                              ///< Units that are done.
  int total = 0;                             ///< Units in all.
};

}  // namespace demask
