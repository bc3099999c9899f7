// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <set>

#include "data/csv.hpp"
#include "data/face_dataset.hpp"
#include "evaluate/evaluation.hpp"
#include "evaluate/shown_batches.hpp"
#include "imaging/mat.hpp"
#include "metrics/detection_matching.hpp"

namespace demask::training {
namespace {

constexpr float min_overlap = 0.5F;
// Faces whose box has a larger side below this many pixels are not expected to be found.
constexpr float min_face = 32.0F;
// Labels given by people; others come from a detector.
const std::set<std::string> hand_made = {"with_mask", "incorrect", "without_mask"};
const std::set<std::string> masked_labels = {"with_mask", "incorrect"};

struct LabeledPhoto {
  std::filesystem::path file;
  std::string source;
  std::vector<Box> boxes;
  std::vector<std::string> labels;

  // Whether all labels were given by people, so that every face in the photo is labeled.
  bool complete() const {
    return std::all_of(labels.begin(), labels.end(),
                       [](const std::string& label) { return hand_made.count(label) != 0; });
  }
};

std::map<std::string, std::size_t> places_of(const std::vector<LabeledPhoto>& photos,
                                             const std::filesystem::path& data) {
  std::map<std::string, std::size_t> places;
  for (std::size_t i = 0; i < photos.size(); ++i) {
    places[photos[i].file.lexically_relative(data).generic_string()] = i;
  }
  return places;
}

std::vector<LabeledPhoto> read_photos(const EvaluationOptions& options) {
  const CsvTable table = CsvTable::read(options.data / "masked.csv");
  std::vector<LabeledPhoto> photos;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (table.text(row, table.column("split")) != options.split) {
      continue;
    }
    LabeledPhoto& photo = photos.emplace_back();
    photo.file = options.data / table.text(row, table.column("file"));
    photo.source = table.text(row, table.column("source"));
  }
  if (options.limit > 0 && photos.size() > options.limit) {
    std::vector<LabeledPhoto> chosen;
    for (std::size_t i = 0; i < options.limit; ++i) {
      chosen.push_back(photos[i * photos.size() / options.limit]);
    }
    photos = std::move(chosen);
  }
  const std::map<std::string, std::size_t> places = places_of(photos, options.data);
  const CsvTable boxes = CsvTable::read(options.data / "masked_boxes.csv");
  const std::size_t x = boxes.column("box_x");
  for (std::size_t row = 0; row < boxes.rows(); ++row) {
    const auto place = places.find(boxes.text(row, boxes.column("file")));
    if (place == places.end()) {
      continue;
    }
    LabeledPhoto& photo = photos[place->second];
    photo.boxes.push_back({boxes.number(row, x), boxes.number(row, x + 1), boxes.number(row, x + 2),
                           boxes.number(row, x + 3)});
    photo.labels.push_back(boxes.text(row, boxes.column("label")));
  }
  return photos;
}

bool large(const Box& box) { return std::max(box.width, box.height) >= min_face; }

struct Figures {
  std::map<std::string, Mean> recall;  // by label
  Mean recall_masked;
  Mean precision;
};

void judge(const LabeledPhoto& photo, const std::vector<Detection>& detections, Figures& figures) {
  const std::vector<int> hits = match_detections(detections, photo.boxes, min_overlap);
  for (std::size_t l = 0; l < photo.boxes.size(); ++l) {
    if (!large(photo.boxes[l])) {
      continue;
    }
    const bool hit = std::find(hits.begin(), hits.end(), static_cast<int>(l)) != hits.end();
    const std::string& label = photo.labels[l];
    figures.recall[label == "face" ? "face_" + photo.source : label].add(hit ? 1.0 : 0.0);
    if (masked_labels.count(label) != 0) {
      figures.recall_masked.add(hit ? 1.0 : 0.0);
    }
  }
  if (!photo.complete()) {
    return;
  }
  for (std::size_t d = 0; d < detections.size(); ++d) {
    if (large(detections[d].box)) {
      figures.precision.add(hits[d] >= 0 ? 1.0 : 0.0);
    }
  }
}

}  // namespace

void evaluate_detector(const Evaluation& evaluation) {
  const auto detector = evaluation.bundle.load_face_detector(evaluation.options.runtime);
  const std::vector<LabeledPhoto> photos = read_photos(evaluation.options);
  Figures figures;
  in_shown_batches(photos.size(), "detector", [&](std::size_t first, std::size_t last) {
    std::vector<cv::Mat> images;
    std::vector<ImageView> views;
    for (std::size_t i = first; i < last; ++i) {
      images.push_back(read_rgb(photos[i].file));
      views.push_back(imaging::as_view(images.back(), PixelFormat::rgb));
    }
    const auto detections = detector->detect(views);
    for (std::size_t i = first; i < last; ++i) {
      judge(photos[i], detections[i - first], figures);
    }
  });
  Report& report = evaluation.report;
  report.add("detector.recall_masked", figures.recall_masked);
  report.add("detector.precision_masked", figures.precision);
  report.add("detector.recall", figures.recall);
}

}  // namespace demask::training
