// SPDX-License-Identifier: Apache-2.0
#include "dataset/person_split.hpp"

#include "bundle/sha256.hpp"

namespace demask::training {

std::string split_of(const std::string& person, const SplitShares& shares, std::uint64_t seed) {
  const std::string text = std::to_string(seed) + ":" + person;
  const std::string hash =
      bundle::sha256_hex(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
  constexpr std::size_t digits = 13;  // 52 bits: exact in a double
  const double position = static_cast<double>(std::stoull(hash.substr(0, digits), nullptr, 16)) /
                          static_cast<double>(std::uint64_t{1} << (4 * digits));
  if (position < shares.test) {
    return "test";
  }
  return position < shares.test + shares.val ? "val" : "train";
}

}  // namespace demask::training
