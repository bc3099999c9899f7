// SPDX-License-Identifier: Apache-2.0
#include "demask/gender_classifier.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <opencv2/core.hpp>
#include <string>

#include "demask/error.hpp"
#include "runtime/output_checks.hpp"
#include "runtime/script_model.hpp"
#include "stages/model_input.hpp"

namespace demask {

const char* to_string(Gender gender) noexcept {
  return gender == Gender::female ? "female" : "male";
}

GenderClassifier::~GenderClassifier() = default;

std::vector<GenderEstimate> GenderClassifier::classify(const std::vector<ImageView>& faces) const {
  return do_classify(faces);
}

GenderEstimate GenderClassifier::classify(const ImageView& face) const {
  return do_classify({face}).at(0);
}

namespace {

using runtime::Tensor;

class TorchScriptGenderClassifier final : public GenderClassifier {
 public:
  TorchScriptGenderClassifier(const std::string& name, const ModelSpec& spec,
                              const ModelSource& source, const RuntimeOptions& options)
      : model_(name, source, options),
        workers_(options.threads),
        size_(spec.input_size),
        passes_(spec.mirror_average ? 2 : 1),
        female_(spec.class_names[0] == to_string(Gender::female) ? 0 : 1) {}

 private:
  std::vector<GenderEstimate> do_classify(const std::vector<ImageView>& faces) const override {
    std::for_each(faces.begin(), faces.end(), stages::check_image);
    std::vector<GenderEstimate> results;
    stages::for_each_batch(faces.size(), [&](std::size_t first, std::size_t count) {
      const std::size_t passes = passes_ * count;
      const auto picture_of = [&](std::size_t i) -> cv::Mat {
        const cv::Mat face = stages::resize_to_square(faces[first + i / passes_], size_);
        if (i % passes_ == 0) {
          return face;
        }
        cv::Mat mirrored;  // Not in place: the pixels of `face` may be the caller's.
        cv::flip(face, mirrored, 1);
        return mirrored;
      };
      const std::vector<Tensor> outputs =
          model_.run_batch(runtime::list_of(stages::make_batch(passes, picture_of, workers_)));
      runtime::require_outputs(outputs, 1, model_.name());
      runtime::require_shape(outputs[0], {static_cast<std::int64_t>(passes), 2}, model_.name(),
                             "logits");
      for (std::size_t i = 0; i < passes; i += passes_) {
        results.push_back(decide(mean_margin(outputs[0].values.data() + 2 * i)));
      }
    });
    return results;
  }

  // How much the logit for female exceeds that for male, averaged over all passes of a face.
  float mean_margin(const float* logits) const {
    float sum = 0.0F;
    for (std::size_t pass = 0; pass < passes_; ++pass, logits += 2) {
      sum += logits[female_] - logits[1 - female_];
    }
    return sum / static_cast<float>(passes_);
  }

  // The softmax of two logits is the logistic function of their difference.
  static GenderEstimate decide(float margin) {
    return {margin >= 0.0F ? Gender::female : Gender::male,
            1.0F / (1.0F + std::exp(-std::abs(margin)))};
  }

  runtime::ScriptModel model_;
  core::Workers workers_;
  int size_;
  std::size_t passes_;  // Per face: 2 if its mirror image is classified too.
  std::size_t female_;
};

void check_classes(const std::vector<std::string>& classes, const std::string& name) {
  const bool valid = classes == std::vector<std::string>{"female", "male"} ||
                     classes == std::vector<std::string>{"male", "female"};
  if (!valid) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("{}: class_names are [{}]; give \"female\" and \"male\" in the order "
                            "of its logits",
                            name, fmt::join(classes, ", ")));
  }
}

}  // namespace

std::unique_ptr<GenderClassifier> make_gender_classifier(const ModelSpec& spec,
                                                         const ModelSource& source,
                                                         const RuntimeOptions& options) {
  const std::string name = stages::model_name("gender classifier", spec, source);
  stages::check_spec(spec, name);
  check_classes(spec.class_names, name);
  return std::make_unique<TorchScriptGenderClassifier>(name, spec, source, options);
}

}  // namespace demask
