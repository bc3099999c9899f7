// SPDX-License-Identifier: Apache-2.0
#include "train/prior_inputs.hpp"

#include "demask/model_bundle.hpp"
#include "demask/runtime_options.hpp"
#include "learn/trainer.hpp"
#include "train/face_generator.hpp"

namespace demask::training {
namespace {

ModelBundle open_bundle(const std::filesystem::path& models) {
  return models.empty() ? ModelBundle::find_default() : ModelBundle::open(models);
}

// How the stages of a bundle run beside a training.
RuntimeOptions runtime_of(const TrainingOptions& options) {
  RuntimeOptions runtime;
  runtime.device = options.device;
  runtime.threads = options.threads;
  return runtime;
}

}  // namespace

PriorInputs to_inputs(PriorBatch& batch, const c10::Device& device) {
  const std::int64_t count = batch.truth.count();
  const at::Tensor hole = to_tensor(batch.hole).to(device);
  const at::Tensor visible = to_tensor(batch.visible).to(device);
  const auto floats = [](std::vector<float>& values) {
    return torch::from_blob(values.data(), {static_cast<std::int64_t>(values.size())});
  };
  PriorInputs inputs{to_tensor(batch.truth).to(device),
                     visible.contiguous(at::MemoryFormat::ChannelsLast),
                     to_tensor(batch.unknown).to(device),
                     hole,
                     to_tensor(batch.coverage).to(device),
                     to_tensor(batch.landmark_map).to(device),
                     floats(batch.embedding_grid).view({count, 2, 3}).clone().to(device),
                     {}};
  if (!batch.codes.empty()) {
    inputs.codes =
        floats(batch.codes).view({count, FaceGenerator::code_count, -1}).clone().to(device);
  }
  return inputs;
}

PriorInputs joined(const PriorInputs& first, const PriorInputs& second) {
  return {
      torch::cat({first.truth, second.truth}),       torch::cat({first.visible, second.visible}),
      torch::cat({first.unknown, second.unknown}),   torch::cat({first.hole, second.hole}),
      torch::cat({first.coverage, second.coverage}), torch::cat({first.map, second.map}),
      torch::cat({first.grid, second.grid}),         first.codes};
}

std::shared_ptr<const LandmarkDetector> load_landmarks(const TrainingOptions& options,
                                                       const std::filesystem::path& models) {
  return open_bundle(models).load_landmark_detector(runtime_of(options));
}

HoleGuess load_guess(const TrainingOptions& options, const std::filesystem::path& models) {
  const ModelBundle bundle = open_bundle(models);
  const RuntimeOptions runtime = runtime_of(options);
  return {bundle.load_gender_classifier(runtime),
          {bundle.load_inpainter(Gender::female, runtime),
           bundle.load_inpainter(Gender::male, runtime)}};
}

}  // namespace demask::training
