// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Provides fake stages to the pipeline, with a number of threads.

#include <stdexcept>
#include <vector>

#include "core/workers.hpp"
#include "fake_stages.hpp"
#include "pipeline/stage_provider.hpp"

namespace demask::test {

/// Fake stages with a given number of threads.
class ThreadedStages final : public pipeline::StageProvider {
 public:
  ThreadedStages(const FakeStages& fakes, int threads) : fakes_(fakes), workers_(threads) {}
  const core::Workers& workers() const override { return workers_; }
  bool finds_faces_by_masks() const override { return false; }
  const FaceDetector& face_detector() const override { return *fakes_.face_detector; }
  const Segmenter& segmenter() const override { return *fakes_.segmenter; }
  const LandmarkDetector& landmark_detector() const override { return *fakes_.landmark_detector; }
  const GenderClassifier& gender_classifier() const override { return *fakes_.gender_classifier; }
  const Inpainter& inpainter(Gender gender) const override {
    return gender == Gender::female ? *fakes_.inpainter_female : *fakes_.inpainter_male;
  }
  bool has_prior_inpainter() const noexcept override { return fakes_.inpainter_prior != nullptr; }
  bool has_shape_model() const noexcept override { return false; }
  const PriorInpainter& prior_inpainter() const override { return *fakes_.inpainter_prior; }
  const ShapeModel& shape_model() const override {
    throw std::logic_error("no test with threads asks for variants");
  }
  void load_ahead(const std::vector<Stage>&) const override {}

 private:
  const FakeStages& fakes_;
  core::Workers workers_;
};

}  // namespace demask::test
