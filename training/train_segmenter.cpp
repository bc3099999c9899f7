#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <utility>

#include "common/prefetcher.hpp"
#include "common/trainer.hpp"
#include "segmentation_samples.hpp"

namespace demask::training {
namespace {

namespace nn = torch::nn::functional;

constexpr std::size_t validation_faces = 160;
constexpr int validation_batch_size = 16;

/// Intersections and unions of faces.
struct Overlap {
  double sum = 0.0;
  int count = 0;
  double mean() const { return count > 0 ? sum / count : 0.0; }
};

class SegmenterTask : public Task {
 public:
  explicit SegmenterTask(const TrainingOptions& options)
      : options_(options),
        learner_(options.init, learner_options(options)),
        samples_(options, validation_faces) {}

  std::vector<Learner*> learners() override { return {&learner_}; }

  void start(std::int64_t first_step) override {
    loader_.emplace(
        [this](std::uint64_t number) { return samples_.training_batch(number, options_.batch); },
        static_cast<std::uint64_t>(first_step));
  }

  Figures step(const Moment& moment) override {
    SegmentationBatch batch = loader_->next();
    const at::Tensor truth = to_tensor(batch.mask);
    const at::Tensor logits = segment(batch);
    const at::Tensor cross_entropy = nn::binary_cross_entropy_with_logits(logits, truth);
    const at::Tensor dice = dice_loss(torch::sigmoid(logits), truth);
    const at::Tensor loss = cross_entropy + dice;
    loss.backward();
    learner_.update(moment.rate_factor);
    return {{"loss", loss.item<double>()},
            {"cross_entropy", cross_entropy.item<double>()},
            {"dice", dice.item<double>()}};
  }

  Figures validate(const std::filesystem::path& run) override {
    Overlap synthetic;
    Overlap real;
    double false_area = 0.0;
    const std::size_t count = samples_.validation_faces();
    for (std::size_t first = 0; first < count; first += validation_batch_size) {
      const int items = static_cast<int>(
          std::min(count - first, static_cast<std::size_t>(validation_batch_size)));
      SegmentationBatch masked = samples_.validation_batch(first, items, true);
      measure(masked, synthetic);
      SegmentationBatch bare = samples_.validation_batch(first, items, false);
      false_area += (segment(bare) > 0.0).to(at::kFloat).mean().item<double>() * items;
    }
    if (samples_.validation_outlined() > 0) {
      SegmentationBatch outlined = samples_.validation_outlined_batch();
      const at::Tensor found = measure(outlined, real);
      draw_segmentation_sheet(run / "validation.png", outlined, found);
    }
    return {{"iou_synthetic", synthetic.mean()},
            {"iou_real", real.mean()},
            {"false_area_bare", false_area / static_cast<double>(count)}};
  }

 private:
  static LearnerOptions learner_options(const TrainingOptions& options) {
    LearnerOptions learner;
    learner.learning_rate = options.learning_rate;
    learner.weight_decay = 1e-3;
    return learner;
  }

  at::Tensor segment(SegmentationBatch& batch) {
    const AutocastScope autocast;
    return learner_.module()
        .get_method("logits")({to_tensor(batch.face)})
        .toTensor()
        .to(at::kFloat);
  }

  /// One minus the soft Dice coefficient of each face (Milletari et al. 2016). The constant makes
  /// an empty truth count, too.
  static at::Tensor dice_loss(const at::Tensor& probability, const at::Tensor& truth) {
    const double constant = 0.002 * static_cast<double>(truth[0].numel());
    const at::Tensor both = (probability * truth).sum({1, 2, 3});
    const at::Tensor sum = probability.sum({1, 2, 3}) + truth.sum({1, 2, 3});
    return (1.0 - (2.0 * both + constant) / (sum + constant)).mean();
  }

  /// Adds the overlap of every face and returns the masks found, [B,1,S,S].
  at::Tensor measure(SegmentationBatch& batch, Overlap& overlap) {
    const at::Tensor found = segment(batch) > 0.0;
    const at::Tensor truth = to_tensor(batch.mask) >= 0.5;
    const at::Tensor both = (found & truth).sum({1, 2, 3});
    const at::Tensor any = (found | truth).sum({1, 2, 3});
    for (std::int64_t i = 0; i < both.size(0); ++i) {
      const double united = any[i].item<double>();
      overlap.sum += united > 0.0 ? both[i].item<double>() / united : 1.0;
      ++overlap.count;
    }
    return found;
  }

  static void draw_segmentation_sheet(const std::filesystem::path& file, SegmentationBatch& batch,
                                      const at::Tensor& found) {
    const at::Tensor faces = to_tensor(batch.face);
    const at::Tensor tint = torch::tensor({0.0F, 1.0F, 0.0F}).reshape({1, 3, 1, 1});
    const auto overlay = [&](const at::Tensor& mask) {
      return torch::where(mask.expand_as(faces), 0.5 * faces + 0.5 * tint, faces);
    };
    write_sheet(file, {faces, overlay(found), overlay(to_tensor(batch.mask) >= 0.5)}, 4);
  }

  TrainingOptions options_;
  Learner learner_;
  SegmentationSamples samples_;
  std::optional<Prefetcher<SegmentationBatch>> loader_;  // last: its thread uses `samples_`
};

}  // namespace

void train_segmenter(const TrainingOptions& options) {
  prepare_torch(options);
  SegmenterTask task(options);
  train(task, options);
}

}  // namespace demask::training
