// SPDX-License-Identifier: Apache-2.0
#include "demask/inpainter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <opencv2/imgproc.hpp>
#include <string>
#include <utility>

#include "core/checks.hpp"
#include "demask/error.hpp"
#include "imaging/background_color.hpp"
#include "imaging/enlarge.hpp"
#include "imaging/mat.hpp"
#include "imaging/preprocess.hpp"
#include "runtime/output_checks.hpp"
#include "runtime/script_model.hpp"
#include "stages/model_input.hpp"

namespace demask {

Inpainter::~Inpainter() = default;

std::vector<Image> Inpainter::inpaint(const std::vector<InpaintInput>& inputs) const {
  return do_inpaint(inputs);
}

Image Inpainter::inpaint(const InpaintInput& input) const {
  return std::move(do_inpaint({input}).at(0));
}

namespace {

using runtime::Tensor;

constexpr double covered_level = 127.0;  // Mask levels above this count as covered.

void check_landmarks(const Landmarks& landmarks) {
  const auto expected = static_cast<std::size_t>(landmarks.scheme);
  if (landmarks.points.size() != expected) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("landmarks: there are {} points where the scheme has {}; pass a full "
                            "set",
                            landmarks.points.size(), expected));
  }
  if (!core::all_finite(landmarks.points)) {
    throw Error(ErrorCode::invalid_argument,
                "landmarks: a coordinate is not finite; pass finite pixel coordinates");
  }
}

void check_input(const InpaintInput& input) {
  stages::check_image(input.face);
  stages::check_image(input.mask);
  if (input.face.width != input.face.height) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("face: {} x {} is not square; pass a canonical face", input.face.width,
                            input.face.height));
  }
  if (input.mask.format != PixelFormat::gray) {
    throw Error(ErrorCode::invalid_argument,
                "mask: its pixel format is not gray; convert it to gray");
  }
  if (input.mask.width != input.face.width || input.mask.height != input.face.height) {
    throw Error(
        ErrorCode::invalid_argument,
        fmt::format("mask: {} x {} is not the size of the face ({} x {}); resize it",
                    input.mask.width, input.mask.height, input.face.width, input.face.height));
  }
  check_landmarks(input.landmarks);
}

// The network's inputs for one face, resized to the network's input size.
struct NetworkInput {
  cv::Mat face;  // The hole is zero, the background pale.
  cv::Mat hole;
  cv::Mat landmark_map;
  cv::Mat taken;  // Colors of the background, as in imaging::PaleBackground.
};

cv::Mat hole_of(const InpaintInput& input) { return imaging::as_mat(input.mask) > covered_level; }

Landmarks scale_landmarks(Landmarks landmarks, int from, int to) {
  const float scale = static_cast<float>(to) / static_cast<float>(from);
  for (Point& p : landmarks.points) {
    p = {(p.x + 0.5F) * scale - 0.5F, (p.y + 0.5F) * scale - 0.5F};
  }
  return landmarks;
}

NetworkInput prepare(const InpaintInput& input, int size) {
  NetworkInput result;
  const cv::Mat face = stages::resize_to_square(input.face, size);
  result.hole = hole_of(input);
  if (result.hole.cols != size) {
    // A pixel that any covered pixel overlaps is covered, so that no mask shows around the hole.
    const bool shrinks = result.hole.cols > size;
    cv::Mat shares;
    result.hole.convertTo(shares, CV_32F);
    cv::resize(shares, shares, {size, size}, 0.0, 0.0, shrinks ? cv::INTER_AREA : cv::INTER_LINEAR);
    result.hole = shares > 0.0;
  }
  const Landmarks landmarks = scale_landmarks(input.landmarks, input.face.width, size);
  const imaging::PaleBackground pale = imaging::take_background_color(face, result.hole, landmarks);
  result.face = pale.rgb.clone();
  result.face.setTo(cv::Scalar::all(0), result.hole);
  result.taken = pale.taken;
  result.landmark_map = imaging::draw_landmark_map(landmarks, size);
  return result;
}

// Mean difference between the largest and smallest channel, in levels: below the first a picture
// has no color except noise; above the second it is a color picture.
constexpr double colorless = 2.0;
constexpr double colored = 4.0;

// How colorful the known pixels of a face are: from 0 (black and white) to 1 (color).
double color_share(const cv::Mat& rgb, const cv::Mat& known) {
  if (cv::countNonZero(known) == 0) {
    return 1.0;
  }
  std::array<cv::Mat, 3> channels;
  cv::split(rgb, channels.data());
  cv::Mat low;
  cv::Mat high;
  cv::min(channels[0], channels[1], low);
  cv::min(low, channels[2], low);
  cv::max(channels[0], channels[1], high);
  cv::max(high, channels[2], high);
  const double difference = cv::mean(high - low, known)[0];
  return std::clamp((difference - colorless) / (colored - colorless), 0.0, 1.0);
}

