// SPDX-License-Identifier: Apache-2.0
#include "demask/prior_inpainter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <string>
#include <utility>

#include "core/prior_square.hpp"
#include "core/workers.hpp"
#include "demask/error.hpp"
#include "imaging/color_match.hpp"
#include "imaging/detail_match.hpp"
#include "imaging/mat.hpp"
#include "runtime/generator_model.hpp"
#include "stages/masked_face.hpp"
#include "stages/model_input.hpp"
#include "stages/painted_color.hpp"

namespace demask {

Similarity prior_similarity(const Landmarks& landmarks, int size) {
  return core::prior_similarity(landmarks, size);
}

namespace {

using runtime::Tensor;

constexpr int full_side = 512;
constexpr int half_side = 256;
// Squares at least this wide are painted at the full side.
constexpr int min_full_side = 384;
constexpr int max_steps = 1000;
// Pixels of at least this face_weight() show the face, whose detail is compared.
constexpr double min_weight_of_face = 0.5;

stages::MaskedFace masked_face(const PriorInput& input) {
  return {input.face, input.mask, input.landmarks};
}

void check_size(const char* name, const ImageView& image, const ImageView& face) {
  stages::check_image(image);
  if (image.width != face.width || image.height != face.height) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("{}: {} x {} is not the size of the face ({} x {}); resize it", name,
                            image.width, image.height, face.width, face.height));
  }
}

void check_input(const PriorInput& input) {
  stages::check_masked_face(masked_face(input), "a face in the square of prior_similarity()");
  if (input.guide.data != nullptr) {
    check_size("guide", input.guide, input.face);
  }
  if (input.reference.data == nullptr) {
    return;
  }
  check_size("reference", input.reference, input.face);
  if (input.reference.format != PixelFormat::gray || input.guide.data == nullptr) {
    throw Error(ErrorCode::invalid_argument,
                "reference: it is not a gray mask of the pixels of a guide; pass both");
  }
}

void check_search(const SearchOptions& options) {
  if (options.steps < 0 || options.steps > max_steps) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("search.steps: {} is out of range; use a value from 0 to {}",
                            options.steps, max_steps));
  }
  if (!(options.seconds >= 0.0) || !std::isfinite(options.seconds)) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("search.seconds: {} is not a time; pass seconds, or 0 for no limit",
                            options.seconds));
  }
}

int work_side(const PriorInput& input) {
  return input.face.width >= min_full_side ? full_side : half_side;
}

cv::Mat resized(const cv::Mat& image, int side) {
  if (image.cols == side) {
    return image;
  }
  cv::Mat result;
  cv::resize(image, result, {side, side}, 0.0, 0.0,
             image.cols > side ? cv::INTER_AREA : cv::INTER_CUBIC);
  return result;
}

// How much the pixels of the square belong to the face: 1 in the middle, falling to 0.05 beyond an
// ellipse around the head. CV_32FC1.
cv::Mat face_weight(int side) {
  constexpr float least = 0.05F;
  const auto width = static_cast<float>(side);
  cv::Mat weight(side, side, CV_32FC1);
  for (int y = 0; y < side; ++y) {
    const float down = (static_cast<float>(y) / width - 0.52F) / 0.42F;
    for (int x = 0; x < side; ++x) {
      const float across = (static_cast<float>(x) / width - 0.5F) / 0.36F;
      weight.at<float>(y, x) = std::clamp(1.6F - std::hypot(across, down), least, 1.0F);
    }
  }
  return weight;
}

// How much each pixel counts where the face is compared with a generated one: CV_32FC1.
cv::Mat visible_weight(const PriorInput& input, int side) {
  cv::Mat share;
  stages::hole_of(input.mask).convertTo(share, CV_32F, 1.0 / 255.0);
  cv::Mat weight = face_weight(side);
  weight.setTo(0.0, resized(share, side) > 0.0);
  return weight;
}

// PriorPainting::error of a generated face, RGB.
float misfit(const cv::Mat& face, const cv::Mat& generated, const cv::Mat& weight) {
  constexpr std::array<int, 3> sides = {128, 64, 32};
  cv::Mat difference;
  cv::subtract(generated, face, difference, cv::noArray(), CV_32FC3);
  cv::Mat weights;
  cv::merge(std::vector<cv::Mat>(3, weight), weights);
  difference = difference.mul(weights, 1.0 / 255.0);
  double sum = 0.0;
  for (const int side : sides) {
    const cv::Scalar differences = cv::sum(cv::abs(resized(difference, side)));
    const double count = std::max(1e-6, 3.0 * cv::sum(resized(weight, side))[0]);
    sum += (differences[0] + differences[1] + differences[2]) / count;
  }
  return static_cast<float>(sum / static_cast<double>(sides.size()));
}

// The hole's pixels by how little they are known, as make_prior_inpainter() says: CV_8UC1.
cv::Mat unknown_share(const PriorInput& input, const cv::Mat& hole) {
  constexpr int guessed = 191;      // 0.75
  constexpr int other_photo = 128;  // 0.5
  if (input.guide.data == nullptr) {
    return hole;
  }
  cv::Mat share = cv::Mat::zeros(hole.size(), CV_8UC1);
  share.setTo(guessed, hole);
  if (input.reference.data != nullptr) {
    const cv::Mat reference = resized(stages::hole_of(input.reference), hole.cols);
    share.setTo(other_photo, (reference > 127) & hole);
  }
  return share;
}

