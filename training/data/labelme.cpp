// SPDX-License-Identifier: Apache-2.0
#include "data/labelme.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <opencv2/imgproc.hpp>
#include <utility>

#include "data/json_file.hpp"
#include "demask/error.hpp"

namespace demask::training {
namespace {

using nlohmann::json;

[[noreturn]] void fail(const std::filesystem::path& file, const std::string& reason) {
  throw Error(ErrorCode::invalid_argument,
              fmt::format("{}: {}; open it in Labelme and save it again", file.string(), reason));
}

std::vector<std::uint8_t> decode_base64(const std::filesystem::path& file, std::string text) {
  text.erase(
      std::remove_if(text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r'; }),
      text.end());
  std::vector<std::uint8_t> bytes(text.size() / 4 * 3);
  const int length =
      EVP_DecodeBlock(bytes.data(), reinterpret_cast<const unsigned char*>(text.data()),
                      static_cast<int>(text.size()));
  if (length < 0 || text.size() % 4 != 0) {
    fail(file, "imageData is not base64");
  }
  const auto padding = static_cast<std::size_t>(std::count(text.begin(), text.end(), '='));
  bytes.resize(static_cast<std::size_t>(length) - std::min<std::size_t>(padding, 2));
  return bytes;
}

LabeledImage load_image(const std::filesystem::path& file, const json& document) {
  const auto embedded = document.find("imageData");
  LabeledImage image;
  if (embedded != document.end() && embedded->is_string()) {
    image = load_labeled_image(decode_base64(file, embedded->get<std::string>()), file.string());
  } else {
    std::string name = document.at("imagePath").get<std::string>();
    // Labelme writes the path separators of the machine it runs on.
    std::replace(name.begin(), name.end(), '\\', '/');
    image = load_labeled_image(file.parent_path() / name);
  }
  image.stem = file.stem().string();
  const cv::Size stated(document.value("imageWidth", image.size.width),
                        document.value("imageHeight", image.size.height));
  if (stated != image.size) {
    fail(file, fmt::format("its image has {} x {} pixels, but it says {} x {}", image.size.width,
                           image.size.height, stated.width, stated.height));
  }
  return image;
}

// The outline of a shape in Labelme's coordinates: the top left corner of the image is (0, 0).
std::vector<Point> outline_of(const std::filesystem::path& file, const json& shape) {
  std::vector<Point> points;
  for (const json& point : shape.at("points")) {
    points.push_back({point.at(0).get<float>(), point.at(1).get<float>()});
  }
  const std::string type = shape.value("shape_type", "polygon");
  if (type == "polygon" && points.size() >= 3) {
    return points;
  }
  if (type == "rectangle" && points.size() == 2) {
    const auto [a, b] = std::pair(points[0], points[1]);
    return {a, {b.x, a.y}, b, {a.x, b.y}};
  }
  if (type == "circle" && points.size() == 2) {
    constexpr int corners = 72;
    const float radius = std::hypot(points[1].x - points[0].x, points[1].y - points[0].y);
    std::vector<Point> circle;
    for (int i = 0; i < corners; ++i) {
      const double angle = 2.0 * CV_PI * i / corners;
      circle.push_back({points[0].x + radius * static_cast<float>(std::cos(angle)),
                        points[0].y + radius * static_cast<float>(std::sin(angle))});
    }
    return circle;
  }
  fail(file, fmt::format("a shape of type {} with {} points has no area", type, points.size()));
}

void fill(const std::vector<Point>& outline, cv::Mat& mask) {
  constexpr int shift_bits = 4;
  constexpr float unit = 1 << shift_bits;
  std::vector<cv::Point> corners;
  for (const Point& p : outline) {
    // OpenCV's (0, 0) is the center of the first pixel.
    corners.emplace_back(cvRound((p.x - 0.5F) * unit), cvRound((p.y - 0.5F) * unit));
  }
  cv::fillPoly(mask, std::vector<std::vector<cv::Point>>{corners}, cv::Scalar(255), cv::LINE_8,
               shift_bits);
}

}  // namespace

LabeledImage read_labelme(const std::filesystem::path& file,
                          const std::vector<std::string>& labels) {
  const json document = read_json(file);
  try {
    LabeledImage image = load_image(file, document);
    image.mask = cv::Mat(image.size, CV_8UC1, cv::Scalar(0));
    for (const json& shape : document.at("shapes")) {
      const std::string label = shape.at("label").get<std::string>();
      if (!labels.empty() && std::find(labels.begin(), labels.end(), label) == labels.end()) {
        continue;
      }
      const std::vector<Point> outline = outline_of(file, shape);
      fill(outline, image.mask);
      image.boxes.push_back({label, bounding_box(outline)});
    }
    return image;
  } catch (const json::exception& error) {
    fail(file, fmt::format("not as Labelme writes it ({})", error.what()));
  }
}

}  // namespace demask::training
