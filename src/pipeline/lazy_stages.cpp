// SPDX-License-Identifier: Apache-2.0
#include "pipeline/lazy_stages.hpp"

#include <algorithm>
#include <iterator>
#include <string>
#include <system_error>

#include "demask/error.hpp"

namespace demask::pipeline {
namespace {

// The loader of a stage that no bundle can provide.
template <typename StageType>
typename LazyStage<StageType>::Loader missing(Stage stage) {
  return [stage]() -> std::unique_ptr<StageType> {
    throw Error(ErrorCode::bundle_invalid, std::string(to_string(stage)) +
                                               ": this reconstructor was made without one; pass "
                                               "the stage, or a bundle that has it");
  };
}

}  // namespace

LazyStages::LazyStages(const ModelBundle& bundle, Stages given, const RuntimeOptions& options)
    : workers_(options.threads),
      has_face_detector_(given.face_detector || bundle.has(Stage::face_detector)),
      has_segmenter_(given.segmenter || bundle.has(Stage::segmenter)),
      has_prior_inpainter_(given.inpainter_prior || bundle.has(Stage::inpainter_prior)),
      has_shape_model_(given.shape_model || bundle.has(Stage::shape_model)),
      face_detector_(std::move(given.face_detector),
                     [=] { return bundle.load_face_detector(options); }),
      segmenter_(std::move(given.segmenter), [=] { return bundle.load_segmenter(options); }),
      landmark_detector_(std::move(given.landmark_detector),
                         [=] { return bundle.load_landmark_detector(options); }),
      gender_classifier_(std::move(given.gender_classifier),
                         [=] { return bundle.load_gender_classifier(options); }),
      inpainter_female_(std::move(given.inpainter_female),
                        [=] { return bundle.load_inpainter(Gender::female, options); }),
      inpainter_male_(std::move(given.inpainter_male),
                      [=] { return bundle.load_inpainter(Gender::male, options); }),
      inpainter_prior_(std::move(given.inpainter_prior),
                       [=] { return bundle.load_prior_inpainter(options); }),
      shape_model_(std::move(given.shape_model), [=] { return bundle.load_shape_model(options); }) {
}

LazyStages::LazyStages(Stages given)
    : workers_(1),
      has_face_detector_(given.face_detector != nullptr),
      has_segmenter_(given.segmenter != nullptr),
      has_prior_inpainter_(given.inpainter_prior != nullptr),
      has_shape_model_(given.shape_model != nullptr),
      face_detector_(std::move(given.face_detector), missing<FaceDetector>(Stage::face_detector)),
      segmenter_(std::move(given.segmenter), missing<Segmenter>(Stage::segmenter)),
      landmark_detector_(std::move(given.landmark_detector),
                         missing<LandmarkDetector>(Stage::landmark_detector)),
      gender_classifier_(std::move(given.gender_classifier),
                         missing<GenderClassifier>(Stage::gender_classifier)),
      inpainter_female_(std::move(given.inpainter_female),
                        missing<Inpainter>(Stage::inpainter_female)),
      inpainter_male_(std::move(given.inpainter_male), missing<Inpainter>(Stage::inpainter_male)),
      inpainter_prior_(std::move(given.inpainter_prior),
                       missing<PriorInpainter>(Stage::inpainter_prior)),
      shape_model_(std::move(given.shape_model), missing<ShapeModel>(Stage::shape_model)) {}

bool LazyStages::finds_faces_by_masks() const {
  return !has_face_detector_ && has_segmenter_ && segmenter().input() == SegmenterInput::photo;
}

void LazyStages::load_ahead(const std::vector<Stage>& stages) const {
  std::vector<Stage> wanting;
  std::copy_if(stages.begin(), stages.end(), std::back_inserter(wanting),
               [this](Stage stage) { return !is_loaded(stage); });
  const core::Activity activity;
  const std::lock_guard lock(ahead_mutex_);
  if (wanting.empty() || ahead_.is_started()) {
    return;
  }
  try {
    ahead_.start([this, wanting] { load_quietly(wanting); });
  } catch (const std::system_error&) {
    // If no thread can be started, each stage is loaded when it is needed.
  }
}

template <typename Use>
bool LazyStages::visit(Stage stage, const Use& use) const {
  switch (stage) {
    case Stage::face_detector:
      return use(face_detector_);
    case Stage::segmenter:
      return use(segmenter_);
    case Stage::landmark_detector:
      return use(landmark_detector_);
    case Stage::gender_classifier:
      return use(gender_classifier_);
    case Stage::inpainter_female:
      return use(inpainter_female_);
    case Stage::inpainter_male:
      return use(inpainter_male_);
    case Stage::inpainter_prior:
      return use(inpainter_prior_);
    case Stage::shape_model:
      return use(shape_model_);
  }
  return false;
}

bool LazyStages::is_loaded(Stage stage) const {
  return visit(stage, [](const auto& holder) { return holder.is_loaded(); });
}

void LazyStages::load_quietly(const std::vector<Stage>& stages) const noexcept {
  for (const Stage stage : stages) {
    try {
      visit(stage, [](const auto& holder) { return (holder.get(), true); });
    } catch (...) {
      // The stage's own function tries again and reports the error.
    }
  }
}

}  // namespace demask::pipeline
