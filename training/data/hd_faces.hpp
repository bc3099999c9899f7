// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Reads the table of bare faces at up to 512 px.

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "data/face_dataset.hpp"

namespace demask::training {

/// PSNR in dB of a face against itself at half size, above which its photo counts as enlarged
/// (column `detail` of hd/crops.csv).
inline constexpr float enlarged_psnr = 30.0F;

/// A row of hd/faces.csv.
struct HdFace {
  std::size_t index = 0;  ///< Position in the split.
  FaceRecord record;      ///< Without landmarks.
  bool sharp = true;      ///< False if the photo was enlarged before it was stored.
};

/// The faces of `data`/hd/faces.csv in one split: "train", "val" or "test". The table has no "val";
/// every 16th sharp face of its "train" is for validation instead. Without hd/crops.csv, all faces
/// are sharp.
/// @throws Error unreadable_file, or invalid_argument for a malformed table or an empty split.
std::vector<HdFace> read_hd_faces(const std::filesystem::path& data, const std::string& split);

}  // namespace demask::training
