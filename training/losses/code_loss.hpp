// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// How far codes of a face generator are from others.

#include <ATen/ATen.h>

namespace demask::training {

// A layer decides pose, shape and hair up to 16 px (coarse), features up to 64 px (middle), and
// color and grain beyond (fine), as Karras et al. 2019, section 3.1, divide them.
inline constexpr std::int64_t first_middle_layer = 7;
inline constexpr std::int64_t first_fine_layer = 13;

/// Squared differences of codes [B,L,D] in units of `std_w` [D], averaged over D: [B,L].
at::Tensor code_distance(const at::Tensor& codes, const at::Tensor& wanted,
                         const at::Tensor& std_w);

/// The mean of a code_distance() in which coarse layers count most: 1.5, 1.0 and 0.7 for coarse,
/// middle and fine ones, over the sum of these weights.
at::Tensor code_loss(const at::Tensor& distance);

}  // namespace demask::training
