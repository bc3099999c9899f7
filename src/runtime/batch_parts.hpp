// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// How a batch is divided among threads, and its outputs put together again.

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/tensor.hpp"

namespace demask::runtime {

/// Into how many parts a batch is divided: as many for each thread, each small enough for the
/// thread's cache.
/// @param shape  Of the first input, [B,...].
std::int64_t part_count(const std::vector<std::int64_t>& shape, std::int64_t threads);

/// The outputs of the parts of a batch, in order, as those of the whole.
/// @param name  The model, for errors.
/// @throws Error model_invalid if the outputs of the parts differ in number or shape.
std::vector<Tensor> joined(std::vector<std::vector<Tensor>> parts, const std::string& name);

}  // namespace demask::runtime
