// SPDX-License-Identifier: Apache-2.0
#include "synthesis/mask_raster.hpp"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

namespace demask::synthesis {
namespace {

struct Vertex {
  cv::Point2f position;
  cv::Vec2f coordinates;
};

void fill_triangle(const Vertex& a, const Vertex& b, const Vertex& c, cv::Mat& map) {
  const cv::Point2f ab = b.position - a.position;
  const cv::Point2f ac = c.position - a.position;
  const float area = ab.x * ac.y - ab.y * ac.x;
  if (std::abs(area) < 1e-6F) {
    return;
  }
  const float inverse = 1.0F / area;
  const auto [left, right] = std::minmax({a.position.x, b.position.x, c.position.x});
  const auto [top, bottom] = std::minmax({a.position.y, b.position.y, c.position.y});
  const int first_x = std::max(0, cvCeil(left));
  const int last_x = std::min(map.cols - 1, cvFloor(right));
  const int first_y = std::max(0, cvCeil(top));
  const int last_y = std::min(map.rows - 1, cvFloor(bottom));
  constexpr float slack = -1e-3F;
  for (int y = first_y; y <= last_y; ++y) {
    auto* row = map.ptr<cv::Vec2f>(y);
    for (int x = first_x; x <= last_x; ++x) {
      const cv::Point2f p = cv::Point2f(static_cast<float>(x), static_cast<float>(y)) - a.position;
      const float wb = (p.x * ac.y - p.y * ac.x) * inverse;
      const float wc = (ab.x * p.y - ab.y * p.x) * inverse;
      if (wb < slack || wc < slack || wb + wc > 1.0F - slack) {
        continue;
      }
      row[x] = a.coordinates * (1.0F - wb - wc) + b.coordinates * wb + c.coordinates * wc;
    }
  }
}

}  // namespace

void draw_coverage(const MaskSurface& surface, bool soft, cv::Mat& canvas, cv::Point2f offset) {
  constexpr int fraction_bits = 4;
  constexpr float unit = 1 << fraction_bits;
  for (const auto& half : surface.half_outlines()) {
    std::vector<cv::Point> fixed;
    fixed.reserve(half.size());
    for (const cv::Point2f& p : half) {
      fixed.emplace_back(cvRound((p.x - offset.x) * unit), cvRound((p.y - offset.y) * unit));
    }
    cv::fillPoly(canvas, std::vector<std::vector<cv::Point>>{fixed}, cv::Scalar(255),
                 soft ? cv::LINE_AA : cv::LINE_8, fraction_bits);
  }
}

cv::Mat surface_coordinates(const MaskSurface& surface, const cv::Rect& roi) {
  constexpr int columns = 20;
  constexpr int rows = 10;
  constexpr float overhang = 0.05F;  // antialiased edge pixels need coordinates, too
  std::vector<Vertex> grid;
  grid.reserve((columns + 1) * (rows + 1));
  const cv::Point2f origin(static_cast<float>(roi.x), static_cast<float>(roi.y));
  for (int j = 0; j <= rows; ++j) {
    const float v = -overhang + (1.0F + 2.0F * overhang) * static_cast<float>(j) / rows;
    for (int i = 0; i <= columns; ++i) {
      const float u = -overhang + (1.0F + 2.0F * overhang) * static_cast<float>(i) / columns;
      grid.push_back({surface.at(u, v) - origin, {u, v}});
    }
  }
  cv::Mat map(roi.size(), CV_32FC2, cv::Scalar::all(-1.0));
  const auto fill_cell = [&](int i, int j) {
    const auto index = static_cast<std::size_t>(j * (columns + 1) + i);
    const Vertex& a = grid[index];
    const Vertex& b = grid[index + 1];
    const Vertex& c = grid[index + columns + 1];
    const Vertex& d = grid[index + columns + 2];
    fill_triangle(a, b, c, map);
    fill_triangle(b, d, c, map);
  };
  // The wider half of a turned mask lies in front of the narrow one: draw it last.
  const float left_width = std::abs(surface.at(0.5F, 0.5F).x - surface.at(0.0F, 0.5F).x);
  const float right_width = std::abs(surface.at(1.0F, 0.5F).x - surface.at(0.5F, 0.5F).x);
  for (int j = 0; j < rows; ++j) {
    for (int i = 0; i < columns; ++i) {
      fill_cell(left_width > right_width ? columns - 1 - i : i, j);
    }
  }
  return map;
}

}  // namespace demask::synthesis
