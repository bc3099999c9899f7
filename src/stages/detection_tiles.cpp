// SPDX-License-Identifier: Apache-2.0
#include "stages/detection_tiles.hpp"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "imaging/mat.hpp"

namespace demask::stages {
namespace {

// Side of the cells in which detail and colors are averaged, in pixels.
constexpr int cell = 4;
constexpr int cells_along_block = tile_block / cell;
// Smallest mean difference of two by two cells from the picture at half its size, in levels of 255.
// 99 of 100 sharp faces of 20 to 40 px exceed 8; the noise of a camera stays below 3.
constexpr int min_detail = 4;
// Skin is redder and not bluer than gray (Chai and Ngan 1999; the bounds here are wider).
constexpr int gray_chroma = 128;
constexpr int min_red = gray_chroma + 5;
constexpr int max_blue = gray_chroma + 6;
// An eighth of the pixels of a cell must have such a color: 255 times that.
constexpr int min_skin_level = 32;
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

// The cells of a part of a picture.
cv::Size cells_of(const ImageView& part) {
  return {std::max(1, part.width / cell), std::max(1, part.height / cell)};
}

// Cells with detail: 255, else 0.
cv::Mat detailed_cells(const ImageView& part) {
  const cv::Mat gray = imaging::to_gray(part);
  cv::Mat smooth;
  cv::resize(halve(gray), smooth, gray.size(), 0.0, 0.0, cv::INTER_LINEAR);
  cv::Mat difference;
  cv::absdiff(gray, smooth, difference);
  cv::Mat cells;
  cv::resize(difference, cells, cells_of(part), 0.0, 0.0, cv::INTER_AREA);
  cv::blur(cells, cells, {2, 2});
  return cells >= min_detail;
}

// Cells with pixels in the colors of skin: 255, else 0.
cv::Mat skin_cells(const ImageView& part) {
  const cv::Mat half = halve(imaging::as_mat(part));
  cv::Mat luma_and_chroma;
  cv::cvtColor(imaging::to_rgb(imaging::as_view(half, part.format)), luma_and_chroma,
               cv::COLOR_RGB2YCrCb);
  cv::Mat skin;
  cv::inRange(luma_and_chroma, cv::Scalar(0, min_red, 0), cv::Scalar(255, 255, max_blue), skin);
  cv::Mat cells;
  cv::resize(skin, cells, cells_of(part), 0.0, 0.0, cv::INTER_AREA);
  return cells >= min_skin_level;
}

// The part of a picture in a row of blocks, in the format of the picture.
ImageView row_of_blocks(const ImageView& picture, int row) {
  ImageView part = picture;
  part.stride = picture.row_stride();
  part.data = picture.row(row * tile_block);
  part.height = std::min(tile_block, picture.height - row * tile_block);
  return part;
}

// The blocks that have a cell which is set, or one near such a cell: the center of a face may lie
// in another block than its most striking part.
cv::Mat blocks_near(const cv::Mat& cells, cv::Size blocks) {
  cv::Mat grown;
  cv::dilate(cells, grown, cv::Mat(), {-1, -1}, 2);
  cv::Mat result = cv::Mat::zeros(blocks, CV_8UC1);
  for (int y = 0; y < blocks.height; ++y) {
    for (int x = 0; x < blocks.width; ++x) {
      const cv::Rect block(x * cells_along_block, y * cells_along_block, cells_along_block,
                           cells_along_block);
      result.at<std::uint8_t>(y, x) = cv::countNonZero(grown(block)) > 0 ? 255 : 0;
    }
  }
  return result;
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
  const cv::Size blocks(blocks_along(picture.width), blocks_along(picture.height));
  // Row by row, because the intermediate pictures of one row stay in the processor's cache.
  const cv::Size cells(blocks.width * cells_along_block, blocks.height * cells_along_block);
  cv::Mat detailed = cv::Mat::zeros(cells, CV_8UC1);
  cv::Mat skin = cv::Mat::zeros(cells, CV_8UC1);
  for (int row = 0; row < blocks.height; ++row) {
    const ImageView part = row_of_blocks(picture, row);
    const cv::Rect place({0, row * cells_along_block}, cells_of(part));
    detailed_cells(part).copyTo(detailed(place));
    if (in_skin_colors && cv::countNonZero(detailed(place)) > 0) {
      skin_cells(part).copyTo(skin(place));
    }
  }
  cv::Mat interest = blocks_near(detailed, blocks);
  if (in_skin_colors) {
    interest &= blocks_near(skin, blocks);
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
