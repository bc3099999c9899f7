// SPDX-License-Identifier: Apache-2.0
#include "evaluate/teachers.hpp"

namespace demask::training {

std::filesystem::path teacher_file(const EvaluationOptions& options, const std::string& name) {
  if (name == face_embedding_name && !options.teacher.empty()) {
    return options.teacher;
  }
  if (!options.teachers.empty()) {
    return options.teachers / name;
  }
  return (std::filesystem::absolute(options.data).lexically_normal() / "../teachers" / name)
      .lexically_normal();
}

RuntimeOptions teacher_runtime(const EvaluationOptions& options) {
  RuntimeOptions runtime = options.runtime;
  runtime.dtype = DType::fp32;
  return runtime;
}

}  // namespace demask::training
