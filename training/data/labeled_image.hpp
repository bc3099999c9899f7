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
  std::string stem;                 ///< Of the file that the labels came from.
  std::string extension;            ///< Of the image, with its dot.
  std::vector<std::uint8_t> bytes;  ///< The image as it is encoded.
  cv::Size size;                    ///< Of the upright image.
  cv::Mat mask;                     ///< CV_8UC1, 0 or 255, of that size; empty if not outlined.
  std::vector<LabeledBox> boxes;
};

/// Reads an image file and its upright size. `boxes` and `mask` are left empty.
/// @throws Error unreadable_file and those of read_image().
LabeledImage load_labeled_image(const std::filesystem::path& file);

/// load_labeled_image() from the bytes of an image file; error texts call it `name`.
LabeledImage load_labeled_image(std::vector<std::uint8_t> bytes, const std::string& name);

/// An image and a mask image of its size, levels of 128 and more being covered.
/// @throws Error unreadable_file, invalid_argument (sizes differ).
LabeledImage read_image_and_mask(const std::filesystem::path& image,
                                 const std::filesystem::path& mask);

/// The files of a folder with one of these extensions (with dot, lower case), by name.
/// @throws Error unreadable_file if there is no such folder or no such file in it.
std::vector<std::filesystem::path> list_files(const std::filesystem::path& folder,
                                              const std::vector<std::string>& extensions);

}  // namespace demask::training
