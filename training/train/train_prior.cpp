// SPDX-License-Identifier: Apache-2.0

// Joint training of the prior: encoder, modulations and, at a low rate, the generator.

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <utility>
#include <vector>

#include "augment/masked_photo.hpp"
#include "learn/prefetcher.hpp"
#include "learn/trainer.hpp"
#include "losses/adversary.hpp"
#include "losses/code_loss.hpp"
#include "losses/face_features.hpp"
#include "losses/image_features.hpp"
#include "metrics/detail.hpp"
#include "metrics/image_quality.hpp"
#include "metrics/median.hpp"
#include "samples/hd_samples.hpp"
#include "samples/hole_guess.hpp"
#include "samples/prior_samples.hpp"
#include "train/face_generator.hpp"
#include "train/prior_inputs.hpp"

namespace demask::training {
namespace {

namespace nn = torch::nn::functional;

// Sides of the painted faces in pixels: every fourth step is at the large one, with half as many
// faces.
constexpr int small_size = 256;
constexpr int large_size = 512;
constexpr std::uint64_t large_every = 4;
constexpr int validation_batch_size = 8;
// Faces of the sheet that a validation draws.
constexpr std::int64_t sheet_faces = 4;

// Weights of the terms of the loss.
constexpr double code_weight = 0.1;
constexpr double visible_weight = 2.0;
constexpr double hole_weight = 0.5;
constexpr double perceptual_weight = 0.5;
constexpr double identity_weight = 0.25;
constexpr double spread_weight = 0.01;
constexpr double adversarial_weight = 0.02;
// Minutes in which the adversarial term grows to its full weight, while the discriminator learns.
constexpr double adversarial_ramp = 10.0;

// Generated and real faces at one size.
struct JointBatch {
  PriorBatch generated;
  PriorBatch real;
};

// What the network makes of a batch.
struct Painting {
  at::Tensor codes;      // [B,23,D]
  at::Tensor face;       // [B,3,S,S]
  at::Tensor composite;  // [B,3,S,S]: the face inside the hole, the truth elsewhere.
};

// Mean absolute difference of the pixels that `weight` [B,1,S,S] counts.
at::Tensor weighted_difference(const at::Tensor& face, const at::Tensor& truth,
                               const at::Tensor& weight) {
  return ((face - truth).abs() * weight).sum() / (3.0 * weight.sum()).clamp_min(1.0);
}

// How far the codes of a face are apart, squared and in units of `std_w`: codes near each other
// are those that the generator knows (Tov et al. 2021, e4e, eq. 3).
at::Tensor spread_of(const at::Tensor& codes, const at::Tensor& std_w) {
  return ((codes - codes.mean(1, true)) / std_w).square().mean();
}

// Sums over the faces of a validation.
struct Quality {
  double faces = 0.0;
  double hole_psnr = 0.0;
  double visible_psnr = 0.0;
  double perceptual = 0.0;
  double identity_cosine = 0.0;
  std::vector<double> detail;  // detail_ratio(), of the faces that have one.

  Figures means() const {
    return {{"hole_psnr", hole_psnr / faces},
            {"visible_psnr", visible_psnr / faces},
            {"perceptual_loss", perceptual / faces},
            {"identity_cosine", identity_cosine / faces},
            {"detail", detail.empty() ? 0.0 : median(detail)}};
  }
};

class PriorTask : public Task {
 public:
  PriorTask(const TrainingOptions& options, const PriorTrainingOptions& prior)
      : options_(options),
        prior_(prior),
        device_(options.device),
        painter_(options.init, painter_options(options)),
        adversary_(prior.discriminator, discriminator_options(options)),
        generator_(prior.generator, device_),
        face_features_(prior.teacher, device_),
        image_features_(prior.features, device_),
        landmarks_(load_landmarks(options, prior.models)),
        guess_(load_guess(options, prior.models)),
        generated_(generated_samples(options.seed)),
        real_(read_hd_faces(options.data, "train"), landmarks_, make_synthesizer(options.data),
              options.seed, options.loaders) {
    load_validation();
  }

  std::vector<Learner*> learners() override { return {&painter_, &adversary_.learner()}; }
  std::vector<std::string> file_names() const override { return {"prior", "discriminator"}; }

  void start(std::int64_t first_step) override {
    loader_.emplace([this](std::uint64_t number) { return load(number); },
                    static_cast<std::uint64_t>(first_step));
  }

