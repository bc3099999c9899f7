// SPDX-License-Identifier: Apache-2.0
#include "stages/probability_map.hpp"

#include <cstddef>

namespace demask::stages {

bool is_whole(const ProbabilityMap& map) {
  return map.width > 0 && map.height > 0 &&
         map.values.size() ==
             static_cast<std::size_t>(map.width) * static_cast<std::size_t>(map.height);
}

cv::Mat as_mat(const ProbabilityMap& map) {
  // OpenCV has no matrix of const values; callers only read.
  return {map.height, map.width, CV_32FC1,
          const_cast<float*>(map.values.data())};  // NOLINT(cppcoreguidelines-pro-type-const-cast)
}

}  // namespace demask::stages
