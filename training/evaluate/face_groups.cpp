// SPDX-License-Identifier: Apache-2.0
#include "evaluate/face_groups.hpp"

#include <algorithm>
#include <cmath>

#include "core/face_pose.hpp"

namespace demask::training {

std::string age_band(float age) {
  if (age < 10.0F) {
    return "0_9";
  }
  if (age < 20.0F) {
    return "10_19";
  }
  if (age < 40.0F) {
    return "20_39";
  }
  return age < 60.0F ? "40_59" : "60_up";
}

std::string size_band(const Box& box) {
  const float side = std::max(box.width, box.height);
  if (side < 224.0F) {
    return "under_224";
  }
  return side < 320.0F ? "224_319" : "320_up";
}

std::string yaw_band(const Landmarks& landmarks) {
  const double degrees = std::abs(core::yaw_degrees(landmarks));
  if (degrees < 20.0) {
    return "0_19";
  }
  return degrees < 45.0 ? "20_44" : "45_up";
}

std::vector<std::string> groups_of(const FaceRecord& face) {
  std::vector<std::string> groups = {"source." + face.source, "size." + size_band(face.box)};
  if (face.gender) {
    groups.push_back(std::string("gender.") + to_string(*face.gender));
  }
  if (face.age >= 0.0F) {
    groups.push_back("age." + age_band(face.age));
  }
  return groups;
}

}  // namespace demask::training
