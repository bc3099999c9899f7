// SPDX-License-Identifier: Apache-2.0
#include "demask/face_detector.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <tuple>
#include <utility>

#include "demask/error.hpp"
#include "imaging/preprocess.hpp"
#include "runtime/output_checks.hpp"
#include "runtime/script_model.hpp"
#include "stages/model_input.hpp"
#include "stages/nms.hpp"

namespace demask {

FaceDetector::~FaceDetector() = default;

std::vector<std::vector<Detection>> FaceDetector::detect(const std::vector<ImageView>& photos,
                                                         const DetectOptions& options) const {
  return do_detect(photos, options);
}

std::vector<Detection> FaceDetector::detect(const ImageView& photo,
                                            const DetectOptions& options) const {
  return std::move(do_detect({photo}, options).at(0));
}

float roll_of(const Detection& detection) noexcept {
  const Point right_eye = detection.points[0];
  const Point left_eye = detection.points[1];
  const float dx = left_eye.x - right_eye.x;
  const float dy = left_eye.y - right_eye.y;
  const bool is_plausible = std::hypot(dx, dy) > 0.1F * detection.box.width;
  return is_plausible ? std::atan2(dy, dx) : 0.0F;
}

namespace {

using imaging::Letterbox;
using runtime::Tensor;

struct Candidates {
  Tensor boxes;   // [N,4]
  Tensor scores;  // [N]
  Tensor points;  // [N,5,2]
};

// Maps coordinates from the letterbox to the photo. In both, (0, 0) is the center of the top left
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

  // The box, clipped to the photo.
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

/// A search of the whole photo at one size, and the range of face sizes it is responsible for.
struct Search {
  int longest_side = 0;
  float smallest_face = 0.0F;  ///< Longer side of the box, in px of the scaled photo.
  float largest_face = std::numeric_limits<float>::infinity();

  /// @param box x1, y1, x2, y2.
  bool answers_for(const float* box) const {
    const float side = std::max(box[2] - box[0], box[3] - box[1]);
    return side >= smallest_face && side <= largest_face;
  }
};

/// A network finds only faces of the sizes it was trained on (Singh and Davis, CVPR 2018), so a
/// second search at half the photo's size finds larger ones. Where their ranges overlap, both
/// search.
std::vector<Search> searches_of(const ModelSpec& spec) {
  std::vector<Search> searches = {{spec.input_size}};
  if (spec.largest_face > 0.0F) {
    searches.front().largest_face = spec.largest_face;
    searches.push_back({spec.input_size / 2, spec.largest_face / 4.0F});
  }
  return searches;
}

std::vector<Detection> to_detections(const Candidates& candidates, const ToPhoto& to_photo,
                                     const Search& search, float threshold) {
  constexpr std::size_t box_values = 4;
  constexpr std::size_t point_values = 10;
  std::vector<Detection> detections;
  for (std::size_t i = 0; i < candidates.scores.values.size(); ++i) {
    const float* box = candidates.boxes.values.data() + i * box_values;
    Detection detection;
    detection.score = candidates.scores.values[i];
    detection.box = to_photo.box(box);
    if (detection.score < threshold || !search.answers_for(box) || !(detection.box.area() > 0.0F)) {
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
      : model_(name, source, options),
        workers_(options.threads),
        searches_(searches_of(spec)),
        threshold_(spec.threshold) {}

 private:
  std::vector<std::vector<Detection>> do_detect(const std::vector<ImageView>& photos,
                                                const DetectOptions& options) const override {
    stages::check_options(options);
    std::for_each(photos.begin(), photos.end(), stages::check_image);
    const float threshold = options.score_threshold.value_or(threshold_);
    std::vector<std::vector<Detection>> results(photos.size());
    stages::for_each_batch(photos.size(), [&](std::size_t first, std::size_t count) {
      const auto begin = photos.begin() + static_cast<std::ptrdiff_t>(first);
      const std::vector<ImageView> some(begin, begin + static_cast<std::ptrdiff_t>(count));
      for (const std::vector<Pass>& alike : passes_of(some)) {
        std::vector<cv::Mat> pictures;
        for (const Pass& pass : alike) {
          pictures.push_back(pass.picture);
        }
        const std::vector<Candidates> candidates = run(stages::make_batch(pictures, workers_));
        for (std::size_t i = 0; i < alike.size(); ++i) {
          const Pass& pass = alike[i];
          const std::vector<Detection> found = to_detections(
              candidates[i], ToPhoto(some[pass.photo], pass.geometry), *pass.search, threshold);
          std::vector<Detection>& all = results[first + pass.photo];
          all.insert(all.end(), found.begin(), found.end());
        }
      }
    });
    for (std::vector<Detection>& found : results) {
      found = stages::suppress_overlaps(std::move(found), options.nms_iou);
    }
    return results;
  }

  /// One pass of the network: one search of one photo.
  struct Pass {
    std::size_t photo = 0;
    const Search* search = nullptr;
    Letterbox geometry;
    cv::Mat picture;
  };

  /// All passes over all photos, grouped into batches: each has one search and one picture size.
  std::vector<std::vector<Pass>> passes_of(const std::vector<ImageView>& photos) const {
    std::vector<Pass> passes;
    for (const Search& search : searches_) {
      for (std::size_t i = 0; i < photos.size(); ++i) {
        passes.push_back(
            {i,
             &search,
             imaging::letterbox({photos[i].width, photos[i].height}, search.longest_side),
             {}});
      }
    }
    workers_.for_each(passes.size(), [&](std::size_t i) {
      passes[i].picture = imaging::warp_to_letterbox(photos[passes[i].photo], passes[i].geometry);
    });
    std::map<std::tuple<const Search*, int, int>, std::vector<Pass>> alike;
    for (Pass& pass : passes) {
      const cv::Size padded = pass.geometry.padded;
      alike[{pass.search, padded.width, padded.height}].push_back(std::move(pass));
    }
    std::vector<std::vector<Pass>> groups;
    for (auto& group : alike) {
      groups.push_back(std::move(group.second));
    }
    return groups;
  }

  std::vector<Candidates> run(Tensor images) const {
    constexpr std::size_t outputs_of_image = 3;
    const auto photos = static_cast<std::size_t>(images.shape.front());
    std::vector<Tensor> outputs = model_.run_each(runtime::list_of(std::move(images)));
    runtime::require_outputs(outputs, outputs_of_image * photos, model_.name());
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
  core::Workers workers_;
  std::vector<Search> searches_;
  float threshold_;
};

}  // namespace

std::unique_ptr<FaceDetector> make_face_detector(const ModelSpec& spec, const ModelSource& source,
                                                 const RuntimeOptions& options) {
  const std::string name = stages::model_name("face detector", spec, source);
  stages::check_spec(spec, name);
  if (!(spec.largest_face >= 0.0F) || !std::isfinite(spec.largest_face)) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("{}: largest_face {} is not a length; give the longest side in px of "
                            "the faces it was trained on, or 0",
                            name, spec.largest_face));
  }
  return std::make_unique<TorchScriptFaceDetector>(name, spec, source, options);
}

}  // namespace demask
