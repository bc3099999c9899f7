// SPDX-License-Identifier: Apache-2.0
#include "pipeline/reconstruction.hpp"

#include <utility>

#include "pipeline/align_step.hpp"
#include "pipeline/call.hpp"
#include "pipeline/composite_step.hpp"
#include "pipeline/error_translation.hpp"
#include "pipeline/gender_step.hpp"
#include "pipeline/inpaint_step.hpp"
#include "pipeline/landmark_step.hpp"
#include "pipeline/option_checks.hpp"
#include "pipeline/reference_step.hpp"
#include "pipeline/segment_step.hpp"
#include "pipeline/shape_step.hpp"

namespace demask::pipeline {
namespace {

void reconstruct_faces(Call& call) {
  copy_and_align(call);
  finish_uncertain_faces(call);
  segment(call);
  choose_gender(call);
  use_references(call);
  choose_shapes(call);
  inpaint(call);
  composite(call);
}

}  // namespace

std::vector<BatchResult> reconstruct(const StageProvider& stages,
                                     const std::vector<ImageView>& photos,
                                     const ReconstructOptions& options) {
  check_options(options);
  Call call(stages, photos, options);
  with_errors_translated([&] {
    detect(call);
    find_landmarks(call);
    reconstruct_faces(call);
  });
  return call.take_results();
}

std::vector<BatchResult> reconstruct(const StageProvider& stages,
                                     const std::vector<ImageView>& photos,
                                     const ReconstructOptions& options,
                                     std::vector<KnownFaces> faces,
                                     const std::vector<Reference>& references) {
  check_options(options);
  Call call(stages, photos, options);
  call.references = references;
  with_errors_translated([&] {
    take_known_faces(call, std::move(faces));
    reconstruct_faces(call);
  });
  return call.take_results();
}

}  // namespace demask::pipeline
