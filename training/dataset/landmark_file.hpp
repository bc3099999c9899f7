// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Reads landmarks from JSON files.

#include <filesystem>
#include <vector>

#include "demask/geometry.hpp"

namespace demask::training {

/// Reads 68 landmarks of one face, [[x, y], ...], or of several, [[[x, y], ...], ...].
/// @throws Error unreadable_file or invalid_argument.
std::vector<Landmarks> read_landmark_file(const std::filesystem::path& file);

}  // namespace demask::training
