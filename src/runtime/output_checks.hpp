// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Checks a module's outputs against the contract of its stage.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "runtime/tensor.hpp"

namespace demask::runtime {

/// @throws Error model_invalid naming the model if a value is not finite.
void require_finite(const Tensor& tensor, const std::string& model_name);

/// Checks the shape of a module's output; -1 allows a dimension of any size.
/// @throws Error model_invalid naming the model, the expected shape and the actual one.
void require_shape(const Tensor& tensor, const std::vector<std::int64_t>& expected,
                   const std::string& model_name, const std::string& output_name);

/// Checks the number of a module's outputs.
/// @throws Error model_invalid naming the model, the expected number and the actual one.
void require_outputs(const std::vector<Tensor>& outputs, std::size_t expected,
                     const std::string& model_name);

}  // namespace demask::runtime
