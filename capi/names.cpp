// SPDX-License-Identifier: Apache-2.0
#include "demask.h"
#include "demask/error.hpp"
#include "demask/face_reconstructor.hpp"
#include "demask/model_spec.hpp"
#include "demask/version.hpp"

namespace {

/// The name of a C++ enumerator from `first` to `last`; "unknown" for any other value.
template <typename Enum>
const char* name_of(std::int32_t value, Enum first, Enum last) noexcept {
  if (value < static_cast<std::int32_t>(first) || value > static_cast<std::int32_t>(last)) {
    return "unknown";
  }
  return demask::to_string(static_cast<Enum>(value));
}

}  // namespace

const char* demask_version() { return demask::version(); }

const char* demask_build_info() { return demask::build_info().description; }

int32_t demask_abi_version() { return DEMASK_ABI_VERSION; }

const char* demask_status_name(demask_status status) {
  if (status == DEMASK_OK) {
    return "ok";
  }
  return name_of(status, demask::ErrorCode::invalid_argument, demask::ErrorCode::internal);
}

const char* demask_stage_name(demask_stage stage) {
  return name_of(stage, demask::Stage::face_detector, demask::Stage::shape_model);
}

const char* demask_quality_name(demask_quality quality) {
  return name_of(quality, demask::Quality::fast, demask::Quality::best);
}

const char* demask_expression_name(demask_expression expression) {
  return name_of(expression, demask::Expression::as_found, demask::Expression::open_mouth);
}

const char* demask_reference_use_name(demask_reference_use use) {
  return name_of(use, demask::ReferenceUse::none, demask::ReferenceUse::refused);
}

const char* demask_face_status_name(demask_face_status status) {
  return name_of(status, demask::FaceStatus::reconstructed,
                 demask::FaceStatus::landmarks_unreliable);
}

const char* demask_pipeline_step_name(demask_pipeline_step step) {
  return name_of(step, demask::PipelineStep::detect, demask::PipelineStep::composite);
}