  Figures step(const Moment& moment) override {
    JointBatch batch = loader_->next();
    const PriorInputs inputs =
        joined(to_inputs(batch.generated, device_), to_inputs(batch.real, device_));
    const Painting painting = paint(inputs);
    const at::Tensor seen = (1.0 - inputs.hole) * inputs.coverage;
    const at::Tensor visible = weighted_difference(painting.face, inputs.truth, seen);
    const at::Tensor hidden =
        weighted_difference(painting.face, inputs.truth, inputs.hole * inputs.coverage);
    const at::Tensor code = code_loss(code_distance(
        painting.codes.slice(0, 0, inputs.codes.size(0)), inputs.codes, generator_.std_w()));
    const at::Tensor spread = spread_of(painting.codes, generator_.std_w());
    const std::vector<at::Tensor> wanted = features_of(inputs.truth);
    const std::vector<at::Tensor> painted = image_features_(painting.composite);
    const at::Tensor perceptual = perceptual_loss(painted, wanted);
    const at::Tensor identity = 1.0 - cosines(painting.composite, inputs).mean();
    at::Tensor loss = visible_weight * visible + hole_weight * hidden + code_weight * code +
                      spread_weight * spread + perceptual_weight * perceptual +
                      identity_weight * identity;

    const double ramp =
        std::clamp((moment.minutes - prior_.adversarial_after) / adversarial_ramp, 0.0, 1.0);
    double adversarial = 0.0;
    double discriminator = 0.0;
    if (ramp > 0.0) {
      const at::Tensor known = torch::cat({inputs.hole * inputs.coverage, inputs.map}, 1);
      discriminator = adversary_.learn(wanted, painted, known, moment.rate_factor);
      const at::Tensor distrust = adversary_.distrust(painted, known);
      loss = loss + ramp * adversarial_weight * distrust;
      adversarial = distrust.item<double>();
    }
    loss.backward();
    painter_.update(moment.rate_factor);
    return {{"loss", loss.item<double>()},         {"visible", visible.item<double>()},
            {"hole", hidden.item<double>()},       {"code", code.item<double>()},
            {"spread", spread.item<double>()},     {"perceptual", perceptual.item<double>()},
            {"identity", identity.item<double>()}, {"adversarial", adversarial},
            {"discriminator", discriminator}};
  }

  Figures validate(const std::filesystem::path& run) override {
    double code_error = 0.0;
    double generated_faces = 0.0;
    for (PriorBatch& batch : generated_validation_) {
      const PriorInputs inputs = to_inputs(batch, device_);
      const at::Tensor distance =
          code_distance(paint(inputs).codes, inputs.codes, generator_.std_w());
      code_error += distance.mean(1).sum().item<double>();
      generated_faces += static_cast<double>(distance.size(0));
    }
    Quality quality;
    for (PriorBatch& batch : real_validation_) {
      const PriorInputs inputs = to_inputs(batch, device_);
      const Painting painting = paint(inputs);
      if (quality.faces == 0.0) {
        draw(run / "validation.png", inputs, painting);
      }
      add_quality(inputs, painting, quality);
    }
    Figures figures = quality.means();
    figures.emplace_back("code_error", code_error / generated_faces);
    return figures;
  }

 private:
  static LearnerOptions painter_options(const TrainingOptions& options) {
    LearnerOptions learner;
    learner.learning_rate = options.learning_rate;
    learner.device = c10::Device(options.device);
    learner.slow_prefixes = {"synthesis.", "head", "bias"};
    return learner;
  }

  static LearnerOptions discriminator_options(const TrainingOptions& options) {
    LearnerOptions learner;
    learner.learning_rate = options.learning_rate;
    learner.beta1 = 0.5;
    learner.device = c10::Device(options.device);
    return learner;
  }

  PriorSamples generated_samples(std::uint64_t seed) {
    const FaceSource source = [this, seed](std::uint64_t first, int count) {
      return generator_.draw_faces(seed, first, count, large_size);
    };
    return {source, landmarks_,   make_synthesizer(options_.data),
            seed,   prior_.reuse, options_.loaders};
  }

  void load_validation() {
    const PriorSamples generated = generated_samples(validation_seed);
    for (int first = 0; first < prior_.validation_faces; first += validation_batch_size) {
      const int count = std::min(validation_batch_size, prior_.validation_faces - first);
      generated_validation_.push_back(
          generated.validation_batch(static_cast<std::uint64_t>(first), count, small_size));
      guess_.fill(generated_validation_.back());
    }
    HdSamples real(read_hd_faces(options_.data, "val"), landmarks_, make_synthesizer(options_.data),
                   validation_seed);
    const int faces = std::min(prior_.validation_faces, static_cast<int>(real.faces()));
    for (int first = 0; first < faces; first += validation_batch_size) {
      const int count = std::min(validation_batch_size, faces - first);
      real_validation_.push_back(
          real.validation_batch(static_cast<std::size_t>(first), count, small_size));
      guess_.fill(real_validation_.back());
    }
  }

