// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "core/batches.hpp"
#include "data/spread.hpp"
#include "learn/prefetcher.hpp"
#include "learn/trainer.hpp"
#include "losses/adversary.hpp"
#include "losses/face_features.hpp"
#include "samples/inpainting_samples.hpp"
#include "train/stages.hpp"

namespace demask::training {
namespace {

namespace nn = torch::nn::functional;

constexpr std::size_t validation_faces = 128;
constexpr std::size_t validation_batch_size = 16;

// Weights of the terms of the loss.
constexpr double hole_weight = 4.0;
constexpr double visible_weight = 0.2;
constexpr double feature_weight = 1.0;
constexpr double identity_weight = 0.5;
constexpr double style_weight = 40.0;
constexpr double variation_weight = 0.2;
constexpr double adversarial_weight = 0.01;
// Minutes over which the adversarial term grows to its full weight while the discriminator learns.
constexpr double adversarial_ramp = 10.0;

// The tensors of a batch.
struct Inputs {
  at::Tensor truth;     // [B,3,S,S]
  at::Tensor visible;   // [B,3,S,S], the hole zeroed
  at::Tensor hole;      // [B,1,S,S], 0 or 1
  at::Tensor coverage;  // [B,1,S,S], 0 or 1
  at::Tensor map;       // [B,1,S,S]
  at::Tensor grid;      // [B,2,3]
};

Inputs to_inputs(InpaintingBatch& batch) {
  const at::Tensor hole = to_tensor(batch.hole);
  const at::Tensor visible = to_tensor(batch.visible) * (1.0 - hole);
  return {to_tensor(batch.truth),
          visible.contiguous(at::MemoryFormat::ChannelsLast),
          hole,
          to_tensor(batch.coverage),
          to_tensor(batch.landmark_map),
          torch::from_blob(batch.embedding_grid.data(), {batch.truth.count(), 2, 3}).clone()};
}

// Gram matrices [B,C,C] of feature maps [B,C,H,W] (Gatys et al. 2016, eq. 3), per value.
at::Tensor gram(const at::Tensor& features) {
  const at::Tensor flat = features.flatten(2);
  return torch::bmm(flat, flat.transpose(1, 2)) / static_cast<double>(flat.size(2));
}

// Total variation inside the hole, per pixel of the image (Mahendran and Vedaldi 2015, eq. 3, of
// absolute differences).
at::Tensor total_variation(const at::Tensor& image, const at::Tensor& hole) {
  const at::Tensor across = (image.diff(1, 3) * hole.slice(3, 1)).abs().mean();
  const at::Tensor down = (image.diff(1, 2) * hole.slice(2, 1)).abs().mean();
  return across + down;
}

// Loss terms from the face features of painted faces.
struct FeatureLoss {
  at::Tensor feature;
  at::Tensor style;
  at::Tensor identity;
};

FeatureLoss feature_loss(const FaceFeatures::Features& painted,
                         const FaceFeatures::Features& wanted) {
  FeatureLoss loss{torch::zeros({}), torch::zeros({}),
                   1.0 - nn::cosine_similarity(painted.identity, wanted.identity).mean()};
  for (std::size_t i = 0; i < FaceFeatures::map_count; ++i) {
    loss.feature = loss.feature + (painted.maps[i] - wanted.maps[i]).abs().mean();
    loss.style = loss.style + (gram(painted.maps[i]) - gram(wanted.maps[i])).abs().mean();
  }
  return loss;
}

// Validation figures.
struct Quality {
  double psnr = 0.0;
  double hole_psnr = 0.0;
  double identity_cosine = 0.0;
};

double to_psnr(double mean_square) { return -10.0 * std::log10(std::max(mean_square, 1e-10)); }

class InpainterTask : public Task {
 public:
  InpainterTask(const TrainingOptions& options, const InpainterTrainingOptions& inpainter)
      : options_(options),
        inpainter_(inpainter),
        generator_(options.init, generator_options(options)),
        adversary_(inpainter.discriminator, discriminator_options(options)),
        face_features_(inpainter.teacher),
        training_(faces("train"), options),
        validation_(spread(faces("val"), validation_faces), options) {}

