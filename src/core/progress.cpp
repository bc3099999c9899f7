// SPDX-License-Identifier: Apache-2.0
#include "demask/progress.hpp"

#include <fmt/format.h>

#include "demask/error.hpp"

namespace demask {
namespace {

double StepMilliseconds::*field_of(PipelineStep step) {
  switch (step) {
    case PipelineStep::detect:
      return &StepMilliseconds::detect;
    case PipelineStep::landmarks:
      return &StepMilliseconds::landmarks;
    case PipelineStep::segment:
      return &StepMilliseconds::segment;
    case PipelineStep::gender:
      return &StepMilliseconds::gender;
    case PipelineStep::inpaint:
      return &StepMilliseconds::inpaint;
    case PipelineStep::composite:
      return &StepMilliseconds::composite;
  }
  throw Error(ErrorCode::invalid_argument,
              fmt::format("step: {} is not one of its values; use 0 to {}", static_cast<int>(step),
                          pipeline_step_count - 1));
}

}  // namespace

const char* to_string(PipelineStep step) noexcept {
  switch (step) {
    case PipelineStep::detect:
      return "detect";
    case PipelineStep::landmarks:
      return "landmarks";
    case PipelineStep::segment:
      return "segment";
    case PipelineStep::gender:
      return "gender";
    case PipelineStep::inpaint:
      return "inpaint";
    case PipelineStep::composite:
      return "composite";
  }
  return "unknown";
}

double& StepMilliseconds::operator[](PipelineStep step) { return this->*field_of(step); }

double StepMilliseconds::operator[](PipelineStep step) const { return this->*field_of(step); }

}  // namespace demask
