// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Stages that are loaded on first use.

#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "core/fork.hpp"
#include "core/workers.hpp"
#include "demask/model_bundle.hpp"
#include "demask/runtime_options.hpp"
#include "demask/stages.hpp"
#include "pipeline/stage_provider.hpp"

namespace demask::pipeline {

/// A stage that the user gives or that is loaded on first use. Any number of threads may call get()
/// at once: one loads the stage and the others wait. After a failed load the next call tries again.
template <typename StageType>
class LazyStage {
 public:
  using Loader = std::function<std::unique_ptr<StageType>()>;

  LazyStage(std::shared_ptr<const StageType> given, Loader load)
      : stage_(std::move(given)), load_(std::move(load)) {}

  const StageType& get() const {
    const core::Activity activity;
    const std::lock_guard lock(mutex_);
    if (!stage_) {
      stage_ = load_();
    }
    return *stage_;
  }

  bool is_loaded() const {
    const core::Activity activity;
    const std::lock_guard lock(mutex_);
    return stage_ != nullptr;
  }

 private:
  mutable std::mutex mutex_;
  mutable std::shared_ptr<const StageType> stage_;
  Loader load_;
};

/// The stages of a reconstructor: those that the user gives, and the others from a bundle. Any
/// number of threads may use one object at once.
class LazyStages final : public StageProvider {
 public:
  /// Loads the bundle's models with `options`.
  LazyStages(const ModelBundle& bundle, Stages given, const RuntimeOptions& options);
  /// Without a bundle: using a stage that is not given throws Error bundle_invalid.
  explicit LazyStages(Stages given);

  const core::Workers& workers() const override { return workers_; }
  bool finds_faces_by_masks() const override;
  const FaceDetector& face_detector() const override { return face_detector_.get(); }
  const Segmenter& segmenter() const override { return segmenter_.get(); }
  const LandmarkDetector& landmark_detector() const override { return landmark_detector_.get(); }
  const GenderClassifier& gender_classifier() const override { return gender_classifier_.get(); }
  const Inpainter& inpainter(Gender gender) const override {
    return gender == Gender::female ? inpainter_female_.get() : inpainter_male_.get();
  }
  bool has_prior_inpainter() const noexcept override { return has_prior_inpainter_; }
  const PriorInpainter& prior_inpainter() const override { return inpainter_prior_.get(); }
  bool has_shape_model() const noexcept override { return has_shape_model_; }
  const ShapeModel& shape_model() const override { return shape_model_.get(); }
  void load_ahead(const std::vector<Stage>& stages) const override;

 private:
  // Calls `use` with the LazyStage of a stage and returns its result.
  template <typename Use>
  bool visit(Stage stage, const Use& use) const;
  bool is_loaded(Stage stage) const;
  void load_quietly(const std::vector<Stage>& stages) const noexcept;

  core::Workers workers_;
  bool has_face_detector_;
  bool has_segmenter_;
  bool has_prior_inpainter_;
  bool has_shape_model_;
  LazyStage<FaceDetector> face_detector_;
  LazyStage<Segmenter> segmenter_;
  LazyStage<LandmarkDetector> landmark_detector_;
  LazyStage<GenderClassifier> gender_classifier_;
  LazyStage<Inpainter> inpainter_female_;
  LazyStage<Inpainter> inpainter_male_;
  LazyStage<PriorInpainter> inpainter_prior_;
  LazyStage<ShapeModel> shape_model_;
  mutable std::mutex ahead_mutex_;
  // The last member: its thread uses the stages, and its destructor waits for that thread.
  mutable core::BackgroundTask ahead_;
};

}  // namespace demask::pipeline
