// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// The files of the page, which the build puts into the program.

#include <string>
#include <string_view>

namespace demask::studio {

struct Asset {
  std::string_view content;
  std::string_view media_type;
};

/// The file at a path of the page, such as "/" or "/style.css"; null if there is none.
const Asset* find_asset(const std::string& path);

}  // namespace demask::studio
