// SPDX-License-Identifier: Apache-2.0

// Training of the prior's encoder: a masked face to the codes of the face under the mask.

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "augment/masked_photo.hpp"
#include "learn/prefetcher.hpp"
#include "learn/trainer.hpp"
#include "losses/code_loss.hpp"
#include "samples/prior_samples.hpp"
#include "train/face_generator.hpp"
#include "train/prior_inputs.hpp"

namespace demask::training {
namespace {

// Side of the generated faces in pixels, from which those of the training are shrunk.
constexpr int generated_size = 512;
constexpr int validation_batch_size = 16;
// Faces of the sheet that a validation draws.
constexpr std::int64_t sheet_faces = 8;

class EncoderTask : public Task {
 public:
  EncoderTask(const TrainingOptions& options, const PriorTrainingOptions& prior)
      : options_(options),
        device_(options.device),
        encoder_(options.init, learner_options(options)),
        generator_(prior.generator, device_),
        landmarks_(load_landmarks(options, prior.models)),
        training_(samples(options.seed, prior.reuse)) {
    const PriorSamples validation = samples(validation_seed, prior.reuse);
    for (int first = 0; first < prior.validation_faces; first += validation_batch_size) {
      const int count = std::min(validation_batch_size, prior.validation_faces - first);
      validation_.push_back(
          validation.validation_batch(static_cast<std::uint64_t>(first), count, options.size));
    }
  }

  std::vector<Learner*> learners() override { return {&encoder_}; }
  std::vector<std::string> file_names() const override { return {"encoder"}; }

  void start(std::int64_t first_step) override {
    const auto count = static_cast<std::uint64_t>(options_.batch);
    loader_.emplace(
        [this, count](std::uint64_t number) {
          return training_.training_batch(number * count, options_.batch, options_.size);
        },
        static_cast<std::uint64_t>(first_step));
  }

  Figures step(const Moment& moment) override {
    PriorBatch batch = loader_->next();
    const PriorInputs inputs = to_inputs(batch, device_);
    const at::Tensor distance = code_distance(encode(inputs), inputs.codes, generator_.std_w());
    const at::Tensor loss = code_loss(distance);
    loss.backward();
    encoder_.update(moment.rate_factor);
    return {{"loss", loss.item<double>()}, {"code_error", distance.mean().item<double>()}};
  }

  Figures validate(const std::filesystem::path& run) override {
    std::vector<at::Tensor> distances;
    std::vector<at::Tensor> mixed;  // Whether a face has more than one code.
    for (PriorBatch& batch : validation_) {
      const PriorInputs inputs = to_inputs(batch, device_);
      const at::Tensor codes = encode(inputs);
      if (distances.empty()) {
        draw(run / "validation.png", inputs, codes);
      }
      distances.push_back(code_distance(codes, inputs.codes, generator_.std_w()));
      mixed.push_back(
          (inputs.codes.select(1, 0) - inputs.codes.select(1, -1)).abs().amax(1).gt(0.0));
    }
    const at::Tensor by_layer = torch::cat(distances).mean(0);
    const at::Tensor by_face = torch::cat(distances).mean(1);
    const at::Tensor of_several = torch::cat(mixed).to(at::kFloat);
    const auto mean_of = [&by_face](const at::Tensor& weight) {
      return ((by_face * weight).sum() / weight.sum().clamp_min(1.0)).item<double>();
    };
    const auto mean = [&by_layer](std::int64_t first, std::int64_t last) {
      return by_layer.slice(0, first, last).mean().item<double>();
    };
    return {{"code_error", by_layer.mean().item<double>()},
            {"coarse_error", mean(0, first_middle_layer)},
            {"middle_error", mean(first_middle_layer, first_fine_layer)},
            {"fine_error", mean(first_fine_layer, by_layer.size(0))},
            {"one_code_error", mean_of(1.0 - of_several)},
            {"mixed_error", mean_of(of_several)}};
  }

 private:
  static LearnerOptions learner_options(const TrainingOptions& options) {
    LearnerOptions learner;
    learner.learning_rate = options.learning_rate;
    learner.device = c10::Device(options.device);
    return learner;
  }

  PriorSamples samples(std::uint64_t seed, const FaceReuse& reuse) {
    const FaceSource source = [this, seed](std::uint64_t first, int count) {
      return generator_.draw_faces(seed, first, count, generated_size);
    };
    return {source, landmarks_, make_synthesizer(options_.data), seed, reuse, options_.loaders};
  }

  at::Tensor encode(const PriorInputs& inputs) {
    const AutocastScope autocast(device_);
    return encoder_.module()
        .forward({inputs.visible, inputs.unknown, inputs.map})
        .toTensor()
        .to(at::kFloat);
  }

  // What is visible, the face of the codes that were found, and the truth.
  void draw(const std::filesystem::path& file, const PriorInputs& inputs, const at::Tensor& codes) {
    const std::int64_t count = std::min(sheet_faces, codes.size(0));
    const at::Tensor faces = generator_.faces(codes.slice(0, 0, count), options_.size);
    std::vector<at::Tensor> kinds;
    for (const at::Tensor& kind : {inputs.visible, faces, inputs.truth}) {
      kinds.push_back(kind.slice(0, 0, count).cpu());
    }
    write_sheet(file, kinds, 2);
  }

  TrainingOptions options_;
  c10::Device device_;
  Learner encoder_;
  FaceGenerator generator_;
  std::shared_ptr<const LandmarkDetector> landmarks_;
  PriorSamples training_;
  std::vector<PriorBatch> validation_;
  std::optional<Prefetcher<PriorBatch>> loader_;  // last: its thread uses `training_`
};

}  // namespace

void train_encoder(const TrainingOptions& options, const PriorTrainingOptions& prior) {
  prepare_torch(options);
  EncoderTask task(options, prior);
  train(task, options);
}

}  // namespace demask::training
