// SPDX-License-Identifier: Apache-2.0
#include "evaluate/case_sheet.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <system_error>

#include "demask/image_io.hpp"
#include "imaging/mat.hpp"

namespace demask::training {
namespace {

// Number of cases of each kind that are drawn side by side.
constexpr std::size_t cases_a_row = 4;
constexpr int tile_height = 256;
// Number of cases of each group on the sheets of worst cases.
constexpr std::size_t worst_cases = 40;
constexpr int caption_height = 24;

cv::Mat caption(const std::string& text, int width) {
  cv::Mat strip(caption_height, width, CV_8UC3, cv::Scalar::all(0));
  cv::putText(strip, text, {6, 17}, cv::FONT_HERSHEY_SIMPLEX, 0.5, cv::Scalar::all(255), 1,
              cv::LINE_AA);
  return strip;
}

// Stacks rows vertically, padded to the widest.
cv::Mat stack(const std::vector<cv::Mat>& rows) {
  cv::Size size;
  for (const cv::Mat& row : rows) {
    size.width = std::max(size.width, row.cols);
    size.height += row.rows;
  }
  cv::Mat canvas(size, CV_8UC3, cv::Scalar::all(0));
  int y = 0;
  for (const cv::Mat& row : rows) {
    row.copyTo(canvas(cv::Rect(0, y, row.cols, row.rows)));
    y += row.rows;
  }
  return canvas;
}

cv::Mat decode(const std::vector<std::uint8_t>& jpeg) {
  cv::Mat rgb;
  cv::cvtColor(cv::imdecode(jpeg, cv::IMREAD_COLOR), rgb, cv::COLOR_BGR2RGB);
  return rgb;
}

// "pipeline, real masks (PSNR)" -> "pipeline_real_masks".
std::string file_name(const std::string& group) {
  std::string name;
  for (const char letter : group.substr(0, group.find(" ("))) {
    if (std::isalnum(static_cast<unsigned char>(letter)) != 0) {
      name += letter;
    } else if (letter == ' ') {
      name += '_';
    }
  }
  return name;
}

}  // namespace

void CaseSheet::add(const std::string& group, double score, const cv::Mat& tile) {
  if (!enabled_) {
    return;
  }
  cv::Mat bgr;
  cv::cvtColor(tile, bgr, cv::COLOR_RGB2BGR);
  Case& entry = groups_[group].emplace_back();
  entry.score = score;
  cv::imencode(".jpg", bgr, entry.jpeg, {cv::IMWRITE_JPEG_QUALITY, 95});
}

void CaseSheet::write(const std::filesystem::path& file) const {
  std::vector<cv::Mat> rows;
  for (const auto& [group, unsorted] : groups_) {
    const std::vector<const Case*> cases = sorted(unsorted);
    const std::size_t count = std::min(cases_a_row, cases.size());
    const std::size_t last = cases.size() - count;
    for (const auto& [name, first] :
         {std::pair<const char*, std::size_t>{"best", 0}, {"median", last / 2}, {"worst", last}}) {
      std::vector<cv::Mat> tiles;
      for (std::size_t i = first; i < first + count; ++i) {
        cv::Mat tile = decode(cases[i]->jpeg);
        const double scale = static_cast<double>(tile_height) / tile.rows;
        cv::resize(tile, tile, {cvRound(tile.cols * scale), tile_height}, 0.0, 0.0, cv::INTER_AREA);
        tiles.push_back(tile);
      }
      cv::Mat row;
      cv::hconcat(tiles, row);
      rows.push_back(caption(fmt::format("{}: {}, {:.3f} to {:.3f}", group, name,
                                         cases[first]->score, cases[first + count - 1]->score),
                             row.cols));
      rows.push_back(row);
    }
  }
  if (rows.empty()) {
    return;
  }
  write_image(file, imaging::as_view(stack(rows), PixelFormat::rgb));
}

void CaseSheet::write_worst(const std::filesystem::path& folder) const {
  std::error_code ignored;  // without the folder, writing the images fails
  std::filesystem::create_directories(folder, ignored);
  for (const auto& [group, unsorted] : groups_) {
    const std::vector<const Case*> cases = sorted(unsorted);
    std::vector<cv::Mat> rows;
    for (std::size_t i = 0; i < std::min(worst_cases, cases.size()); ++i) {
      const Case& entry = *cases[cases.size() - 1 - i];
      const cv::Mat tile = decode(entry.jpeg);
      rows.push_back(caption(fmt::format("{:.3f}", entry.score), tile.cols));
      rows.push_back(tile);
    }
    write_image(folder / (file_name(group) + ".jpg"),
                imaging::as_view(stack(rows), PixelFormat::rgb));
  }
}

std::vector<const CaseSheet::Case*> CaseSheet::sorted(const std::vector<Case>& cases) {
  std::vector<const Case*> result;
  for (const Case& entry : cases) {
    result.push_back(&entry);
  }
  std::stable_sort(result.begin(), result.end(),
                   [](const Case* a, const Case* b) { return a->score > b->score; });
  return result;
}

void draw_outline(cv::Mat& rgb, const cv::Mat& mask, const cv::Scalar& color) {
  std::vector<std::vector<cv::Point>> contours;
  cv::findContours(mask, contours, cv::RETR_LIST, cv::CHAIN_APPROX_NONE);
  cv::drawContours(rgb, contours, -1, color);
}

}  // namespace demask::training
