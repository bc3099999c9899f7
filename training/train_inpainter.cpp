#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "common/prefetcher.hpp"
#include "common/trainer.hpp"
#include "demask/error.hpp"
#include "inpainting_samples.hpp"

namespace demask::training {
namespace {

namespace nn = torch::nn::functional;

constexpr std::size_t validation_faces = 128;
constexpr int validation_batch_size = 16;

// Weights of the terms of the loss.
constexpr double hole_weight = 4.0;
constexpr double visible_weight = 0.2;
constexpr double feature_weight = 1.0;
constexpr double identity_weight = 0.1;
constexpr double style_weight = 40.0;
constexpr double variation_weight = 0.2;
constexpr double adversarial_weight = 0.03;
constexpr double matching_weight = 0.3;
/// Minutes in which the adversarial terms grow to their full weight.
constexpr double adversarial_ramp = 15.0;

/// The tensors of a batch.
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

/// Binomial blur of 3 x 3, [B,3,S,S] to the same.
at::Tensor soften(const at::Tensor& image) {
  const auto average = nn::AvgPool2dFuncOptions(2).stride(1);
  const at::Tensor padded = nn::pad(image, nn::PadFuncOptions({1, 1, 1, 1}).mode(torch::kReflect));
  return nn::avg_pool2d(nn::avg_pool2d(padded, average), average);
}

/// Grids [B,2,3] that show the faces a little elsewhere, at another scale, and every second one as
/// in a mirror. Seen through one grid only, fine stripes in step with the network's own cells would
/// please it.
at::Tensor shaken(const at::Tensor& grid) {
  constexpr double largest_shift = 0.08;  // of half the side
  constexpr double largest_scale = 0.1;
  const std::int64_t count = grid.size(0);
  const at::Tensor scale = 1.0 + largest_scale * (2.0 * torch::rand({count}) - 1.0);
  const at::Tensor side = torch::where(torch::rand({count}) < 0.5, -scale, scale);
  const at::Tensor shift = largest_shift * (2.0 * torch::rand({count, 2}) - 1.0);
  at::Tensor shake = torch::zeros({count, 3, 3});
  shake.select(1, 0).select(1, 0).copy_(side);
  shake.select(1, 1).select(1, 1).copy_(scale);
  shake.slice(1, 0, 2).select(2, 2).copy_(shift);
  shake.select(1, 2).select(1, 2).fill_(1.0);
  return torch::bmm(grid, shake);
}

/// Products of every two channels, [B,C,H,W] to [B,C,C] (Gatys et al. 2016, eq. 3), per value.
at::Tensor gram(const at::Tensor& features) {
  const at::Tensor flat = features.flatten(2);
  return torch::bmm(flat, flat.transpose(1, 2)) / static_cast<double>(flat.size(2));
}

/// Total variation inside the hole, per pixel of the image (Mahendran and Vedaldi 2015, eq. 3, of
/// absolute differences).
at::Tensor total_variation(const at::Tensor& image, const at::Tensor& hole) {
  const at::Tensor across = (image.diff(1, 3) * hole.slice(3, 1)).abs().mean();
  const at::Tensor down = (image.diff(1, 2) * hole.slice(2, 1)).abs().mean();
  return across + down;
}

/// Identity and feature maps of a face recognition network, whose gradient reaches the face.
class FaceEmbedding {
 public:
  explicit FaceEmbedding(const std::filesystem::path& file) {
    try {
      module_ = torch::jit::load(file.string());
    } catch (const c10::Error& error) {
      throw Error(ErrorCode::model_invalid,
                  fmt::format("{}: not a TorchScript face embedding ({}); give --teacher",
                              file.string(), error.what_without_backtrace()));
    }
    module_.eval();
    for (at::Tensor parameter : module_.parameters()) parameter.set_requires_grad(false);
  }

