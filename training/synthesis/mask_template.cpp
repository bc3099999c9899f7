// SPDX-License-Identifier: Apache-2.0
#include "synthesis/mask_template.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <map>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "synthesis/fabric.hpp"

namespace demask::synthesis {
namespace {

// The alpha channel without parts thinner than a twelfth of the mask, such as straps and buckles.
cv::Mat body_of(const cv::Mat& alpha) {
  const int width = std::max(3, alpha.cols / 12) | 1;
  cv::Mat opened;
  cv::Mat bordered;
  cv::copyMakeBorder(alpha, bordered, width, width, width, width, cv::BORDER_CONSTANT,
                     cv::Scalar(0));
  cv::morphologyEx(bordered, opened, cv::MORPH_OPEN,
                   cv::getStructuringElement(cv::MORPH_ELLIPSE, {width, width}));
  // Opening rounds off corners; growing back within the alpha restores them but not the straps.
  cv::Mat grown;
  cv::dilate(opened, grown,
             cv::getStructuringElement(cv::MORPH_ELLIPSE, {width / 4 | 1, width / 4 | 1}));
  cv::min(grown, bordered, opened);
  return opened(cv::Rect(width, width, alpha.cols, alpha.rows)).clone();
}

cv::Point2f nearest_body_point(const cv::Mat& body, const cv::Point2f& wanted) {
  cv::Point2f best = wanted;
  float best_distance = std::numeric_limits<float>::max();
  for (int y = 0; y < body.rows; ++y) {
    const auto* row = body.ptr<std::uint8_t>(y);
    for (int x = 0; x < body.cols; ++x) {
      if (row[x] < 128) {
        continue;
      }
      const cv::Point2f p(static_cast<float>(x), static_cast<float>(y));
      const float distance = std::hypot(p.x - wanted.x, p.y - wanted.y);
      if (distance < best_distance) {
        best_distance = distance;
        best = p;
      }
    }
  }
  return best;
}

// Spreads the colors of opaque pixels outward, so that soft edges do not show the file's backdrop.
cv::Mat bleed(const cv::Mat& color, const cv::Mat& alpha) {
  cv::Mat result = color.clone();
  cv::Mat known = alpha > 200;
  for (const int size : {5, 15, 45}) {
    cv::Mat weight;
    known.convertTo(weight, CV_32FC1, 1.0 / 255.0);
    cv::Mat weights3;
    cv::merge(std::vector<cv::Mat>{weight, weight, weight}, weights3);
    cv::Mat sums;
    result.convertTo(sums, CV_32FC3);
    sums = sums.mul(weights3);
    cv::blur(sums, sums, {size, size});
    cv::blur(weights3, weights3, {size, size});
    cv::Mat spread = sums / cv::max(weights3, 1e-4);
    cv::Mat spread8;
    spread.convertTo(spread8, CV_8UC3);
    cv::Mat reached;
    cv::extractChannel(weights3, reached, 0);
    const cv::Mat fresh = (reached > 1e-3F) & ~known;
    spread8.copyTo(result, fresh);
    known |= fresh;
  }
  return result;
}

MaskTemplate load_template(const std::filesystem::path& file,
                           const std::array<cv::Point2f, 6>& anchors) {
  const cv::Mat bgra = cv::imread(file.string(), cv::IMREAD_UNCHANGED);
  if (bgra.empty() || bgra.type() != CV_8UC4) {
    throw std::runtime_error("mask template " + file.string() +
                             ": not a readable 8-bit RGBA image; restore the file");
  }
  cv::Mat rgb;
  cv::cvtColor(bgra, rgb, cv::COLOR_BGRA2RGB);
  cv::Mat alpha;
  cv::extractChannel(bgra, alpha, 3);
  const cv::Mat body = body_of(alpha);
  rgb = bleed(rgb, alpha);
  MaskTemplate result;
  for (const float scale : {1.0F, 0.5F, 0.25F}) {
    MaskTemplate::Level level{scale, rgb, alpha, body};
    if (scale < 1.0F) {
      const auto factor = static_cast<double>(scale);
      cv::resize(rgb, level.color, {}, factor, factor, cv::INTER_AREA);
      cv::resize(alpha, level.alpha, {}, factor, factor, cv::INTER_AREA);
      cv::resize(body, level.body, {}, factor, factor, cv::INTER_AREA);
    }
    result.levels.push_back(level);
  }
  // The table puts some corners on the ends of the straps.
  for (std::size_t i = 0; i < anchors.size(); ++i) {
    result.anchors[i] = nearest_body_point(body, anchors[i]);
  }
  return result;
}

// Thin-plate spline through six point pairs.
class ThinPlateSpline {
 public:
  ThinPlateSpline(const std::array<cv::Point2f, 6>& from, const std::array<cv::Point2f, 6>& to)
      : from_(from) {
    cv::Mat system = cv::Mat::zeros(9, 9, CV_64FC1);
    cv::Mat values = cv::Mat::zeros(9, 2, CV_64FC1);
    for (int i = 0; i < 6; ++i) {
      const cv::Point2f& p = from[static_cast<std::size_t>(i)];
      for (int j = 0; j < 6; ++j) {
        system.at<double>(i, j) =
            static_cast<double>(kernel(p - from[static_cast<std::size_t>(j)]));
      }
      const std::array<float, 3> affine{1.0F, p.x, p.y};
      for (int k = 0; k < 3; ++k) {
        system.at<double>(i, 6 + k) = static_cast<double>(affine[static_cast<std::size_t>(k)]);
        system.at<double>(6 + k, i) = system.at<double>(i, 6 + k);
      }
      values.at<double>(i, 0) = static_cast<double>(to[static_cast<std::size_t>(i)].x);
      values.at<double>(i, 1) = static_cast<double>(to[static_cast<std::size_t>(i)].y);
    }
    cv::Mat solution;
    cv::solve(system, values, solution, cv::DECOMP_SVD);
    for (int i = 0; i < 9; ++i) {
      weights_[static_cast<std::size_t>(i)] = {static_cast<float>(solution.at<double>(i, 0)),
                                               static_cast<float>(solution.at<double>(i, 1))};
    }
  }

