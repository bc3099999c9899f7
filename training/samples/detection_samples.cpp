// SPDX-License-Identifier: Apache-2.0
#include "samples/detection_samples.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

#include "augment/masked_photo.hpp"
#include "data/csv.hpp"
#include "imaging/mat.hpp"
#include "imaging/preprocess.hpp"

namespace demask::training {
namespace {

constexpr std::size_t held_out_step = 10;
constexpr float photo_share = 0.6F;
constexpr float mask_probability = 0.5F;
constexpr float max_roll = 0.2F;
// Bounds on the larger side, in pixels, of the face that a crop is made for.
constexpr float min_face = 14.0F;
constexpr float max_face = 360.0F;
constexpr float max_enlargement = 2.5F;
// The loss ignores faces whose larger side is below this many pixels.
constexpr float min_wanted = 10.0F;

constexpr std::array<int, 3> strides = {8, 16, 32};
// Range of the larger side, in pixels, of faces that each level finds; neighboring ranges overlap.
constexpr std::array<std::pair<float, float>, 3> level_sizes = {
    {{0.0F, 52.0F}, {42.0F, 116.0F}, {96.0F, 1e6F}}};
// Cells within this many strides of the center of a box are trained to find it.
constexpr float center_radius = 1.25F;

enum class Judgment { wanted, ignored };

struct PlacedFace {
  LabeledFace face;
  Judgment judgment = Judgment::wanted;
};

// Applies a similarity to a face. The box stays upright.
LabeledFace transform(const LabeledFace& face, const Similarity& similarity) {
  LabeledFace moved;
  const Point center =
      similarity({face.box.x + 0.5F * face.box.width, face.box.y + 0.5F * face.box.height});
  const auto scale = static_cast<float>(similarity.scale());
  moved.box = {center.x - 0.5F * scale * face.box.width, center.y - 0.5F * scale * face.box.height,
               scale * face.box.width, scale * face.box.height};
  if (face.points) {
    moved.points = *face.points;
    for (Point& point : *moved.points) {
      point = similarity(point);
    }
  }
  return moved;
}

LabeledFace mirror(const LabeledFace& face, int width) {
  LabeledFace mirrored{flip_box(face.box, width), std::nullopt};
  if (face.points) {
    static constexpr std::array<std::size_t, 5> order = {1, 0, 2, 4, 3};
    mirrored.points.emplace();
    for (std::size_t i = 0; i < order.size(); ++i) {
      const Point& from = (*face.points)[order[i]];
      (*mirrored.points)[i] = {static_cast<float>(width - 1) - from.x, from.y};
    }
  }
  return mirrored;
}

// Whether enough of a face lies in an area for it to be found there; nothing if it lies outside.
std::optional<Judgment> judge(const Box& box, const cv::Rect& area) {
  const float left = std::max(box.x, static_cast<float>(area.x));
  const float top = std::max(box.y, static_cast<float>(area.y));
  const float right = std::min(box.right(), static_cast<float>(area.br().x));
  const float bottom = std::min(box.bottom(), static_cast<float>(area.br().y));
  if (right <= left || bottom <= top) {
    return std::nullopt;
  }
  const float visible = (right - left) * (bottom - top) / std::max(box.area(), 1e-6F);
  const bool small = std::max(box.width, box.height) < min_wanted;
  return visible < 0.6F || small ? Judgment::ignored : Judgment::wanted;
}

float log_uniform(float low, float high, Random& random) {
  return std::exp(random.uniform(std::log(low), std::log(high)));
}

// Writes the targets of one image, cell by cell.
class TargetWriter {
 public:
  TargetWriter(DetectionBatch& batch, int index)
      : batch_(batch),
        size_(batch.image.size()),
        first_(static_cast<std::size_t>(index) * static_cast<std::size_t>(cell_count(size_))) {}

  void write(const std::vector<PlacedFace>& faces) {
    std::size_t cell = first_;
    for (std::size_t level = 0; level < strides.size(); ++level) {
      const int cells = size_ / strides[level];
      for (int row = 0; row < cells; ++row) {
        for (int column = 0; column < cells; ++column) {
          write_cell(cell++, level, column, row, faces);
        }
      }
    }
  }

 private:
  void write_cell(std::size_t cell, std::size_t level, int column, int row,
                  const std::vector<PlacedFace>& faces) {
    const auto stride = static_cast<float>(strides[level]);
    const Point center{(static_cast<float>(column) + 0.5F) * stride,
                       (static_cast<float>(row) + 0.5F) * stride};
    const LabeledFace* best = nullptr;
    bool ignored = false;
    for (const PlacedFace& placed : faces) {
      const Box& box = placed.face.box;
      const bool inside =
          center.x > box.x && center.x < box.right() && center.y > box.y && center.y < box.bottom();
      if (placed.judgment == Judgment::ignored) {
        ignored = ignored || inside;
      } else if (answers(box, center, inside, level) &&
                 (best == nullptr || box.area() < best->box.area())) {
        best = &placed.face;
      }
    }
    batch_.face[cell] = best != nullptr ? 1.0F : (ignored ? -1.0F : 0.0F);
    if (best != nullptr) {
      write_face(cell, *best);
    }
  }

