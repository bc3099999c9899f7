// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// The square that the generative prior sees.

#include "demask/geometry.hpp"

namespace demask::core {

/// The similarity from the photo to the prior's square of `size` x `size` pixels: the alignment of
/// the FFHQ faces that its generator learnt (Karras et al. 2019, appendix A). The square is wider
/// than the canonical face: on 256 pixels the eye centers of a frontal face lie near (97, 123) and
/// (159, 123), its chin near (128, 235). Where the photo ends, it is continued by reflection.
/// @throws Error invalid_argument if the landmarks are malformed or all coincide.
Similarity prior_similarity(const Landmarks& landmarks, int size);

}  // namespace demask::core
