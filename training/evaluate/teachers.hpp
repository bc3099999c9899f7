// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Where the networks that figures are computed with lie.

#include <filesystem>
#include <string>

#include "evaluate/evaluation.hpp"

namespace demask::training {

inline constexpr const char* face_embedding_name = "face_embedding.pt";
inline constexpr const char* image_features_name = "image_features.pt";

/// The file of a teacher: the face embedding named in the options, else `name` in the folder of
/// teachers, which is `teachers` beside the data unless the options name another. The file may be
/// missing.
std::filesystem::path teacher_file(const EvaluationOptions& options, const std::string& name);

/// The options that teachers run with: they are a reference, so they run in full precision.
RuntimeOptions teacher_runtime(const EvaluationOptions& options);

}  // namespace demask::training