  static bool answers(const Box& box, const Point& center, bool inside, std::size_t level) {
    const float side = std::max(box.width, box.height);
    if (side < level_sizes[level].first || side >= level_sizes[level].second) {
      return false;
    }
    const auto stride = static_cast<float>(strides[level]);
    const float dx = std::abs(center.x - box.x - 0.5F * box.width);
    const float dy = std::abs(center.y - box.y - 0.5F * box.height);
    const bool holds_center = std::max(dx, dy) <= 0.5F * stride;
    return inside && (holds_center || std::max(dx, dy) <= center_radius * stride);
  }

  void write_face(std::size_t cell, const LabeledFace& face) {
    float* box = &batch_.box[cell * 4];
    box[0] = face.box.x;
    box[1] = face.box.y;
    box[2] = face.box.right();
    box[3] = face.box.bottom();
    if (!face.points) {
      return;
    }
    batch_.points_known[cell] = 1.0F;
    for (std::size_t i = 0; i < face.points->size(); ++i) {
      batch_.points[cell * 10 + 2 * i] = (*face.points)[i].x;
      batch_.points[cell * 10 + 2 * i + 1] = (*face.points)[i].y;
    }
  }

  DetectionBatch& batch_;
  int size_;
  std::size_t first_;
};

LabeledFace read_face(const CsvTable& table, std::size_t row) {
  constexpr float missing = std::numeric_limits<float>::quiet_NaN();
  const std::size_t box = table.column("box_x");
  LabeledFace face;
  face.box = {table.number(row, box), table.number(row, box + 1), table.number(row, box + 2),
              table.number(row, box + 3)};
  const std::size_t first = table.column("right_eye_x");
  FivePoints points;
  for (std::size_t i = 0; i < points.size(); ++i) {
    points[i] = {table.number(row, first + 2 * i, missing),
                 table.number(row, first + 2 * i + 1, missing)};
    if (!std::isfinite(points[i].x) || !std::isfinite(points[i].y)) {
      return face;
    }
  }
  face.points = points;
  return face;
}

}  // namespace

struct DetectionSamples::Picture {
  cv::Mat rgb;
  std::vector<PlacedFace> faces;
};

std::vector<LabeledPhoto> read_labeled_photos(const std::filesystem::path& data,
                                              const std::string& split) {
  const CsvTable photos = CsvTable::read(data / "masked.csv");
  const CsvTable boxes = CsvTable::read(data / "masked_boxes.csv");
  std::map<std::string, std::vector<LabeledFace>> faces;
  const std::size_t box_file = boxes.column("file");
  for (std::size_t row = 0; row < boxes.rows(); ++row) {
    faces[boxes.text(row, box_file)].push_back(read_face(boxes, row));
  }
  std::vector<LabeledPhoto> found;
  const std::size_t file = photos.column("file");
  const std::size_t split_column = photos.column("split");
  for (std::size_t row = 0; row < photos.rows(); ++row) {
    if (photos.text(row, split_column) != split) {
      continue;
    }
    found.push_back({data / photos.text(row, file), faces[photos.text(row, file)]});
  }
  return found;
}

int cell_count(int size) {
  int count = 0;
  for (const int stride : strides) {
    count += (size / stride) * (size / stride);
  }
  return count;
}

DetectionBatch::DetectionBatch(int count, int size)
    : image(count, size, 3),
      face(static_cast<std::size_t>(count) * static_cast<std::size_t>(cell_count(size))),
      box(face.size() * 4),
      points(face.size() * 10),
      points_known(face.size()) {}

DetectionSamples::DetectionSamples(const TrainingOptions& options)
    : size_(options.size / 32 * 32),
      faces_(read_faces(options.data, "train")),
      order_(0, options.seed),
      synthesizer_(make_synthesizer(options.data)) {
  std::vector<LabeledPhoto> all = read_labeled_photos(options.data, "train");
  for (std::size_t i = 0; i < all.size(); ++i) {
    (i % held_out_step == held_out_step - 1 ? validation_ : photos_).push_back(std::move(all[i]));
  }
  order_ = SampleOrder(std::max<std::size_t>(photos_.size(), 1), options.seed);
}

DetectionBatch DetectionSamples::training_batch(std::uint64_t number, int count) {
  DetectionBatch batch(count, size_);
  order_.for_batch(number, count, [&](int place, std::size_t item, std::mt19937_64& engine) {
    Random random(engine);
    const bool photo = !photos_.empty() && random.chance(photo_share);
    Picture picture = photo ? crop_of_photo(photos_[item], random) : mosaic(random, engine);
    if (random.chance(0.7F)) {
      jitter_colors(picture.rgb, 0.9F, random);
    }
    degrade(picture.rgb, random);
    picture.rgb.copyTo(batch.image.at(place));
    TargetWriter(batch, place).write(picture.faces);
  });
  return batch;
}

DetectionSamples::Picture DetectionSamples::crop_of_photo(const LabeledPhoto& photo,
                                                          Random& random) const {
  cv::Mat rgb = read_rgb(photo.file);
  std::vector<LabeledFace> faces = photo.faces;
  if (random.chance(0.5F)) {
    cv::flip(rgb, rgb, 1);
    for (LabeledFace& face : faces) {
      face = mirror(face, rgb.cols);
    }
  }
  const auto side = static_cast<float>(size_);
  float scale = side / static_cast<float>(std::max(rgb.cols, rgb.rows));
  Point focus{random.uniform(0.3F, 0.7F) * static_cast<float>(rgb.cols),
              random.uniform(0.3F, 0.7F) * static_cast<float>(rgb.rows)};
  if (!faces.empty() && random.chance(0.85F)) {
    const Box& box = random.pick(faces).box;
    focus = {box.x + 0.5F * box.width, box.y + 0.5F * box.height};
    scale = log_uniform(min_face, max_face, random) / std::max(box.width, box.height);
    // A crop larger than the photo would be mostly black.
    const float whole = side / static_cast<float>(std::max(rgb.cols, rgb.rows));
    scale = std::clamp(scale, std::min(whole, max_enlargement), max_enlargement);
  }
  const float roll = random.uniform(-max_roll, max_roll);
  const double a = scale * std::cos(roll);
  const double b = scale * std::sin(roll);
  const double x = side * random.uniform(0.2F, 0.8F);
  const double y = side * random.uniform(0.2F, 0.8F);
  const Similarity to_square(a, b, x - a * focus.x + b * focus.y, y - b * focus.x - a * focus.y);

  Picture picture;
  picture.rgb = imaging::warp_to_square(imaging::as_view(rgb, PixelFormat::rgb), to_square, size_);
  for (const LabeledFace& face : faces) {
    LabeledFace moved = transform(face, to_square);
    if (const auto judgment = judge(moved.box, {0, 0, size_, size_})) {
      picture.faces.push_back({std::move(moved), *judgment});
    }
  }
  return picture;
}

DetectionSamples::Picture DetectionSamples::mosaic(Random& random, std::mt19937_64& engine) const {
  Picture picture;
  picture.rgb = cv::Mat::zeros(size_, size_, CV_8UC3);
  const int tiles = 1 + static_cast<int>(random.weighted({0.45F, 0.35F, 0.20F}));
  for (int row = 0; row < tiles; ++row) {
    for (int column = 0; column < tiles; ++column) {
      const int left = column * size_ / tiles;
      const int top = row * size_ / tiles;
      const cv::Rect tile(left, top, (column + 1) * size_ / tiles - left,
                          (row + 1) * size_ / tiles - top);
      paste_face(picture, tile, random, engine);
    }
  }
  return picture;
}

void DetectionSamples::paste_face(Picture& picture, const cv::Rect& tile, Random& random,
                                  std::mt19937_64& engine) const {
  const FaceRecord& record = random.pick(faces_);
  const MaskedPhoto source =
      read_masked_photo(record, false, mask_probability, synthesizer_, engine);
  cv::Mat rgb = source.photo.rgb;
  LabeledFace face{record.box, record.points};
  if (random.chance(0.5F)) {
    cv::flip(rgb, rgb, 1);
    face = mirror(face, rgb.cols);
  }
  const int side = std::max(tile.width, tile.height);
  const double fit = static_cast<double>(side) / std::min(rgb.cols, rgb.rows);
  const Similarity centered(fit, 0.0, 0.5 * (side - fit * rgb.cols), 0.5 * (side - fit * rgb.rows));
  const Similarity to_square = random_similarity({0.15F, 0.4F, max_roll}, side, random) * centered;
  const cv::Mat square =
      imaging::warp_to_square(imaging::as_view(rgb, PixelFormat::rgb), to_square, side);
  square(cv::Rect(0, 0, tile.width, tile.height)).copyTo(picture.rgb(tile));
  const Similarity to_picture =
      Similarity(1.0, 0.0, static_cast<double>(tile.x), static_cast<double>(tile.y)) * to_square;
  LabeledFace moved = transform(face, to_picture);
  if (const auto judgment = judge(moved.box, tile)) {
    picture.faces.push_back({std::move(moved), *judgment});
  }
}

}  // namespace demask::training
