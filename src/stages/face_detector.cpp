// SPDX-License-Identifier: Apache-2.0
#include "demask/face_detector.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "demask/error.hpp"
#include "stages/detector_network.hpp"
#include "stages/face_search.hpp"
#include "stages/face_size.hpp"
#include "stages/model_input.hpp"

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

using stages::FaceSearch;
using stages::Look;

// Looks whose pictures exist at once.
constexpr std::size_t looks_at_once = 16;

// A look and the search that wants it.
struct WantedLook {
  FaceSearch* search;
  Look look;
};

class TorchScriptFaceDetector final : public FaceDetector {
 public:
  TorchScriptFaceDetector(const std::string& name, const ModelSpec& spec, const ModelSource& source,
                          const RuntimeOptions& options)
      : network_(name, source, options),
        input_size_(spec.input_size),
        largest_face_(spec.largest_face),
        threshold_(spec.threshold) {}

 private:
  std::vector<std::vector<Detection>> do_detect(const std::vector<ImageView>& photos,
                                                const DetectOptions& options) const override {
    stages::check_options(options);
    std::for_each(photos.begin(), photos.end(), stages::check_image);
    std::vector<std::vector<Detection>> results;
    stages::for_each_batch(photos.size(), [&](std::size_t first, std::size_t count) {
      std::vector<FaceSearch> searches;
      for (std::size_t i = first; i < first + count; ++i) {
        searches.emplace_back(photos[i], rules_of(options, photos[i]));
      }
      search(searches);
      for (const FaceSearch& done : searches) {
        results.push_back(done.faces());
      }
    });
    return results;
  }

  stages::SearchRules rules_of(const DetectOptions& options, const ImageView& photo) const {
    stages::SearchRules rules;
    rules.input_size = input_size_;
    rules.largest_face = largest_face_;
    rules.threshold = options.score_threshold.value_or(threshold_);
    rules.max_iou = options.nms_iou;
    rules.min_face = stages::face_size_in_pixels(options.min_face_size, photo);
    return rules;
  }

  // Searches several photos; those of one size share passes.
  void search(std::vector<FaceSearch>& searches) const {
    std::vector<WantedLook> wanted;
    const auto want = [&wanted](FaceSearch& search, std::vector<Look> looks) {
      for (Look& look : looks) {
        wanted.push_back({&search, std::move(look)});
      }
    };
    for (FaceSearch& search : searches) {
      want(search, search.coarse_looks());
    }
    answer(wanted);
    for (FaceSearch& search : searches) {
      while (std::optional<std::vector<Look>> looks = search.next_looks()) {
        want(search, std::move(*looks));
        answer(wanted);
      }
    }
    for (FaceSearch& search : searches) {
      want(search, search.closer_looks());
    }
    answer(wanted);
  }

  // Gives each search the answer to its looks, and clears the list.
  void answer(std::vector<WantedLook>& wanted) const {
    core::for_each_batch(wanted.size(), looks_at_once, [&](std::size_t first, std::size_t count) {
      std::vector<cv::Mat> pictures(count);
      network_.workers().for_each(
          count, [&](std::size_t i) { pictures[i] = wanted[first + i].look.picture(); });
      const std::vector<std::vector<stages::Candidate>> found = network_.run(pictures);
      for (std::size_t i = 0; i < count; ++i) {
        const WantedLook& asked = wanted[first + i];
        asked.search->take(asked.look, found[i]);
      }
    });
    wanted.clear();
  }

  stages::DetectorNetwork network_;
  int input_size_;
  float largest_face_;
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
