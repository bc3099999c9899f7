#pragma once

/// @file
/// What the models of a bundle make of one input that is the same everywhere.

#include <map>
#include <string>
#include <vector>

#include "demask/image.hpp"
#include "demask/model_bundle.hpp"

namespace demask::test {

/// Numbers by what they are, all of the order of one: probabilities and colours in [0, 1], places
/// as fractions of the face's side.
using Results = std::map<std::string, std::vector<double>>;

/// Runs every stage on the portrait with a mask drawn on it, each on an input that depends on no
/// other stage, and then all of them together. Maps are sampled on a grid.
/// @param portrait the bare portrait of Debian's python3-skimage, RGB.
/// @throws Error as the stages do, and invalid_argument if no masked face is found.
Results model_results(const ModelBundle& bundle, const Image& portrait);

}  // namespace demask::test
