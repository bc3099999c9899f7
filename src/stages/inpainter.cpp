// SPDX-License-Identifier: Apache-2.0
#include "demask/inpainter.hpp"

#include <algorithm>
#include <cstdint>
#include <opencv2/imgproc.hpp>
#include <string>
#include <utility>

#include "imaging/background_color.hpp"
#include "imaging/enlarge.hpp"
#include "imaging/mat.hpp"
#include "runtime/output_checks.hpp"
#include "runtime/script_model.hpp"
#include "stages/masked_face.hpp"
#include "stages/model_input.hpp"
#include "stages/painted_color.hpp"

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

stages::MaskedFace masked_face(const InpaintInput& input) {
  return {input.face, input.mask, input.landmarks};
}

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
  return imaging::enlarge(painted, face.cols,
                          imaging::sharpening_beyond(face, counted, painted.cols));
}

// The face with the painted pixels in its hole, as sharp and as colorful as the face.
Image fill_hole(const InpaintInput& input, const cv::Mat& painted) {
  Image result = convert(input.face, PixelFormat::rgb);
  cv::Mat pixels = imaging::as_mat(result);
  const cv::Mat hole = stages::hole_of(input.mask);
  const cv::Mat known = ~hole;
  const cv::Mat fitting =
      stages::as_colorful_as(pixels, known, fit_painted(painted, pixels, known));
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
    for (const InpaintInput& input : inputs) {
      stages::check_masked_face(masked_face(input), "a canonical face");
    }
    std::vector<Image> results(inputs.size());
    stages::for_each_batch(inputs.size(), [&](std::size_t first, std::size_t count) {
      std::vector<cv::Mat> faces(count);
      std::vector<cv::Mat> holes(count);
      std::vector<cv::Mat> landmark_maps(count);
      std::vector<imaging::PaleBackground> pale(count);
      workers_.for_each(count, [&](std::size_t i) {
        stages::NetworkFace input = stages::prepare(masked_face(inputs[first + i]), size_);
        pale[i] = imaging::take_background_color(input.face, input.hole, input.landmarks);
        faces[i] = stages::without_hole(pale[i].rgb, input.hole);
        holes[i] = std::move(input.hole);
        landmark_maps[i] = std::move(input.landmark_map);
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
            inputs[first + i], imaging::return_background_color(painted, holes[i], pale[i]));
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
