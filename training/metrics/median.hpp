// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// The middle of a set of numbers.

#include <vector>

namespace demask::training {

/// The median; the mean of the two middle values of an even number. @param values not empty.
double median(std::vector<double> values);

}  // namespace demask::training
