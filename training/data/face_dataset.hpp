// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Reads the table of bare faces and the photos it lists.

#include <array>
#include <cstddef>
#include <filesystem>
#include <opencv2/core.hpp>
#include <optional>
#include <string>
#include <vector>

#include "demask/gender_classifier.hpp"
#include "demask/geometry.hpp"

namespace demask::training {

/// One row of faces.csv with its landmarks; coordinates in pixels of the file.
struct FaceRecord {
  std::filesystem::path file;
  std::string source;
  std::string person;  ///< Empty if unknown.
  std::optional<Gender> gender;
  float age = -1.0F;  ///< Years; negative if unknown.
  std::string split;  ///< train, val or test.
  Box box;
  std::array<Point, 5> points{};  ///< Right eye, left eye, nose, right and left mouth corner.
  Landmarks landmarks;            ///< 68 points, or none if they were not read.
};

/// Faces whose two landmark teachers disagree by more than this fraction of the distance between
/// the outer eye corners are left out.
inline constexpr float max_disagreement = 0.10F;

/// The bare faces of `data`/faces.csv and `data`/landmarks68.csv in one split.
/// @throws Error unreadable_file or invalid_argument for malformed tables, or if no face is left.
std::vector<FaceRecord> read_faces(const std::filesystem::path& data, const std::string& split);

/// The bare faces of `data`/faces.csv in one split, without landmarks.
/// @throws Error unreadable_file or invalid_argument for a malformed table.
std::vector<FaceRecord> read_face_table(const std::filesystem::path& data,
                                        const std::string& split);

/// Keeps only the faces of one gender.
std::vector<FaceRecord> filter_gender(const std::vector<FaceRecord>& faces, Gender gender);

/// Decodes an image file to RGB, CV_8UC3, upright.
/// @throws Error unreadable_file.
cv::Mat read_rgb(const std::filesystem::path& file);

}  // namespace demask::training
