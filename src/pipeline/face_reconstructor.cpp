// SPDX-License-Identifier: Apache-2.0
#include "demask/face_reconstructor.hpp"

#include <utility>

#include "demask/error.hpp"
#include "pipeline/lazy_stages.hpp"
#include "pipeline/option_values.hpp"
#include "pipeline/reconstruction.hpp"

namespace demask {

FaceReconstructor::FaceReconstructor(const RuntimeOptions& options)
    : FaceReconstructor(ModelBundle::find_default(), options) {}

FaceReconstructor::FaceReconstructor(const ModelBundle& bundle, const RuntimeOptions& options)
    : FaceReconstructor(bundle, Stages{}, options) {}

FaceReconstructor::FaceReconstructor(const ModelBundle& bundle, Stages stages,
                                     const RuntimeOptions& options)
    : stages_(std::make_shared<pipeline::LazyStages>(bundle, std::move(stages), options)) {}

FaceReconstructor::FaceReconstructor(Stages stages)
    : stages_(std::make_shared<pipeline::LazyStages>(std::move(stages))) {}

FaceReconstructor::~FaceReconstructor() = default;
FaceReconstructor::FaceReconstructor(FaceReconstructor&&) noexcept = default;
FaceReconstructor& FaceReconstructor::operator=(FaceReconstructor&&) noexcept = default;

Result FaceReconstructor::reconstruct(const ImageView& photo,
                                      const ReconstructOptions& options) const {
  std::vector<BatchResult> results = pipeline::reconstruct(*stages_, {photo}, options);
  if (results.front().error) {
    throw Error(*results.front().error);
  }
  return std::move(*results.front().result);
}

std::vector<BatchResult> FaceReconstructor::reconstruct(const std::vector<ImageView>& photos,
                                                        const ReconstructOptions& options) const {
  const bool for_one_photo =
      pipeline::has_mask(options) || !options.boxes.empty() || !options.landmarks.empty();
  if (for_one_photo) {
    throw Error(ErrorCode::invalid_argument,
                "options: a mask, boxes or landmarks belong to one photo; call reconstruct() for "
                "each photo instead");
  }
  return pipeline::reconstruct(*stages_, photos, options);
}

void FaceReconstructor::load_all(Quality quality) const {
  if (!stages_->finds_faces_by_masks()) {
    stages_->face_detector();
  }
  stages_->segmenter();
  stages_->landmark_detector();
  stages_->gender_classifier();
  stages_->inpainter(Gender::female);
  stages_->inpainter(Gender::male);
  if (quality != Quality::fast && stages_->has_prior_inpainter()) {
    stages_->prior_inpainter();
  }
  if (stages_->has_shape_model()) {
    stages_->shape_model();
  }
}

bool FaceReconstructor::has_prior_inpainter() const noexcept {
  return stages_->has_prior_inpainter();
}

}  // namespace demask
