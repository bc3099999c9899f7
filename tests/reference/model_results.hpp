// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// The results of a bundle's models for one fixed input.

#include <map>
#include <string>
#include <vector>

#include "demask/image.hpp"
#include "demask/model_bundle.hpp"

namespace demask::test {

/// Series of numbers by name, all of the order of one: probabilities and colors in [0, 1],
/// positions as fractions of the face's side.
using Results = std::map<std::string, std::vector<double>>;

/// Runs every stage on the portrait with a mask drawn on it: each on an input that depends on no
/// other stage, and then all stages together. Maps are sampled on a grid.
/// @param portrait  The portrait of Debian's python3-skimage, without a mask, RGB.
/// @throws Error as the stages do, and invalid_argument if no masked face is found.
Results model_results(const ModelBundle& bundle, const Image& portrait);

}  // namespace demask::test
