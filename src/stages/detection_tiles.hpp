// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// The parts of a photo that are searched for small faces.

#include <opencv2/core.hpp>
#include <vector>

#include "demask/geometry.hpp"
#include "demask/image.hpp"

namespace demask::stages {

/// A part of a picture that one pass of a detector looks at. The areas of neighboring tiles overlap
/// by twice tile_margin, and the core of exactly one of them holds the center of a face.
struct Tile {
  cv::Rect core;  ///< Faces with their center in here are this tile's.
  cv::Rect area;  ///< The pixels that the network sees: the core and a margin within the picture.
};

/// Side of a block, the unit that tiles are made of, in pixels.
inline constexpr int tile_block = 64;
/// Width of the margin around a core, in pixels.
inline constexpr int tile_margin = 32;

/// Whether a picture has hardly any color.
bool is_gray(const ImageView& picture);

/// The blocks of a picture that may hold a small face: those with detail, which neither a smooth
/// surface nor one out of focus nor an enlarged photo has. With `in_skin_colors`, a block must also
/// have pixels of a hue between red and yellow.
/// @return CV_8UC1, a pixel for each block: 255 if it may hold a face, else 0.
cv::Mat blocks_of_interest(const ImageView& picture, bool in_skin_colors);

/// Clears the blocks that lie within a box, in pixels of the picture.
void leave_out(cv::Mat& blocks, const Box& box);

/// Tiles whose cores are the blocks that are not 0. The longer side of a core is at most
/// `max_side` pixels.
std::vector<Tile> tiles_of(const cv::Mat& blocks, cv::Size picture, int max_side);

}  // namespace demask::stages
