// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Images with labeled boxes and an outlined mask.

#include <cstdint>
#include <filesystem>
#include <opencv2/core.hpp>
#include <string>
#include <vector>

#include "demask/geometry.hpp"

namespace demask::training {

/// A box and the label of its content; pixels of the upright image.
struct LabeledBox {
  std::string label;
  Box box;
};

/// An image and its labels.
struct LabeledImage {
  std::string stem;                 ///< Stem of the file that the labels came from.
  std::string extension;            ///< Extension of the image, with its dot.
  std::vector<std::uint8_t> bytes;  ///< The encoded image.
  cv::Size size;                    ///< Size of the upright image.
  cv::Mat mask;                     ///< CV_8UC1 of `size`, 0 or 255; empty if not outlined.
  std::vector<LabeledBox> boxes;
};

/// Reads an image file and its upright size. `boxes` and `mask` are left empty.
/// @throws Error unreadable_file, and as read_image() does.
LabeledImage load_labeled_image(const std::filesystem::path& file);

/// Takes the bytes of an image file and reads its upright size; error texts call it `name`.
LabeledImage load_labeled_image(std::vector<std::uint8_t> bytes, const std::string& name);

/// Reads an image and a mask image of the same size; levels of 128 and above count as mask.
/// @throws Error unreadable_file, invalid_argument (sizes differ).
LabeledImage read_image_and_mask(const std::filesystem::path& image,
                                 const std::filesystem::path& mask);

/// The files of a folder with one of these extensions (with dot, lower case), sorted by name.
/// @throws Error unreadable_file if there is no such folder or no such file in it.
std::vector<std::filesystem::path> list_files(const std::filesystem::path& folder,
                                              const std::vector<std::string>& extensions);

}  // namespace demask::training
