// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// The subgroups of faces that figures are broken down by.

#include <string>
#include <vector>

#include "data/face_dataset.hpp"

namespace demask::training {

/// The age band of a face, such as "20_39"; "60_up" is the last. @param age Years.
std::string age_band(float age);

/// The size of a face by the larger side of its box in pixels: "under_224", "224_319" or "320_up".
std::string size_band(const Box& box);

/// How far a head is turned to the side, in degrees: "0_19", "20_44" or "45_up". An estimate from
/// where the tip of the nose lies between the two sides of the jaw.
std::string yaw_band(const Landmarks& landmarks);

/// The groups of a face, such as "source.scut", "size.320_up", "gender.female" and "age.20_39"; the
/// last two only if they are known.
std::vector<std::string> groups_of(const FaceRecord& face);

}  // namespace demask::training
