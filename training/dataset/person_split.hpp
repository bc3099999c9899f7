#pragma once

/// @file
/// Deals persons into the splits train, val and test.

#include <cstdint>
#include <string>

namespace demask::training {

/// Shares of persons that are held out.
struct SplitShares {
  double val = 0.05;
  double test = 0.1;
};

/// "train", "val" or "test" for a person. It depends on nothing but the arguments, so all images of
/// a person fall into one split, and stay there when a set grows.
std::string split_of(const std::string& person, const SplitShares& shares, std::uint64_t seed);

}  // namespace demask::training
