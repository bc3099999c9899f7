// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <functional>
#include <memory>
#include <utility>

#include "core/batches.hpp"
#include "demask/error.hpp"
#include "learn/sample_task.hpp"
#include "samples/instance_samples.hpp"
#include "samples/segmentation_samples.hpp"
#include "train/stages.hpp"

namespace demask::training {
namespace {

namespace nn = torch::nn::functional;

constexpr std::size_t validation_faces = 160;
// Fewer for an instance network, which takes far longer.
constexpr std::size_t validation_instances = 24;
constexpr std::size_t validation_batch_size = 16;

// Mean intersection over union of faces.
struct Overlap {
  double sum = 0.0;
  int count = 0;
  double mean() const { return count > 0 ? sum / count : 0.0; }
};

// Adds the overlap of found and true masks (bool, [B,1,S,S]) of every face.
void add_overlap(const at::Tensor& found, const at::Tensor& truth, Overlap& overlap) {
  const at::Tensor both = (found & truth).sum({1, 2, 3});
  const at::Tensor any = (found | truth).sum({1, 2, 3});
  for (std::int64_t i = 0; i < both.size(0); ++i) {
    const double united = any[i].item<double>();
    overlap.sum += united > 0.0 ? both[i].item<double>() / united : 1.0;
    ++overlap.count;
  }
}

// Output channels of a semantic network.
constexpr std::int64_t mask_channel = 0;
constexpr std::int64_t strap_channel = 1;
// Weights of the straps in the loss and of their cross entropy, which is high because straps cover
// few pixels.
constexpr double strap_weight = 0.5;
constexpr double strap_cross_entropy_weight = 10.0;

at::Tensor true_mask(SegmentationBatch& batch) { return to_tensor(batch.mask) >= 0.5; }

void draw_segmentation_sheet(const std::filesystem::path& file, SegmentationBatch& batch,
                             const at::Tensor& found) {
  const at::Tensor faces = to_tensor(batch.face);
  const at::Tensor tint = torch::tensor({0.0F, 1.0F, 0.0F}).reshape({1, 3, 1, 1});
  const auto overlay = [&](const at::Tensor& mask) {
    return torch::where(mask.expand_as(faces), 0.5 * faces + 0.5 * tint, faces);
  };
  write_sheet(file, {faces, overlay(found), overlay(true_mask(batch))}, 4);
}

// Finds the masks of a batch: bool, [B,1,S,S], or [B,2,S,S] with the straps.
using FindMasks = std::function<at::Tensor(SegmentationBatch&)>;

Figures measure_masks(const SegmentationSamples& samples, const std::filesystem::path& run,
                      const FindMasks& find) {
  Overlap synthetic;
  Overlap real;
  double found_straps = 0.0;
  double all_straps = 0.0;
  double false_area = 0.0;
  const std::size_t count = samples.validation_faces();
  core::for_each_batch(count, validation_batch_size, [&](std::size_t first, std::size_t size) {
    const auto items = static_cast<int>(size);
    SegmentationBatch masked = samples.validation_batch(first, items, true);
    const at::Tensor found = find(masked);
    add_overlap(found.narrow(1, mask_channel, 1), true_mask(masked), synthetic);
    if (found.size(1) > strap_channel) {
      const at::Tensor straps = found.narrow(1, strap_channel, 1);
      const at::Tensor truth = to_tensor(masked.straps) >= 0.5;
      found_straps += (straps & truth).sum().item<double>();
      all_straps += (straps | truth).sum().item<double>();
    }
    SegmentationBatch bare = samples.validation_batch(first, items, false);
    false_area += find(bare).to(at::kFloat).mean().item<double>() * items;
  });
  if (samples.validation_outlined() > 0) {
    SegmentationBatch outlined = samples.validation_outlined_batch();
    const at::Tensor found = find(outlined);
    add_overlap(found.narrow(1, mask_channel, 1), true_mask(outlined), real);
    draw_segmentation_sheet(run / "validation.png", outlined, found.any(1, /*keepdim=*/true));
  }
  return {{"iou_synthetic", synthetic.mean()},
          {"iou_real", real.mean()},
          {"iou_straps", all_straps > 0.0 ? found_straps / all_straps : 0.0},
          {"false_area_bare", false_area / static_cast<double>(count)}};
}

// One minus the soft Dice coefficient of each face (Milletari et al. 2016). The constant lets an
// empty truth contribute, too.
at::Tensor dice_loss(const at::Tensor& probability, const at::Tensor& truth) {
  const double constant = 0.002 * static_cast<double>(truth[0].numel());
  const at::Tensor both = (probability * truth).sum({1, 2, 3});
  const at::Tensor sum = probability.sum({1, 2, 3}) + truth.sum({1, 2, 3});
  return (1.0 - (2.0 * both + constant) / (sum + constant)).mean();
}

// Trains a network whose method `logits` gives the mask, and optionally the straps, of a canonical
// face.
class SemanticTask : public SampleTask<SegmentationSamples> {
 public:
  SemanticTask(const TrainingOptions& options, Learner learner)
      : SampleTask(options, std::move(learner), options, validation_faces) {}

  Figures validate(const std::filesystem::path& run) override {
    return measure_masks(samples(), run,
                         [this](SegmentationBatch& batch) { return segment(batch) > 0.0; });
  }

