#include "demask/face_reconstructor.hpp"

#include <algorithm>
#include <future>
#include <iterator>
#include <mutex>
#include <system_error>

#include "pipeline/reconstruction.hpp"
#include "pipeline/stage_cache.hpp"

namespace demask {

namespace {

// The loader of a stage that no bundle can provide.
template <typename StageType>
typename pipeline::LazyStage<StageType>::Loader missing(Stage stage) {
  return [stage]() -> std::unique_ptr<StageType> {
    throw Error(ErrorCode::bundle_invalid, std::string(to_string(stage)) +
                                               ": this reconstructor was made without one; pass "
                                               "the stage, or a bundle that has it");
  };
}

class LazyStages final : public pipeline::StageProvider {
 public:
  LazyStages(const ModelBundle& bundle, Stages given, const RuntimeOptions& options)
      : workers_(options.threads),
        has_face_detector_(given.face_detector || bundle.has(Stage::face_detector)),
        has_segmenter_(given.segmenter || bundle.has(Stage::segmenter)),
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
                        [=] { return bundle.load_inpainter(Gender::male, options); }) {}

  explicit LazyStages(Stages given)
      : workers_(1),
        has_face_detector_(given.face_detector != nullptr),
        has_segmenter_(given.segmenter != nullptr),
        face_detector_(std::move(given.face_detector), missing<FaceDetector>(Stage::face_detector)),
        segmenter_(std::move(given.segmenter), missing<Segmenter>(Stage::segmenter)),
        landmark_detector_(std::move(given.landmark_detector),
                           missing<LandmarkDetector>(Stage::landmark_detector)),
        gender_classifier_(std::move(given.gender_classifier),
                           missing<GenderClassifier>(Stage::gender_classifier)),
        inpainter_female_(std::move(given.inpainter_female),
                          missing<Inpainter>(Stage::inpainter_female)),
        inpainter_male_(std::move(given.inpainter_male),
                        missing<Inpainter>(Stage::inpainter_male)) {}

  const core::Workers& workers() const override { return workers_; }
  bool finds_faces_by_masks() const override {
    return !has_face_detector_ && has_segmenter_ && segmenter().input() == SegmenterInput::photo;
  }
  const FaceDetector& face_detector() const override { return face_detector_.get(); }
  const Segmenter& segmenter() const override { return segmenter_.get(); }
  const LandmarkDetector& landmark_detector() const override { return landmark_detector_.get(); }
  const GenderClassifier& gender_classifier() const override { return gender_classifier_.get(); }
  const Inpainter& inpainter(Gender gender) const override {
    return gender == Gender::female ? inpainter_female_.get() : inpainter_male_.get();
  }

  void load_ahead(const std::vector<Stage>& stages) const override {
    std::vector<Stage> wanting;
    std::copy_if(stages.begin(), stages.end(), std::back_inserter(wanting),
                 [this](Stage stage) { return !is_loaded(stage); });
    const std::lock_guard lock(ahead_mutex_);
    if (wanting.empty() || ahead_.valid()) {
      return;
    }
    try {
      ahead_ = std::async(std::launch::async, [this, wanting] { load_quietly(wanting); });
    } catch (const std::system_error&) {
      // Without another thread each stage is loaded when it is needed.
    }
  }

 private:
  /// Calls `use` with the holder of a stage.
  template <typename Use>
  bool visit(Stage stage, const Use& use) const {
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
    }
    return false;
  }

  bool is_loaded(Stage stage) const {
    return visit(stage, [](const auto& holder) { return holder.is_loaded(); });
  }

  void load_quietly(const std::vector<Stage>& stages) const noexcept {
    for (const Stage stage : stages) {
      try {
        visit(stage, [](const auto& holder) { return (holder.get(), true); });
      } catch (...) {
        // The stage's own function loads again and tells why it cannot.
      }
    }
  }

  core::Workers workers_;
  bool has_face_detector_;
  bool has_segmenter_;
  pipeline::LazyStage<FaceDetector> face_detector_;
  pipeline::LazyStage<Segmenter> segmenter_;
  pipeline::LazyStage<LandmarkDetector> landmark_detector_;
  pipeline::LazyStage<GenderClassifier> gender_classifier_;
  pipeline::LazyStage<Inpainter> inpainter_female_;
  pipeline::LazyStage<Inpainter> inpainter_male_;
  mutable std::mutex ahead_mutex_;
  mutable std::future<void> ahead_;  // Last: its thread uses the stages, and it waits for it.
};

}  // namespace

FaceReconstructor::FaceReconstructor(const RuntimeOptions& options)
    : FaceReconstructor(ModelBundle::find_default(), options) {}

FaceReconstructor::FaceReconstructor(const ModelBundle& bundle, const RuntimeOptions& options)
    : FaceReconstructor(bundle, Stages{}, options) {}

FaceReconstructor::FaceReconstructor(const ModelBundle& bundle, Stages stages,
                                     const RuntimeOptions& options)
    : stages_(std::make_shared<LazyStages>(bundle, std::move(stages), options)) {}

FaceReconstructor::FaceReconstructor(Stages stages)
    : stages_(std::make_shared<LazyStages>(std::move(stages))) {}

FaceReconstructor::~FaceReconstructor() = default;
FaceReconstructor::FaceReconstructor(FaceReconstructor&&) noexcept = default;
FaceReconstructor& FaceReconstructor::operator=(FaceReconstructor&&) noexcept = default;

Result FaceReconstructor::reconstruct(const ImageView& photo,
                                      const ReconstructOptions& options) const {
  std::vector<BatchResult> results = pipeline::Reconstruction(*stages_, {photo}, options).run();
  if (results.front().error) {
    throw Error(*results.front().error);
  }
  return std::move(*results.front().result);
}

std::vector<BatchResult> FaceReconstructor::reconstruct(const std::vector<ImageView>& photos,
                                                        const ReconstructOptions& options) const {
  const bool for_one_photo = options.mask || !options.boxes.empty() || !options.landmarks.empty();
  if (for_one_photo) {
    throw Error(ErrorCode::invalid_argument,
                "options: a mask, boxes or landmarks belong to one photo; call reconstruct() for "
                "each photo instead");
  }
  return pipeline::Reconstruction(*stages_, photos, options).run();
}

void FaceReconstructor::load_all() const {
  if (!stages_->finds_faces_by_masks()) {
    stages_->face_detector();
  }
  stages_->segmenter();
  stages_->landmark_detector();
  stages_->gender_classifier();
  stages_->inpainter(Gender::female);
  stages_->inpainter(Gender::male);
}

}  // namespace demask