  std::vector<Learner*> learners() override { return {&generator_, &adversary_.learner()}; }
  std::vector<std::string> file_names() const override { return {"model", "discriminator"}; }

  void start(std::int64_t first_step) override {
    loader_.emplace(
        [this](std::uint64_t number) { return training_.training_batch(number, options_.batch); },
        static_cast<std::uint64_t>(first_step));
  }

  Figures step(const Moment& moment) override {
    InpaintingBatch batch = loader_->next();
    const Inputs inputs = to_inputs(batch);
    const at::Tensor output = generate(inputs);
    const at::Tensor hole = inputs.hole * inputs.coverage;
    const at::Tensor composite = inputs.truth + hole * (output - inputs.truth);
    const at::Tensor weight =
        inputs.coverage * (visible_weight + (hole_weight - visible_weight) * inputs.hole);
    const at::Tensor pixel = (weight * (output - inputs.truth).abs()).mean();
    // The teacher takes as long as the generator, so it judges only half of the batch.
    const std::int64_t judged = (inputs.truth.size(0) + 1) / 2;
    const FaceSampling sampling = random_sampling(inputs.grid.slice(0, 0, judged));
    const FaceFeatures::Features wanted = features_of(inputs.truth.slice(0, 0, judged), sampling);
    const FaceFeatures::Features painted = face_features_(composite.slice(0, 0, judged), sampling);
    const FeatureLoss features = feature_loss(painted, wanted);
    const at::Tensor variation = total_variation(composite, hole);
    at::Tensor loss = pixel + feature_weight * features.feature + style_weight * features.style +
                      identity_weight * features.identity + variation_weight * variation;
    const auto known = [&] {
      return FaceFeatures::align(torch::cat({hole, inputs.map}, 1).slice(0, 0, judged),
                                 sampling.grid);
    };
    const AdversarialTerm adversarial = compete(moment, wanted, painted, known, loss);
    loss.backward();
    generator_.update(moment.rate_factor);
    return {{"loss", loss.item<double>()},
            {"pixel", pixel.item<double>()},
            {"feature", features.feature.item<double>()},
            {"style", features.style.item<double>()},
            {"identity", features.identity.item<double>()},
            {"variation", variation.item<double>()},
            {"adversarial", adversarial.generator},
            {"discriminator", adversarial.discriminator}};
  }

  Figures validate(const std::filesystem::path& run) override {
    const Quality exact = quality(0.0F, run / "validation.png");
    const Quality detected = quality(1.0F, run / "validation_detected.png");
    return {{"psnr", exact.psnr},
            {"hole_psnr", exact.hole_psnr},
            {"identity_cosine", exact.identity_cosine},
            {"psnr_detected", detected.psnr},
            {"hole_psnr_detected", detected.hole_psnr}};
  }

 private:
  // Losses of generator and discriminator; 0 before the adversarial term begins.
  struct AdversarialTerm {
    double generator = 0.0;
    double discriminator = 0.0;
  };

  // Updates the discriminator and adds the adversarial term to the generator's loss. `known`
  // returns the hole and landmark map of the aligned faces.
  template <typename Known>
  AdversarialTerm compete(const Moment& moment, const FaceFeatures::Features& wanted,
                          const FaceFeatures::Features& painted, const Known& known,
                          at::Tensor& loss) {
    const double ramp =
        std::clamp((moment.minutes - inpainter_.adversarial_after) / adversarial_ramp, 0.0, 1.0);
    if (ramp <= 0.0) {
      return {};
    }
    const at::Tensor conditions = known();
    AdversarialTerm term;
    term.discriminator =
        adversary_.learn(wanted.maps, painted.maps, conditions, moment.rate_factor);
    const at::Tensor distrust = adversary_.distrust(painted.maps, conditions);
    loss = loss + ramp * adversarial_weight * distrust;
    term.generator = distrust.item<double>();
    return term;
  }