 private:
  Loss loss_of(SegmentationBatch& batch) override {
    const at::Tensor truth = to_tensor(batch.mask);
    const at::Tensor found = segment(batch);
    const at::Tensor logits = found.narrow(1, mask_channel, 1);
    const at::Tensor cross_entropy = nn::binary_cross_entropy_with_logits(logits, truth);
    const at::Tensor dice = dice_loss(torch::sigmoid(logits), truth);
    Loss loss{cross_entropy + dice,
              {{"cross_entropy", cross_entropy.item<double>()}, {"dice", dice.item<double>()}}};
    if (found.size(1) > strap_channel) {
      const at::Tensor straps = strap_loss(found.narrow(1, strap_channel, 1), batch);
      loss.total = loss.total + strap_weight * straps;
      loss.terms.emplace_back("straps", straps.item<double>());
    }
    return loss;
  }

  // The loss of the straps, over the faces whose straps are known.
  static at::Tensor strap_loss(const at::Tensor& logits, SegmentationBatch& batch) {
    const at::Tensor known = torch::tensor(at::ArrayRef<float>(batch.shows_straps)) > 0.0;
    if (!known.any().item<bool>()) {
      return torch::zeros({});
    }
    const at::Tensor truth = to_tensor(batch.straps).index({known});
    const at::Tensor of_known = logits.index({known});
    // Most faces show no straps, so the Dice coefficient is taken over the whole batch.
    const at::Tensor probability = torch::sigmoid(of_known);
    const at::Tensor overlap = 2.0 * (probability * truth).sum();
    const at::Tensor dice = 1.0 - (overlap + 1.0) / (probability.sum() + truth.sum() + 1.0);
    return strap_cross_entropy_weight * nn::binary_cross_entropy_with_logits(of_known, truth) +
           dice;
  }

  at::Tensor segment(SegmentationBatch& batch) {
    const AutocastScope autocast;
    return module().get_method("logits")({to_tensor(batch.face)}).toTensor().to(at::kFloat);
  }
};

// Trains a network whose method `losses` gives the losses of images with boxes and masks (Mask
// R-CNN). Runs in 32 bits: coordinates of a few hundred pixels need more digits than bfloat16 has.
class InstanceTask : public SampleTask<InstanceSamples> {
 public:
  InstanceTask(const TrainingOptions& options, Learner learner)
      : SampleTask(options, std::move(learner), options, validation_instances) {}

  Figures validate(const std::filesystem::path& run) override {
    return measure_masks(samples().faces(), run,
                         [this](SegmentationBatch& batch) { return find_masks(batch); });
  }

 private:
  Loss loss_of(InstanceBatch& batch) override {
    c10::List<at::Tensor> boxes;
    c10::List<at::Tensor> masks;
    const std::int64_t side = batch.picture.size();
    for (std::vector<InstanceLabel>& labels : batch.labels) {
      const at::Tensor box = torch::empty({static_cast<std::int64_t>(labels.size()), 4});
      const at::Tensor mask = torch::empty({static_cast<std::int64_t>(labels.size()), side, side});
      for (std::size_t i = 0; i < labels.size(); ++i) {
        const auto index = static_cast<std::int64_t>(i);
        box[index].copy_(torch::tensor(at::ArrayRef<float>(labels[i].box)));
        mask[index].copy_(torch::from_blob(labels[i].mask.data, {side, side}, at::kByte));
      }
      boxes.push_back(box);
      masks.push_back(mask);
    }
    const c10::IValue result =
        module().get_method("losses")({to_tensor(batch.picture), boxes, masks});
    Loss loss{torch::zeros({}), {}};
    for (const auto& entry : result.toGenericDict()) {
      const at::Tensor term = entry.value().toTensor();
      loss.total = loss.total + term;
      loss.terms.emplace_back(entry.key().toStringRef(), term.item<double>());
    }
    return loss;
  }

  // The union of all masks in each image.
  at::Tensor find_masks(SegmentationBatch& batch) {
    const at::Tensor pictures = to_tensor(batch.face);
    std::vector<at::Tensor> found;
    for (std::int64_t i = 0; i < pictures.size(0); ++i) {
      const c10::IValue result = module().forward({pictures[i].contiguous()});
      const auto& elements = result.toTupleRef().elements();
      const at::Tensor sure = elements[1].toTensor() >= 0.5;
      const at::Tensor masks = elements[2].toTensor() >= 0.5;
      found.push_back((masks & sure.reshape({-1, 1, 1, 1})).any(0));
    }
    return torch::stack(found);
  }
};

LearnerOptions learner_options(const TrainingOptions& options) {
  LearnerOptions learner;
  learner.learning_rate = options.learning_rate;
  learner.weight_decay = 1e-3;
  return learner;
}

std::unique_ptr<Task> make_task(const TrainingOptions& options) {
  Learner learner(options.init, learner_options(options));
  if (learner.module().find_method("losses")) {
    return std::make_unique<InstanceTask>(options, std::move(learner));
  }
  if (learner.module().find_method("logits")) {
    return std::make_unique<SemanticTask>(options, std::move(learner));
  }
  throw Error(ErrorCode::model_invalid,
              fmt::format("{}: has neither a method 'logits' (semantic) nor 'losses' "
                          "(instance); export it with models/architectures",
                          options.init.string()));
}

}  // namespace

void train_segmenter(const TrainingOptions& options) {
  prepare_torch(options);
  const std::unique_ptr<Task> task = make_task(options);
  train(*task, options);
}

}  // namespace demask::training
