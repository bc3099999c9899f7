// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Divides a batch among threads and joins the outputs.

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/tensor.hpp"

namespace demask::runtime {

/// The number of parts to divide a batch into, so that every thread gets an equal number of parts
/// and each part fits in the thread's cache.
/// @param shape  Shape of the first input, [B,...].
std::int64_t part_count(const std::vector<std::int64_t>& shape, std::int64_t threads);

/// Joins the outputs of the parts of a batch, in order, into the outputs of the whole batch.
/// @param name  Names the model in error messages.
/// @throws Error model_invalid if the outputs of the parts differ in number or shape.
std::vector<Tensor> joined(std::vector<std::vector<Tensor>> parts, const std::string& name);

}  // namespace demask::runtime