  /// Images [B,C,S,S] as the network sees a face through `grid`, [B,C,112,112].
  static at::Tensor align(const at::Tensor& images, const at::Tensor& grid) {
    const at::Tensor sampling =
        nn::affine_grid(grid, {images.size(0), 3, side, side}, /*align_corners=*/false);
    return nn::grid_sample(images, sampling,
                           nn::GridSampleFuncOptions()
                               .mode(torch::kBilinear)
                               .padding_mode(torch::kZeros)
                               .align_corners(false));
  }

  /// @param face [B,3,S,S] in [0,1]; @param grid [B,2,3]. Four feature maps, then [B,512].
  std::vector<at::Tensor> operator()(at::Tensor face, const at::Tensor& grid) {
    // Halve first, or the bilinear grid would skip pixels. A face that is not halved is softened,
    // or the painter would please the network with patterns of single pixels.
    face =
        face.size(2) >= 2 * side ? nn::avg_pool2d(face, nn::AvgPool2dFuncOptions(2)) : soften(face);
    const at::Tensor input =
        align(face, grid).mul(255.0).sub(127.0).div(128.0).contiguous(at::MemoryFormat::ChannelsLast);
    std::vector<at::Tensor> outputs;
    const AutocastScope autocast;
    const c10::IValue result = module_.forward({input});
    for (const c10::IValue& value : result.toTupleRef().elements()) {
      outputs.push_back(value.toTensor().to(at::kFloat));
    }
    return outputs;
  }

 private:
  static constexpr std::int64_t side = 112;
  torch::jit::Module module_;
};

/// What the face embedding says about a painted face.
struct EmbeddingLoss {
  std::vector<at::Tensor> wanted;
  std::vector<at::Tensor> painted;
  at::Tensor known;
  at::Tensor feature;
  at::Tensor style;
  at::Tensor identity;
};

/// A discriminator's verdict.
struct Verdict {
  at::Tensor logits;
  std::vector<at::Tensor> features;
};

/// Figures of the validation.
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
        discriminator_(inpainter.discriminator, discriminator_options(options)),
        embedding_(inpainter.teacher),
        training_(faces("train"), options),
        validation_(spread(faces("val"), validation_faces), options) {
    discriminator_.require_gradients(false);
    if (!inpainter.embedding_discriminator.empty()) {
      embedding_discriminator_.emplace(inpainter.embedding_discriminator,
                                       discriminator_options(options));
      embedding_discriminator_->require_gradients(false);
    }
  }

  std::vector<Learner*> learners() override {
    std::vector<Learner*> all = {&generator_, &discriminator_};
    if (embedding_discriminator_) all.push_back(&*embedding_discriminator_);
    return all;
  }
  std::vector<std::string> file_names() const override {
    std::vector<std::string> names = {"model", "discriminator"};
    if (embedding_discriminator_) names.emplace_back("embedding_discriminator");
    return names;
  }

  void start(std::int64_t first_step) override {
    loader_.emplace(
        [this](std::uint64_t number) { return training_.training_batch(number, options_.batch); },
        static_cast<std::uint64_t>(first_step));
  }