  static LearnerOptions generator_options(const TrainingOptions& options) {
    LearnerOptions learner;
    learner.learning_rate = options.learning_rate;
    return learner;
  }

  static LearnerOptions discriminator_options(const TrainingOptions& options) {
    LearnerOptions learner;
    learner.learning_rate = options.learning_rate * 2.0 / 3.0;
    learner.beta1 = 0.5;
    return learner;
  }

  std::vector<FaceRecord> faces(const std::string& split) const {
    const std::vector<FaceRecord> all = read_faces(options_.data, split);
    return inpainter_.gender ? filter_gender(all, *inpainter_.gender) : all;
  }

  at::Tensor generate(const Inputs& inputs) {
    const AutocastScope autocast;
    return generator_.module()
        .forward({inputs.visible, inputs.hole, inputs.map})
        .toTensor()
        .to(at::kFloat);
  }

  FaceFeatures::Features features_of(const at::Tensor& truth, const FaceSampling& sampling) {
    const torch::NoGradGuard no_grad;
    return face_features_(truth, sampling);
  }

  // Means over the validation faces, with landmark errors of strength `landmark_noise`.
  Quality quality(float landmark_noise, const std::filesystem::path& sheet) {
    Quality mean;
    const std::size_t count = validation_.faces();
    core::for_each_batch(count, validation_batch_size, [&](std::size_t first, std::size_t size) {
      const auto items = static_cast<int>(size);
      InpaintingBatch batch = validation_.validation_batch(first, items, landmark_noise);
      const Inputs inputs = to_inputs(batch);
      const at::Tensor hole = inputs.hole * inputs.coverage;
      const at::Tensor composite = inputs.truth + hole * (generate(inputs) - inputs.truth);
      add_quality(inputs, hole, composite, mean);
      mean.identity_cosine +=
          nn::cosine_similarity(face_features_(composite, {inputs.grid, {}}).identity,
                                face_features_(inputs.truth, {inputs.grid, {}}).identity)
              .sum()
              .item<double>();
      if (first == 0) {
        write_sheet(sheet, {inputs.visible, composite, inputs.truth}, 4);
      }
    });
    for (double* sum : {&mean.psnr, &mean.hole_psnr, &mean.identity_cosine}) {
      *sum /= static_cast<double>(count);
    }
    return mean;
  }

  static void add_quality(const Inputs& inputs, const at::Tensor& hole, const at::Tensor& composite,
                          Quality& sum) {
    const at::Tensor square = (composite - inputs.truth).square().sum({1, 2, 3}).to(at::kDouble);
    const at::Tensor painted = 3.0 * hole.sum({1, 2, 3}).clamp_min(1.0).to(at::kDouble);
    const double pixels = static_cast<double>(inputs.truth[0].numel());
    for (std::int64_t i = 0; i < square.size(0); ++i) {
      const double error = square[i].item<double>();
      sum.psnr += to_psnr(error / pixels);
      sum.hole_psnr += to_psnr(error / painted[i].item<double>());
    }
  }

  TrainingOptions options_;
  InpainterTrainingOptions inpainter_;
  Learner generator_;
  Adversary adversary_;
  FaceFeatures face_features_;
  InpaintingSamples training_;
  InpaintingSamples validation_;
  std::optional<Prefetcher<InpaintingBatch>> loader_;  // last: its thread uses `training_`
};

}  // namespace

void train_inpainter(const TrainingOptions& options, const InpainterTrainingOptions& inpainter) {
  prepare_torch(options);
  InpainterTask task(options, inpainter);
  train(task, options);
}

}  // namespace demask::training
