// SPDX-License-Identifier: Apache-2.0
#include "panel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <opencv2/imgproc.hpp>
#include <string>
#include <vector>

#include "demask/opencv.hpp"
#include "face_files.hpp"

namespace demask::program {
namespace {

constexpr int max_tile_side = 560;
constexpr int caption_height = 28;
constexpr int gap = 8;
constexpr std::size_t max_face_rows = 8;
constexpr int variant_side = 256;
constexpr std::size_t variants_per_row = 5;

const cv::Scalar paper(255, 255, 255);
const cv::Scalar ink(32, 32, 32);
const cv::Scalar mask_color(230, 40, 40);
const cv::Scalar box_color(40, 120, 240);
const cv::Scalar stroke_color(0, 220, 255);

cv::Mat to_rgb(const ImageView& image) {
  const Image converted = convert(image, PixelFormat::rgb);
  return as_mat(converted.view()).clone();
}

cv::Mat shrink(const cv::Mat& image, double scale, int interpolation) {
  if (scale >= 1.0) {
    return image.clone();
  }
  const cv::Size size(std::max(1, cvRound(image.cols * scale)),
                      std::max(1, cvRound(image.rows * scale)));
  cv::Mat result;
  cv::resize(image, result, size, 0.0, 0.0, interpolation);
  return result;
}

cv::Mat with_caption(const cv::Mat& tile, const std::string& caption) {
  constexpr double font_scale = 0.5;
  int baseline = 0;
  const cv::Size text =
      cv::getTextSize(caption, cv::FONT_HERSHEY_SIMPLEX, font_scale, 1, &baseline);
  cv::Mat result(tile.rows + caption_height, std::max(tile.cols, text.width + gap), CV_8UC3, paper);
  tile.copyTo(result(cv::Rect(0, caption_height, tile.cols, tile.rows)));
  cv::putText(result, caption, {2, caption_height - 9}, cv::FONT_HERSHEY_SIMPLEX, font_scale, ink,
              1, cv::LINE_AA);
  return result;
}

/// Places tiles from left to right, with a margin around each.
cv::Mat row_of(const std::vector<cv::Mat>& tiles) {
  int width = gap;
  int height = 0;
  for (const cv::Mat& tile : tiles) {
    width += tile.cols + gap;
    height = std::max(height, tile.rows);
  }
  cv::Mat row(height + gap, width, CV_8UC3, paper);
  int x = gap;
  for (const cv::Mat& tile : tiles) {
    tile.copyTo(row(cv::Rect(x, 0, tile.cols, tile.rows)));
    x += tile.cols + gap;
  }
  return row;
}

cv::Mat stack(const std::vector<cv::Mat>& rows) {
  int width = 0;
  int height = 0;
  for (const cv::Mat& row : rows) {
    width = std::max(width, row.cols);
    height += row.rows;
  }
  cv::Mat sheet(height, width, CV_8UC3, paper);
  int y = 0;
  for (const cv::Mat& row : rows) {
    row.copyTo(sheet(cv::Rect(0, y, row.cols, row.rows)));
    y += row.rows;
  }
  return sheet;
}

cv::Point scaled(Point point, double scale) {
  const auto pixel = [scale](float value) {
    return cvRound(std::clamp(static_cast<double>(value) * scale, -1e5, 1e5));
  };
  return {pixel(point.x), pixel(point.y)};
}

/// Draws the masks as a tint over the input, and a box with the status of every face.
cv::Mat draw_masks(const cv::Mat& photo, const Result& result, double scale) {
  cv::Mat tile = photo.clone();
  cv::Mat tinted(tile.size(), CV_8UC3, mask_color);
  cv::addWeighted(tile, 0.45, tinted, 0.55, 0.0, tinted);
  for (const FaceResult& face : result.faces) {
    if (!face.mask.pixels.empty()) {
      const Image mask = photo_sized(face.mask, result.photo.width(), result.photo.height());
      tinted.copyTo(tile, shrink(as_mat(mask.view()), scale, cv::INTER_NEAREST));
    }
    const cv::Point corner = scaled({face.box.x, face.box.y}, scale);
    cv::rectangle(tile, corner, scaled({face.box.right(), face.box.bottom()}, scale), box_color, 1,
                  cv::LINE_AA);
    cv::putText(tile, to_string(face.status), {corner.x, std::max(corner.y - 4, 10)},
                cv::FONT_HERSHEY_SIMPLEX, 0.4, box_color, 1, cv::LINE_AA);
  }
  return tile;
}

/// Draws the lines of the landmark map that the inpainter gets for a face, from its 68 points.
void draw_strokes(cv::Mat& tile, const Landmarks& landmarks, double scale) {
  for (const LandmarkStroke& stroke : ibug68_strokes) {
    std::vector<cv::Point> line;
    for (int i = stroke.first; i <= stroke.last; ++i) {
      line.push_back(scaled(landmarks.points[static_cast<std::size_t>(i)], scale));
    }
    cv::polylines(tile, line, stroke.closed, stroke_color, 1, cv::LINE_AA);
  }
}

/// Draws the landmarks over the input, from red (confidence 0) to green (confidence 1), and under
/// them the lines through their 68 iBUG points.
cv::Mat draw_landmarks(const cv::Mat& photo, const Result& result, double scale) {
  cv::Mat tile = photo.clone();
  for (const FaceResult& face : result.faces) {
    const double face_side = std::max(face.box.width, face.box.height) * scale;
    const int radius = std::clamp(cvRound(face_side / 120.0), 1, 4);
    if (!face.landmarks.empty()) {
      draw_strokes(tile, to_ibug68(face.landmarks), scale);
    }
    for (std::size_t i = 0; i < face.landmarks.points.size(); ++i) {
      const bool is_known = i < face.landmarks.confidence.size();
      const float confidence = is_known ? face.landmarks.confidence[i] : 1.0F;
      const cv::Scalar color(255.0 * (1.0 - static_cast<double>(confidence)),
                             230.0 * static_cast<double>(confidence), 0.0);
      cv::circle(tile, scaled(face.landmarks.points[i], scale), radius, color, cv::FILLED,
                 cv::LINE_AA);
    }
  }
  return tile;
}

std::string gender_caption(const FaceResult& face) {
  if (!face.gender) {
    return "after";
  }
  return fmt::format("after: {} {:.2f}{}", to_string(face.gender->gender), face.gender->probability,
                     face.gender_uncertain ? ", uncertain" : "");
}

cv::Mat face_row(const FaceResult& face, std::size_t index) {
  std::vector<cv::Mat> tiles;
  const auto add = [&tiles](const Image& image, const std::string& caption) {
    if (!image.empty()) {
      tiles.push_back(with_caption(to_rgb(image), caption));
    }
  };
  add(face.aligned_before, fmt::format("face {}: before", index));
  add(face.aligned_mask, "mask");
  add(face.aligned_after, gender_caption(face));
  add(face.aligned_alternative, "alternative");
  return row_of(tiles);
}

cv::Mat variant_tile(const Image& image, const std::string& caption) {
  const double scale = static_cast<double>(variant_side) / image.width();
  return with_caption(shrink(to_rgb(image), scale, cv::INTER_AREA), caption);
}

/// Appends the rows with a face and its variants.
void add_variant_rows(const FaceResult& face, std::size_t index, std::vector<cv::Mat>& rows) {
  std::vector<cv::Mat> tiles{variant_tile(face.aligned_before, fmt::format("face {}", index))};
  for (std::size_t i = 0; i < face.variants.size(); ++i) {
    if (tiles.size() == variants_per_row) {
      rows.push_back(row_of(tiles));
      tiles.clear();
    }
    tiles.push_back(
        variant_tile(face.variants[i].aligned,
                     fmt::format("variant {}, likelihood {:.2f}", i, face.variants[i].likelihood)));
  }
  rows.push_back(row_of(tiles));
}

}  // namespace

Image draw_variant_sheet(const Result& result) {
  std::vector<cv::Mat> rows;
  for (std::size_t i = 0; i < result.faces.size(); ++i) {
    if (!result.faces[i].variants.empty() && !result.faces[i].aligned_after.empty()) {
      add_variant_rows(result.faces[i], i, rows);
    }
  }
  return Image(as_view(stack(rows), PixelFormat::rgb));
}

Image draw_panel(const ImageView& input, const Result& result) {
  const double scale =
      std::min(1.0, static_cast<double>(max_tile_side) / std::max(input.width, input.height));
  const cv::Mat photo = shrink(to_rgb(input), scale, cv::INTER_AREA);
  std::vector<cv::Mat> tiles = {with_caption(photo, "input"),
                                with_caption(draw_masks(photo, result, scale), "masks"),
                                with_caption(draw_landmarks(photo, result, scale), "landmarks"),
                                with_caption(shrink(to_rgb(result.photo), scale, cv::INTER_AREA),
                                             "result: a plausible guess, no identification")};
  if (!result.alternative_photo.empty()) {
    tiles.push_back(with_caption(shrink(to_rgb(result.alternative_photo), scale, cv::INTER_AREA),
                                 "alternative"));
  }
  std::vector<cv::Mat> rows = {row_of(tiles)};
  for (std::size_t i = 0; i < result.faces.size() && rows.size() <= max_face_rows; ++i) {
    if (!result.faces[i].aligned_after.empty()) {
      rows.push_back(face_row(result.faces[i], i));
    }
  }
  return Image(as_view(stack(rows), PixelFormat::rgb));
}

}  // namespace demask::program
