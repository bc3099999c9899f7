// SPDX-License-Identifier: Apache-2.0
#include "stages/detection_tiles.hpp"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "imaging/mat.hpp"

namespace demask::stages {
namespace {

// Side of the cells in which detail is averaged, in pixels.
constexpr int detail_cell = 8;
// Smallest mean difference of a cell from the picture at half its size, in levels of 255. 99 of 100
// sharp faces of 20 to 40 px exceed 8; the noise of a camera stays below 3.
constexpr int min_detail = 4;
// Skin is redder and not bluer than gray (Chai and Ngan 1999; the bounds here are wider).
constexpr int gray_chroma = 128;
constexpr int min_red = gray_chroma + 5;
constexpr int max_blue = gray_chroma + 6;
// Pixels of the halved picture with such a color that a block must have.
constexpr int min_skin_pixels = 4;
// A photo with a smaller share of colored pixels is gray.
constexpr double min_colored_share = 0.02;
// The longest side of the picture that tells whether a photo is gray, in pixels.
constexpr int gray_check_side = 128;

int blocks_along(int side) { return (side + tile_block - 1) / tile_block; }

cv::Mat halve(const cv::Mat& picture) {
  cv::Mat half;
  cv::resize(picture, half, {std::max(1, picture.cols / 2), std::max(1, picture.rows / 2)}, 0.0,
             0.0, cv::INTER_AREA);
  return half;
}

// Whether each block of a row of blocks has at least `min_count` pixels of a map that are not 0.
// `block` is the side of a block in the map.
cv::Mat have_count(const cv::Mat& map, int blocks, int block, int min_count) {
  cv::Mat result = cv::Mat::zeros(1, blocks, CV_8UC1);
  for (int i = 0; i < blocks; ++i) {
    const cv::Rect part = cv::Rect(i * block, 0, block, map.rows) & cv::Rect({0, 0}, map.size());
    if (!part.empty() && cv::countNonZero(map(part)) >= min_count) {
      result.at<std::uint8_t>(i) = 255;
    }
  }
  return result;
}

// Cells with detail: 255, else 0.
cv::Mat detailed_cells(const cv::Mat& gray) {
  cv::Mat smooth;
  cv::resize(halve(gray), smooth, gray.size(), 0.0, 0.0, cv::INTER_LINEAR);
  cv::Mat difference;
  cv::absdiff(gray, smooth, difference);
  cv::Mat cells;
  const cv::Size size(std::max(1, gray.cols / detail_cell), std::max(1, gray.rows / detail_cell));
  cv::resize(difference, cells, size, 0.0, 0.0, cv::INTER_AREA);
  return cells >= min_detail;
}

// Pixels in the colors of skin: 255, else 0.
cv::Mat skin_pixels(const cv::Mat& rgb) {
  cv::Mat luma_and_chroma;
  cv::cvtColor(rgb, luma_and_chroma, cv::COLOR_RGB2YCrCb);
  cv::Mat skin;
  cv::inRange(luma_and_chroma, cv::Scalar(0, min_red, 0), cv::Scalar(255, 255, max_blue), skin);
  return skin;
}

// The part of a picture in a row of blocks, in the format of the picture.
ImageView row_of_blocks(const ImageView& picture, int row) {
  ImageView part = picture;
  part.stride = picture.row_stride();
  part.data = picture.row(row * tile_block);
  part.height = std::min(tile_block, picture.height - row * tile_block);
  return part;
}

}  // namespace

bool is_gray(const ImageView& picture) {
  cv::Mat small;
  const cv::Size size(std::min(picture.width, gray_check_side),
                      std::min(picture.height, gray_check_side));
  cv::resize(imaging::as_mat(picture), small, size, 0.0, 0.0, cv::INTER_AREA);
  cv::Mat luma_and_chroma;
  cv::cvtColor(imaging::to_rgb(imaging::as_view(small, picture.format)), luma_and_chroma,
               cv::COLOR_RGB2YCrCb);
  cv::Mat gray;
  cv::inRange(luma_and_chroma, cv::Scalar(0, gray_chroma - 5, gray_chroma - 5),
              cv::Scalar(255, gray_chroma + 5, gray_chroma + 5), gray);
  const auto pixels = static_cast<double>(gray.total());
  return pixels - cv::countNonZero(gray) < min_colored_share * pixels;
}

cv::Mat blocks_of_interest(const ImageView& picture, bool in_skin_colors) {
  const int columns = blocks_along(picture.width);
  cv::Mat interest(blocks_along(picture.height), columns, CV_8UC1);
  for (int row = 0; row < interest.rows; ++row) {
    const ImageView part = row_of_blocks(picture, row);
    cv::Mat blocks =
        have_count(detailed_cells(imaging::to_gray(part)), columns, tile_block / detail_cell, 1);
    if (in_skin_colors && cv::countNonZero(blocks) > 0) {
      const cv::Mat half = halve(imaging::as_mat(part));
      const cv::Mat skin = skin_pixels(imaging::to_rgb(imaging::as_view(half, part.format)));
      blocks &= have_count(skin, columns, tile_block / 2, min_skin_pixels);
    }
    blocks.copyTo(interest.row(row));
  }
  return interest;
}

void leave_out(cv::Mat& blocks, const Box& box) {
  const cv::Point first(static_cast<int>(std::ceil(box.x / tile_block)),
                        static_cast<int>(std::ceil(box.y / tile_block)));
  const cv::Point last(static_cast<int>(box.right() / tile_block),
                       static_cast<int>(box.bottom() / tile_block));
  if (last.x > first.x && last.y > first.y) {
    blocks(cv::Rect(first, last) & cv::Rect({0, 0}, blocks.size())).setTo(0);
  }
}

std::vector<Tile> tiles_of(const cv::Mat& blocks, cv::Size picture, int max_side) {
  const int most = std::max(1, max_side / tile_block);
  const cv::Rect all({0, 0}, picture);
  const cv::Size margin(2 * tile_margin, 2 * tile_margin);
  cv::Mat left = blocks.clone();
  std::vector<Tile> tiles;
  for (int y = 0; y < left.rows; ++y) {
    for (int x = 0; x < left.cols; ++x) {
      if (left.at<std::uint8_t>(y, x) == 0) {
        continue;
      }
      cv::Rect run(x, y, 1, 1);
      const auto is_full = [&left](const cv::Rect& part) {
        return cv::countNonZero(left(part)) == part.area();
      };
      while (run.width < most && run.br().x < left.cols && is_full(run + cv::Size(1, 0))) {
        ++run.width;
      }
      while (run.height < most && run.br().y < left.rows && is_full(run + cv::Size(0, 1))) {
        ++run.height;
      }
      left(run).setTo(0);
      const cv::Rect core(run.x * tile_block, run.y * tile_block, run.width * tile_block,
                          run.height * tile_block);
      tiles.push_back({core & all, (core - cv::Point(tile_margin, tile_margin) + margin) & all});
    }
  }
  return tiles;
}

}  // namespace demask::stages