  Figures step(const Moment& moment) override {
    InpaintingBatch batch = loader_->next();
    const Inputs inputs = to_inputs(batch);
    const at::Tensor output = generate(inputs);
    const at::Tensor composite =
        inputs.truth + inputs.hole * inputs.coverage * (output - inputs.truth);
    const at::Tensor weight =
        inputs.coverage * (visible_weight + (hole_weight - visible_weight) * inputs.hole);
    const at::Tensor pixel = (weight * (output - inputs.truth).abs()).mean();
    // The teacher and the discriminator cost as much as the generator: they see half of the batch.
    const std::int64_t judged = (inputs.truth.size(0) + 1) / 2;
    const EmbeddingLoss embedding = embedding_loss(inputs, composite, judged);
    const at::Tensor variation = total_variation(composite, inputs.hole * inputs.coverage);
    at::Tensor loss = pixel + feature_weight * embedding.feature + style_weight * embedding.style +
                      identity_weight * embedding.identity + variation_weight * variation;

    const double ramp =
        std::clamp((moment.minutes - inpainter_.adversarial_after) / adversarial_ramp, 0.0, 1.0);
    double embedding_fool = 0.0;
    double embedding_discriminator = 0.0;
    if (embedding_discriminator_) {
      embedding_discriminator = train_embedding_discriminator(embedding, moment.rate_factor);
      const double growth = std::clamp((moment.minutes - fool_after) / 5.0, 0.0, 1.0);
      const at::Tensor fool = -hole_mean(judge_embedding(embedding.painted, embedding.known), embedding.known);
      loss = loss + growth * fool_weight * fool;
      embedding_fool = fool.item<double>();
    }
    double adversarial = 0.0;
    double matching = 0.0;
    double discriminator = 0.0;
    if (ramp > 0.0) {
      const at::Tensor real = inputs.truth.slice(0, 0, judged);
      const at::Tensor fake = composite.slice(0, 0, judged);
      const at::Tensor map = inputs.map.slice(0, 0, judged);
      discriminator = train_discriminator(real, fake.detach(), map, moment.rate_factor);
      const Verdict of_real = judge_without_gradient(real, map);
      const Verdict of_fake = judge(fake, map);
      const at::Tensor fool = -of_fake.logits.mean();
      const at::Tensor match = feature_distance(of_fake.features, of_real.features);
      loss = loss + ramp * (adversarial_weight * fool + matching_weight * match);
      adversarial = fool.item<double>();
      matching = match.item<double>();
    }
    loss.backward();
    generator_.update(moment.rate_factor);
    return {{"loss", loss.item<double>()},
            {"pixel", pixel.item<double>()},
            {"feature", embedding.feature.item<double>()},
            {"style", embedding.style.item<double>()},
            {"identity", embedding.identity.item<double>()},
            {"variation", variation.item<double>()},
            {"embedding_fool", embedding_fool},
            {"embedding_discriminator", embedding_discriminator},
            {"adversarial", adversarial},
            {"matching", matching},
            {"discriminator", discriminator}};
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

  EmbeddingLoss embedding_loss(const Inputs& inputs, const at::Tensor& composite,
                               std::int64_t judged) {
    const at::Tensor grid = shaken(inputs.grid.slice(0, 0, judged));
    std::vector<at::Tensor> wanted;
    {
      const torch::NoGradGuard no_grad;
      wanted = embedding_(inputs.truth.slice(0, 0, judged), grid);
    }
    const std::vector<at::Tensor> painted = embedding_(composite.slice(0, 0, judged), grid);
    const at::Tensor known = FaceEmbedding::align(
        torch::cat({inputs.hole * inputs.coverage, inputs.map}, 1).slice(0, 0, judged), grid);
    EmbeddingLoss loss{wanted, painted, known, torch::zeros({}), torch::zeros({}),
                       1.0 - nn::cosine_similarity(painted[4], wanted[4]).mean()};
    for (std::size_t i = 0; i < 3; ++i) {
      loss.feature = loss.feature + (painted[i] - wanted[i]).abs().mean();
      loss.style = loss.style + (gram(painted[i]) - gram(wanted[i])).abs().mean();
    }
    return loss;
  }

  Verdict judge(const at::Tensor& face, const at::Tensor& map) {
    const AutocastScope autocast;
    const c10::IValue output = discriminator_.module().forward({face, map});
    const auto& elements = output.toTupleRef().elements();
    Verdict verdict;
    verdict.logits = elements[0].toTensor().to(at::kFloat);
    for (const at::Tensor& feature : elements[1].toTensorVector()) {
      verdict.features.push_back(feature.to(at::kFloat));
    }
    return verdict;
  }

  Verdict judge_without_gradient(const at::Tensor& face, const at::Tensor& map) {
    const torch::NoGradGuard no_grad;
    return judge(face, map);
  }

  std::vector<at::Tensor> judge_embedding(const std::vector<at::Tensor>& features,
                                          const at::Tensor& known) {
    const AutocastScope autocast;
    const std::vector<at::Tensor> maps(features.begin(), features.begin() + 3);
    const c10::IValue output = embedding_discriminator_->module().forward({maps, known});
    std::vector<at::Tensor> logits;
    for (const at::Tensor& map : output.toTensorVector()) logits.push_back(map.to(at::kFloat));
    return logits;
  }

  static at::Tensor hole_mean(const std::vector<at::Tensor>& maps, const at::Tensor& known) {
    at::Tensor sum = torch::zeros({});
    for (const at::Tensor& map : maps) {
      const at::Tensor weight = nn::adaptive_avg_pool2d(
          known.slice(1, 0, 1), nn::AdaptiveAvgPool2dFuncOptions({map.size(2), map.size(3)}));
      sum = sum + (map * weight).sum() / weight.sum().clamp_min(1e-3);
    }
    return sum / static_cast<double>(maps.size());
  }

  double train_embedding_discriminator(const EmbeddingLoss& embedding, double rate_factor) {
    embedding_discriminator_->require_gradients(true);
    std::vector<at::Tensor> fakes;
    for (const at::Tensor& map : embedding.painted) fakes.push_back(map.detach());
    std::vector<at::Tensor> on_real = judge_embedding(embedding.wanted, embedding.known);
    std::vector<at::Tensor> on_fake = judge_embedding(fakes, embedding.known);
    for (at::Tensor& map : on_real) map = torch::relu(1.0 - map);
    for (at::Tensor& map : on_fake) map = torch::relu(1.0 + map);
    const at::Tensor loss =
        hole_mean(on_real, embedding.known) + hole_mean(on_fake, embedding.known);
    loss.backward();
    embedding_discriminator_->update(rate_factor);
    embedding_discriminator_->require_gradients(false);
    return loss.item<double>();
  }

  double train_discriminator(const at::Tensor& real, const at::Tensor& fake, const at::Tensor& map,
                             double rate_factor) {
    discriminator_.require_gradients(true);
    const at::Tensor on_real = judge(real, map).logits;
    const at::Tensor on_fake = judge(fake, map).logits;
    const at::Tensor loss = torch::relu(1.0 - on_real).mean() + torch::relu(1.0 + on_fake).mean();
    loss.backward();
    discriminator_.update(rate_factor);
    discriminator_.require_gradients(false);
    return loss.item<double>();
  }

  static at::Tensor feature_distance(const std::vector<at::Tensor>& a,
                                     const std::vector<at::Tensor>& b) {
    at::Tensor sum = torch::zeros({});
    for (std::size_t i = 0; i < a.size(); ++i) sum = sum + (a[i] - b[i]).abs().mean();
    return sum / static_cast<double>(a.size());
  }

  /// Means over the faces of the validation, with landmarks of so large errors.
  Quality quality(float landmark_errors, const std::filesystem::path& sheet) {
    Quality mean;
    const std::size_t count = validation_.faces();
    for (std::size_t first = 0; first < count; first += validation_batch_size) {
      const int items = static_cast<int>(
          std::min(count - first, static_cast<std::size_t>(validation_batch_size)));
      InpaintingBatch batch = validation_.validation_batch(first, items, landmark_errors);
      const Inputs inputs = to_inputs(batch);
      const at::Tensor hole = inputs.hole * inputs.coverage;
      const at::Tensor composite = inputs.truth + hole * (generate(inputs) - inputs.truth);
      add_quality(inputs, hole, composite, mean);
      mean.identity_cosine += nn::cosine_similarity(embedding_(composite, inputs.grid).back(),
                                                    embedding_(inputs.truth, inputs.grid).back())
                                  .sum()
                                  .item<double>();
      if (first == 0) write_sheet(sheet, {inputs.visible, composite, inputs.truth}, 4);
    }
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
  Learner discriminator_;
  std::optional<Learner> embedding_discriminator_;
  double fool_weight = std::getenv("FOOL") ? std::atof(std::getenv("FOOL")) : 0.01;
  double fool_after = std::getenv("FOOL_AFTER") ? std::atof(std::getenv("FOOL_AFTER")) : 3.0;
  FaceEmbedding embedding_;
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
