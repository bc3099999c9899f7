// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Assigns persons to the splits train, val and test.

#include <cstdint>
#include <string>

namespace demask::training {

/// Shares of persons held out for validation and test.
struct SplitShares {
  double val = 0.05;
  double test = 0.1;
};

/// "train", "val" or "test" for a person. It depends on the arguments alone, so all images of a
/// person fall into one split and stay there when the data set grows.
std::string split_of(const std::string& person, const SplitShares& shares, std::uint64_t seed);

}  // namespace demask::training