// Painted pixels are sharpened only where detail_beyond() exceeds this.
constexpr double unseen_detail = 0.25;
// Sharpening per unit of detail above that, and the maximum.
constexpr double sharpening_per_detail = 5.0;
constexpr double max_sharpening = 2.0;

// The painted pixels resized to the face, with edges sharpened to match the known part of the face.
cv::Mat fit_painted(const cv::Mat& painted, const cv::Mat& face, const cv::Mat& known) {
  if (painted.cols == face.cols) {
    return painted;
  }
  if (painted.cols > face.cols) {
    cv::Mat fitting;
    cv::resize(painted, fitting, face.size(), 0.0, 0.0, cv::INTER_AREA);
    return fitting;
  }
  // A canonical face is black beyond the photo's border, which is not an edge of the face.
  cv::Mat counted;
  cv::inRange(face, cv::Scalar::all(0), cv::Scalar::all(0), counted);
  counted = ~counted & known;
  const double seen = imaging::detail_beyond(face, counted, painted.cols) - unseen_detail;
  return imaging::enlarge(painted, face.cols,
                          std::clamp(seen * sharpening_per_detail, 0.0, max_sharpening));
}

// The face with the painted pixels in its hole, as sharp and as colorful as the face.
Image fill_hole(const InpaintInput& input, const cv::Mat& painted) {
  Image result = convert(input.face, PixelFormat::rgb);
  cv::Mat pixels = imaging::as_mat(result);
  const cv::Mat hole = hole_of(input);
  const cv::Mat known = ~hole;
  cv::Mat fitting = fit_painted(painted, pixels, known);
  const double share = color_share(pixels, known);
  if (share < 1.0) {
    cv::Mat gray;
    cv::cvtColor(fitting, gray, cv::COLOR_RGB2GRAY);
    cv::cvtColor(gray, gray, cv::COLOR_GRAY2RGB);
    cv::Mat mixed;  // Not in place: these are the network's pixels.
    cv::addWeighted(fitting, share, gray, 1.0 - share, 0.0, mixed);
    fitting = mixed;
  }
  fitting.copyTo(pixels, hole);
  return result;
}

class TorchScriptInpainter final : public Inpainter {
 public:
  TorchScriptInpainter(const std::string& name, const ModelSpec& spec, const ModelSource& source,
                       const RuntimeOptions& options)
      : model_(name, source, options), workers_(options.threads), size_(spec.input_size) {}

 private:
  std::vector<Image> do_inpaint(const std::vector<InpaintInput>& inputs) const override {
    std::for_each(inputs.begin(), inputs.end(), check_input);
    std::vector<Image> results(inputs.size());
    stages::for_each_batch(inputs.size(), [&](std::size_t first, std::size_t count) {
      std::vector<cv::Mat> faces(count);
      std::vector<cv::Mat> holes(count);
      std::vector<cv::Mat> landmark_maps(count);
      std::vector<cv::Mat> taken(count);
      workers_.for_each(count, [&](std::size_t i) {
        NetworkInput input = prepare(inputs[first + i], size_);
        faces[i] = std::move(input.face);
        holes[i] = std::move(input.hole);
        landmark_maps[i] = std::move(input.landmark_map);
        taken[i] = std::move(input.taken);
      });
      const std::vector<Tensor> outputs = model_.run_batch(
          runtime::list_of(stages::make_batch(faces, workers_), stages::make_batch(holes, workers_),
                           stages::make_batch(landmark_maps, workers_)));
      runtime::require_outputs(outputs, 1, model_.name());
      runtime::require_shape(outputs[0], {static_cast<std::int64_t>(count), 3, size_, size_},
                             model_.name(), "face");
      workers_.for_each(count, [&](std::size_t i) {
        const cv::Mat painted = runtime::get_image(outputs[0], static_cast<std::int64_t>(i));
        results[first + i] = fill_hole(
            inputs[first + i], imaging::return_background_color(painted, holes[i], taken[i]));
      });
    });
    return results;
  }

  runtime::ScriptModel model_;
  core::Workers workers_;
  int size_;
};

}  // namespace

std::unique_ptr<Inpainter> make_inpainter(const ModelSpec& spec, const ModelSource& source,
                                          const RuntimeOptions& options) {
  const std::string name = stages::model_name("inpainter", spec, source);
  stages::check_spec(spec, name);
  return std::make_unique<TorchScriptInpainter>(name, spec, source, options);
}

}  // namespace demask