  cv::Point2f operator()(const cv::Point2f& p) const {
    cv::Point2f sum = weights_[6] + weights_[7] * p.x + weights_[8] * p.y;
    for (std::size_t i = 0; i < 6; ++i) {
      sum += weights_[i] * kernel(p - from_[i]);
    }
    return sum;
  }

 private:
  static float kernel(const cv::Point2f& d) {
    const float square = d.dot(d);
    return square > 1e-6F ? square * std::log(square) : 0.0F;
  }

  std::array<cv::Point2f, 6> from_;
  std::array<cv::Point2f, 9> weights_{};
};

// For each pixel of the area its position in the template, CV_32FC2.
cv::Mat template_coordinates(const ThinPlateSpline& spline, const cv::Rect& area, float scale) {
  constexpr int cells = 24;
  cv::Mat coarse(cells, cells, CV_32FC2);
  for (int j = 0; j < cells; ++j) {
    for (int i = 0; i < cells; ++i) {
      const cv::Point2f p(
          static_cast<float>(area.x) +
              (static_cast<float>(i) + 0.5F) * static_cast<float>(area.width) / cells - 0.5F,
          static_cast<float>(area.y) +
              (static_cast<float>(j) + 0.5F) * static_cast<float>(area.height) / cells - 0.5F);
      const cv::Point2f q = spline(p) * scale;
      coarse.at<cv::Vec2f>(j, i) = {q.x, q.y};
    }
  }
  cv::Mat map;
  cv::resize(coarse, map, area.size(), 0.0, 0.0, cv::INTER_LINEAR);
  return map;
}

// Replaces the template's color or print under its folds and edges.
cv::Mat dye(const MaskTemplate::Level& level, bool printed, const std::vector<cv::Mat>& cloths,
            Random& random) {
  cv::Mat base(level.color.size(), CV_8UC3, random_mask_color(Cut::cloth, random));
  if (printed) {
    if (!cloths.empty() && random.chance(0.7F)) {
      lay_cloth(random.pick(cloths), base, random);
    } else {
      draw_print(base, random);
    }
  } else if (random.chance(0.6F)) {
    base.setTo(random_mask_color(Cut::surgical, random));
  }
  cv::Mat gray;
  cv::cvtColor(level.color, gray, cv::COLOR_RGB2GRAY);
  const auto mean = static_cast<float>(cv::mean(gray, level.body > 128)[0]);
  const float contrast = 0.8F / std::max(mean, 90.0F);
  for (int y = 0; y < base.rows; ++y) {
    auto* row = base.ptr<cv::Vec3b>(y);
    const auto* g = gray.ptr<std::uint8_t>(y);
    for (int x = 0; x < base.cols; ++x) {
      const float shade = 1.0F + contrast * (static_cast<float>(g[x]) - mean);
      for (int c = 0; c < 3; ++c) {
        row[x][c] = cv::saturate_cast<std::uint8_t>(static_cast<float>(row[x][c]) * shade);
      }
    }
  }
  return base;
}

// A line of templates.csv.
struct TemplateRow {
  std::string file;
  std::string kind;
  std::array<cv::Point2f, 6> anchors;
};

TemplateRow parse_row(std::string line, const std::filesystem::path& table) {
  std::replace(line.begin(), line.end(), ',', ' ');
  std::istringstream fields(line);
  TemplateRow row;
  fields >> row.file >> row.kind;
  for (cv::Point2f& anchor : row.anchors) {
    fields >> anchor.x >> anchor.y;
  }
  if (!fields) {
    throw std::runtime_error("mask templates " + table.string() + ": malformed row '" + line +
                             "'; give file, kind and six x,y pairs");
  }
  return row;
}

using Families = std::map<std::string, TemplateFamily>;

// A kind that ends with _left or _right is a view of the family without that ending.
void add_view(const std::string& kind, MaskTemplate view, Families& families) {
  const auto ends_with = [&](const std::string& end) {
    return kind.size() > end.size() && kind.compare(kind.size() - end.size(), end.size(), end) == 0;
  };
  if (ends_with("_left")) {
    families[kind.substr(0, kind.size() - 5)].left = std::move(view);
  } else if (ends_with("_right")) {
    families[kind.substr(0, kind.size() - 6)].right = std::move(view);
  } else {
    families[kind].front = std::move(view);
  }
}

// Sorts the families by name; the frontal view replaces missing side views.
std::vector<TemplateFamily> complete(Families families, const std::filesystem::path& table) {
  std::vector<TemplateFamily> result;
  for (auto& [name, family] : families) {
    if (family.front.levels.empty()) {
      throw std::runtime_error("mask templates " + table.string() + ": '" + name +
                               "' has no frontal view; add a row of kind " + name);
    }
    family.name = name;
    for (MaskTemplate* side : {&family.left, &family.right}) {
      if (side->levels.empty()) {
        *side = family.front;
      }
    }
    result.push_back(std::move(family));
  }
  if (result.empty()) {
    throw std::runtime_error("mask templates " + table.string() + ": no rows; list the PNG files");
  }
  return result;
}

}  // namespace

std::vector<TemplateFamily> load_templates(const std::filesystem::path& folder) {
  const std::filesystem::path table = folder / "templates.csv";
  std::ifstream stream(table);
  if (!stream) {
    throw std::runtime_error("mask templates " + table.string() +
                             ": cannot be opened; give the folder that holds templates.csv");
  }
  Families families;
  std::string line;
  std::getline(stream, line);
  while (std::getline(stream, line)) {
    if (!line.empty()) {
      const TemplateRow row = parse_row(line, table);
      add_view(row.kind, load_template(folder / row.file, row.anchors), families);
    }
  }
  return complete(std::move(families), table);
}

std::vector<cv::Mat> load_cloths(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  if (std::filesystem::is_directory(folder / "textures")) {
    for (const auto& entry : std::filesystem::directory_iterator(folder / "textures")) {
      files.push_back(entry.path());
    }
  }
  // Directory order differs between machines; equal seeds must give equal masks.
  std::sort(files.begin(), files.end());
  std::vector<cv::Mat> cloths;
  for (const auto& file : files) {
    cv::Mat cloth = cv::imread(file.string(), cv::IMREAD_COLOR);
    if (cloth.empty()) {
      throw std::runtime_error("cloth texture " + file.string() +
                               ": not a readable image; remove or restore it");
    }
    cv::cvtColor(cloth, cloth, cv::COLOR_BGR2RGB);
    cloths.push_back(cloth);
  }
  return cloths;
}

MaskLayer wear_template(const TemplateFamily& family, const MaskSurface& surface,
                        const FaceFrame& frame, const cv::Rect& area,
                        const std::vector<cv::Mat>& cloths, Random& random) {
  constexpr float turned = 0.28F;
  const MaskTemplate& view = frame.yaw < -turned  ? family.left
                             : frame.yaw > turned ? family.right
                                                  : family.front;
  const std::array<cv::Point2f, 6> corners = surface.anchors();
  const ThinPlateSpline spline(corners, view.anchors);
  const float file_width = std::abs(view.anchors[2].x - view.anchors[0].x);
  const float worn_width = std::max(1.0F, std::abs(corners[2].x - corners[0].x));
  const auto level = std::find_if(view.levels.begin(), std::prev(view.levels.end()),
                                  [&](const MaskTemplate::Level& candidate) {
                                    return file_width * candidate.scale < 1.7F * worn_width;
                                  });
  const cv::Mat map = template_coordinates(spline, area, level->scale);

  const bool cloth = family.name == "cloth";
  const bool recolor = random.chance(cloth ? 0.75F : family.name == "gas" ? 0.2F : 0.45F);
  const bool printed = random.chance(cloth ? 0.6F : 0.1F);
  const cv::Mat color = recolor ? dye(*level, printed, cloths, random) : level->color;
  MaskLayer layer;
  layer.area = area;
  cv::remap(color, layer.color, map, cv::noArray(), cv::INTER_LINEAR, cv::BORDER_REPLICATE);
  cv::remap(level->alpha, layer.alpha, map, cv::noArray(), cv::INTER_LINEAR, cv::BORDER_CONSTANT);
  cv::remap(level->body, layer.body, map, cv::noArray(), cv::INTER_LINEAR, cv::BORDER_CONSTANT);
  return layer;
}

}  // namespace demask::synthesis
