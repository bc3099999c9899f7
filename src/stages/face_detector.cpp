#include "demask/face_detector.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "demask/error.hpp"
#include "imaging/preprocess.hpp"
#include "runtime/output_checks.hpp"
#include "runtime/script_model.hpp"
#include "stages/model_input.hpp"
#include "stages/nms.hpp"

namespace demask {

FaceDetector::~FaceDetector() = default;

std::vector<Detection> FaceDetector::detect(const ImageView& photo,
                                            const DetectOptions& options) const {
  return std::move(detect(std::vector<ImageView>{photo}, options).at(0));
}

namespace {

using imaging::Letterbox;
using runtime::Tensor;

struct Candidates {
  Tensor boxes;   // [N,4]
  Tensor scores;  // [N]
  Tensor points;  // [N,5,2]
};

// From the letterbox to the photo; the coordinates of both count from the centre of the top left
// pixel.
class ToPhoto {
 public:
  ToPhoto(const ImageView& photo, const Letterbox& geometry)
      : width_(static_cast<float>(photo.width)),
        height_(static_cast<float>(photo.height)),
        scale_x_(width_ / static_cast<float>(geometry.scaled.width)),
        scale_y_(height_ / static_cast<float>(geometry.scaled.height)) {}

  Point point(const float* xy) const {
    return {(xy[0] + 0.5F) * scale_x_ - 0.5F, (xy[1] + 0.5F) * scale_y_ - 0.5F};
  }

  // Clipped to the photo.
  Box box(const float* xyxy) const {
    const Point first = clip(point(xyxy));
    const Point last = clip(point(xyxy + 2));
    return {first.x, first.y, last.x - first.x, last.y - first.y};
  }

 private:
  Point clip(Point p) const {
    return {std::clamp(p.x, 0.0F, width_), std::clamp(p.y, 0.0F, height_)};
  }

  float width_;
  float height_;
  float scale_x_;
  float scale_y_;
};

std::vector<Detection> to_detections(const Candidates& candidates, const ToPhoto& to_photo,
                                     float threshold) {
  constexpr std::size_t box_values = 4;
  constexpr std::size_t point_values = 10;
  std::vector<Detection> detections;
  for (std::size_t i = 0; i < candidates.scores.values.size(); ++i) {
    Detection detection;
    detection.score = candidates.scores.values[i];
    detection.box = to_photo.box(candidates.boxes.values.data() + i * box_values);
    if (detection.score < threshold || !(detection.box.area() > 0.0F)) {
      continue;
    }
    const float* point = candidates.points.values.data() + i * point_values;
    for (Point& target : detection.points) {
      target = to_photo.point(point);
      point += 2;
    }
    detections.push_back(detection);
  }
  return detections;
}

class TorchScriptFaceDetector final : public FaceDetector {
 public:
  TorchScriptFaceDetector(const std::string& name, const ModelSpec& spec, const ModelSource& source,
                          const RuntimeOptions& options)
      : model_(name, source, options), input_size_(spec.input_size), threshold_(spec.threshold) {}

  std::vector<std::vector<Detection>> detect(const std::vector<ImageView>& photos,
                                             const DetectOptions& options) const override {
    stages::check_options(options);
    const float threshold = options.score_threshold < 0.0F ? threshold_ : options.score_threshold;
    std::vector<Letterbox> geometries;
    std::map<std::pair<int, int>, std::vector<std::size_t>> photos_of_size;
    for (std::size_t i = 0; i < photos.size(); ++i) {
      stages::check_image(photos[i]);
      geometries.push_back(imaging::letterbox({photos[i].width, photos[i].height}, input_size_));
      const cv::Size padded = geometries.back().padded;
      photos_of_size[{padded.width, padded.height}].push_back(i);
    }
    std::vector<std::vector<Detection>> results(photos.size());
    for (const auto& group : photos_of_size) {
      const std::vector<std::size_t>& indices = group.second;
      stages::for_each_batch(indices.size(), [&](std::size_t first, std::size_t count) {
        std::vector<cv::Mat> images;
        for (std::size_t k = first; k < first + count; ++k) {
          images.push_back(imaging::warp_to_letterbox(photos[indices[k]], geometries[indices[k]]));
        }
        const std::vector<Candidates> candidates = run(images);
        for (std::size_t k = 0; k < count; ++k) {
          const std::size_t i = indices[first + k];
          results[i] = stages::suppress_overlaps(
              to_detections(candidates[k], ToPhoto(photos[i], geometries[i]), threshold),
              options.nms_iou);
        }
      });
    }
    return results;
  }

 private:
  std::vector<Candidates> run(const std::vector<cv::Mat>& images) const {
    constexpr std::size_t outputs_of_image = 3;
    std::vector<Tensor> outputs = model_.run({stages::make_batch(images)});
    runtime::require_outputs(outputs, outputs_of_image * images.size(), model_.name());
    std::vector<Candidates> results;
    for (std::size_t i = 0; i < outputs.size(); i += outputs_of_image) {
      Candidates candidates{std::move(outputs[i]), std::move(outputs[i + 1]),
                            std::move(outputs[i + 2])};
      runtime::require_shape(candidates.scores, {-1}, model_.name(), "scores");
      const std::int64_t count = candidates.scores.shape[0];
      runtime::require_shape(candidates.boxes, {count, 4}, model_.name(), "boxes");
      runtime::require_shape(candidates.points, {count, 5, 2}, model_.name(), "points");
      stages::require_probabilities(candidates.scores, model_.name(), "scores");
      results.push_back(std::move(candidates));
    }
    return results;
  }

  runtime::ScriptModel model_;
  int input_size_;
  float threshold_;
};

}  // namespace

std::unique_ptr<FaceDetector> make_face_detector(const ModelSpec& spec, const ModelSource& source,
                                                 const RuntimeOptions& options) {
  const std::string name = stages::model_name("face detector", spec, source);
  stages::check_spec(spec, name);
  return std::make_unique<TorchScriptFaceDetector>(name, spec, source, options);
}

}  // namespace demask