  // Half of the faces are generated, half are real.
  JointBatch load(std::uint64_t number) {
    const bool large = number % large_every == large_every - 1;
    const int half = std::max(1, options_.batch / 2);
    const int count = large ? std::max(1, half / 2) : half;
    const int size = large ? large_size : small_size;
    const std::uint64_t first = number * static_cast<std::uint64_t>(half);
    JointBatch batch{generated_.training_batch(first, count, size),
                     real_.training_batch(first, count, size)};
    std::mt19937_64 engine(options_.seed + number);
    guess_.fill_variously(batch.generated, engine);
    guess_.fill_variously(batch.real, engine);
    return batch;
  }

  Painting paint(const PriorInputs& inputs) {
    Painting painting;
    {
      const AutocastScope autocast(device_);
      const c10::IValue seen =
          painter_.module().run_method("see", inputs.visible, inputs.unknown, inputs.map);
      const auto& parts = seen.toTupleRef().elements();
      painting.codes = parts[0].toTensor().to(at::kFloat);
      painting.face = painter_.module()
                          .run_method("paint", painting.codes, parts[1], inputs.truth.size(2))
                          .toTensor()
                          .to(at::kFloat);
    }
    painting.composite = inputs.truth + inputs.hole * (painting.face - inputs.truth);
    return painting;
  }

  std::vector<at::Tensor> features_of(const at::Tensor& truth) {
    const torch::NoGradGuard no_grad;
    return image_features_(truth);
  }

  // Of the identities of painted and true faces, [B].
  at::Tensor cosines(const at::Tensor& composite, const PriorInputs& inputs) {
    const FaceSampling sampling{inputs.grid, {}};
    at::Tensor wanted;
    {
      const torch::NoGradGuard no_grad;
      wanted = face_features_(inputs.truth, sampling).identity;
    }
    return nn::cosine_similarity(face_features_(composite, sampling).identity, wanted);
  }

  void add_quality(const PriorInputs& inputs, const Painting& painting, Quality& sum) {
    const at::Tensor hidden = inputs.hole * inputs.coverage;
    const at::Tensor seen = (1.0 - inputs.hole) * inputs.coverage;
    for (std::int64_t i = 0; i < inputs.truth.size(0); ++i) {
      const cv::Mat face = to_picture(painting.face[i]);
      const cv::Mat truth = to_picture(inputs.truth[i]);
      const cv::Mat hole = to_picture(hidden[i]);
      sum.hole_psnr += psnr(face, truth, hole);
      sum.visible_psnr += psnr(face, truth, to_picture(seen[i]));
      if (const std::optional<double> ratio = detail_ratio(face, truth, hole)) {
        sum.detail.push_back(*ratio);
      }
    }
    const auto count = static_cast<double>(inputs.truth.size(0));
    sum.perceptual +=
        count * perceptual_loss(image_features_(painting.composite), image_features_(inputs.truth))
                    .item<double>();
    sum.identity_cosine += cosines(painting.composite, inputs).sum().item<double>();
    sum.faces += count;
  }

  // What is visible, the whole painted face, the same put in, and the truth.
  static void draw(const std::filesystem::path& file, const PriorInputs& inputs,
                   const Painting& painting) {
    std::vector<at::Tensor> kinds;
    for (const at::Tensor& kind :
         {inputs.visible, painting.face, painting.composite, inputs.truth}) {
      kinds.push_back(kind.slice(0, 0, std::min(sheet_faces, kind.size(0))).cpu());
    }
    write_sheet(file, kinds, 1);
  }

  TrainingOptions options_;
  PriorTrainingOptions prior_;
  c10::Device device_;
  Learner painter_;
  Adversary adversary_;
  FaceGenerator generator_;
  FaceFeatures face_features_;
  ImageFeatures image_features_;
  std::shared_ptr<const LandmarkDetector> landmarks_;
  HoleGuess guess_;
  PriorSamples generated_;
  HdSamples real_;
  std::vector<PriorBatch> generated_validation_;
  std::vector<PriorBatch> real_validation_;
  std::optional<Prefetcher<JointBatch>> loader_;  // last: its thread uses the samples
};

}  // namespace

void train_prior(const TrainingOptions& options, const PriorTrainingOptions& prior) {
  prepare_torch(options);
  PriorTask task(options, prior);
  train(task, options);
}

}  // namespace demask::training
