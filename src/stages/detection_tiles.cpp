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
constexpr double min_skin_pixels = 4.0;
// A picture with a smaller share of colored pixels is gray.
constexpr double min_colored_share = 0.02;

int blocks_along(int side) { return (side + tile_block - 1) / tile_block; }

cv::Mat halve(const cv::Mat& picture) {
  cv::Mat half;
  cv::resize(picture, half, {std::max(1, picture.cols / 2), std::max(1, picture.rows / 2)}, 0.0,
             0.0, cv::INTER_AREA);
  return half;
}

// How many pixels of a map of 0 and 255 are set in each block; `block` is its side in the map.
cv::Mat counts_in_blocks(const cv::Mat& map, cv::Size blocks, int block) {
  cv::Mat counts = cv::Mat::zeros(blocks, CV_32SC1);
  for (int y = 0; y < map.rows; ++y) {
    for (int x = 0; x < map.cols; ++x) {
      const cv::Point at(std::min(x / block, blocks.width - 1),
                         std::min(y / block, blocks.height - 1));
      counts.at<int>(at) += map.at<std::uint8_t>(y, x) != 0 ? 1 : 0;
    }
  }
  return counts;
}

// Cells of the picture with detail: 255, else 0.
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

// Pixels in the colors of skin: 255, else 0. All pixels if the picture is gray.
cv::Mat skin_pixels(const cv::Mat& rgb) {
  cv::Mat luma_and_chroma;
  cv::cvtColor(rgb, luma_and_chroma, cv::COLOR_RGB2YCrCb);
  cv::Mat skin;
  cv::Mat gray;
  cv::inRange(luma_and_chroma, cv::Scalar(0, min_red, 0), cv::Scalar(255, 255, max_blue), skin);
  cv::inRange(luma_and_chroma, cv::Scalar(0, gray_chroma - 5, gray_chroma - 5),
              cv::Scalar(255, gray_chroma + 5, gray_chroma + 5), gray);
  const auto pixels = static_cast<double>(gray.total());
  if (pixels - cv::countNonZero(gray) < min_colored_share * pixels) {
    skin.setTo(255);
  }
  return skin;
}

}  // namespace

cv::Mat blocks_of_interest(const ImageView& picture, bool in_skin_colors) {
  const cv::Size blocks(blocks_along(picture.width), blocks_along(picture.height));
  cv::Mat interest = counts_in_blocks(detailed_cells(imaging::to_gray(picture)), blocks,
                                      tile_block / detail_cell) > 0;
  if (in_skin_colors) {
    const cv::Mat half = halve(imaging::as_mat(picture));
    const cv::Mat skin = skin_pixels(imaging::to_rgb(imaging::as_view(half, picture.format)));
    interest &= counts_in_blocks(skin, blocks, tile_block / 2) >= min_skin_pixels;
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