runtime::MaskedFace to_tensors(const PriorInput& input, int size) {
  const stages::NetworkFace face = stages::prepare(masked_face(input), size);
  cv::Mat filled = stages::without_hole(face.face, face.hole);
  if (input.guide.data != nullptr) {
    resized(imaging::to_rgb(input.guide), size).copyTo(filled, face.hole);
  }
  const core::Workers alone(1);
  return {stages::make_batch({filled}, alone),
          stages::make_batch({unknown_share(input, face.hole)}, alone),
          stages::make_batch({face.landmark_map}, alone)};
}

Tensor to_tensor(const cv::Mat& weight) {
  Tensor tensor({1, 1, weight.rows, weight.cols});
  std::copy(weight.begin<float>(), weight.end<float>(), tensor.values.begin());
  return tensor;
}

runtime::SearchTarget target_of(const PriorInput& input, int side) {
  const core::Workers alone(1);
  const cv::Mat visible = visible_weight(input, side);
  const cv::Mat face = imaging::to_rgb(input.face);
  const bool is_guided = input.guide.data != nullptr;
  const cv::Mat guide = is_guided ? imaging::to_rgb(input.guide) : face;
  cv::Mat guided = cv::Mat::zeros(side, side, CV_32FC1);
  if (is_guided) {
    guided.setTo(1.0, visible == 0.0);
  }
  runtime::SearchTarget target;
  target.face = stages::make_batch({resized(face, side)}, alone);
  target.visible = to_tensor(visible);
  target.guide = stages::make_batch({resized(guide, side)}, alone);
  target.guided = to_tensor(guided);
  target.colorless = stages::color_share(face, ~stages::hole_of(input.mask)) < 0.5;
  return target;
}

class TorchScriptPriorInpainter final : public PriorInpainter {
 public:
  TorchScriptPriorInpainter(const std::string& name, const ModelSpec& spec,
                            const ModelSource& source, const RuntimeOptions& options)
      : model_(name, source, options), size_(spec.input_size) {}

 private:
  // One face at a time: the tensors between the layers are large.
  std::vector<PriorPainting> do_inpaint(const std::vector<PriorInput>& inputs) const override {
    std::for_each(inputs.begin(), inputs.end(), check_input);
    std::vector<PriorPainting> results;
    results.reserve(inputs.size());
    for (const PriorInput& input : inputs) {
      results.push_back(finished(input, model_.paint(to_tensors(input, size_), work_side(input))));
    }
    return results;
  }

  PriorPainting do_refine(const PriorInput& input, const SearchOptions& options,
                          const SearchCallbacks& callbacks) const override {
    check_input(input);
    runtime::SearchLimits limits{options.steps, options.seconds};
    limits.after_step = [&](int done) {
      if (callbacks.progress) {
        callbacks.progress(done, options.steps);
      }
      if (callbacks.cancelled && callbacks.cancelled()) {
        throw Error(ErrorCode::cancelled, "refine: cancelled by the caller; call it again");
      }
    };
    return finished(
        input, model_.search(to_tensors(input, size_), target_of(input, work_side(input)), limits));
  }

  // The generated face put into the hole.
  static PriorPainting finished(const PriorInput& input, const Tensor& output) {
    PriorPainting result;
    result.face = convert(input.face, PixelFormat::rgb);
    cv::Mat pixels = imaging::as_mat(result.face);
    const cv::Mat hole = stages::hole_of(input.mask);
    const cv::Mat weight = visible_weight(input, input.face.width);
    const cv::Mat generated = stages::as_colorful_as(
        pixels, ~hole,
        imaging::match_color(resized(runtime::get_image(output, 0), input.face.width), pixels,
                             weight));
    result.error = misfit(pixels, generated, weight);
    imaging::match_detail(generated, pixels, weight > min_weight_of_face).copyTo(pixels, hole);
    return result;
  }

  runtime::GeneratorModel model_;
  int size_;
};

}  // namespace

PriorInpainter::~PriorInpainter() = default;

std::vector<PriorPainting> PriorInpainter::inpaint(const std::vector<PriorInput>& inputs) const {
  return do_inpaint(inputs);
}

PriorPainting PriorInpainter::refine(const PriorInput& input, const SearchOptions& options,
                                     const SearchCallbacks& callbacks) const {
  check_search(options);
  return options.steps == 0 ? std::move(do_inpaint({input}).at(0))
                            : do_refine(input, options, callbacks);
}

PriorPainting PriorInpainter::do_refine(const PriorInput& input, const SearchOptions& /*options*/,
                                        const SearchCallbacks& /*callbacks*/) const {
  return std::move(do_inpaint({input}).at(0));
}

std::unique_ptr<PriorInpainter> make_prior_inpainter(const ModelSpec& spec,
                                                     const ModelSource& source,
                                                     const RuntimeOptions& options) {
  const std::string name = stages::model_name("prior inpainter", spec, source);
  stages::check_spec(spec, name);
  return std::make_unique<TorchScriptPriorInpainter>(name, spec, source, options);
}

}  // namespace demask
