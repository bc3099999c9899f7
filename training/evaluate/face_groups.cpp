// SPDX-License-Identifier: Apache-2.0
#include "evaluate/face_groups.hpp"

#include <algorithm>
#include <array>
#include <cmath>

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
  const Landmarks face = to_ibug68(landmarks);
  const std::array<Point, 2> eyes = eye_centers(face);
  const Point across{eyes[1].x - eyes[0].x, eyes[1].y - eyes[0].y};
  // Distances along the line of the eyes, whatever the head's roll.
  const auto along = [&](std::size_t from, std::size_t to) {
    return (face.points[to].x - face.points[from].x) * across.x +
           (face.points[to].y - face.points[from].y) * across.y;
  };
  constexpr std::size_t right_jaw = 2;
  constexpr std::size_t left_jaw = 14;
  constexpr std::size_t nose_tip = 30;
  const float to_right = along(right_jaw, nose_tip);
  const float to_left = along(nose_tip, left_jaw);
  const float shift = std::abs(to_right - to_left) / std::max(std::abs(to_right + to_left), 1e-6F);
  // On a head as wide as deep, the tip of the nose lies at 1.25 radii.
  constexpr float nose_reach = 1.25F;
  const float degrees = std::atan(shift / nose_reach) * 180.0F / static_cast<float>(M_PI);
  if (degrees < 20.0F) {
    return "0_19";
  }
  return degrees < 45.0F ? "20_44" : "45_up";
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
