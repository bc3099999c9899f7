// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cmath>
#include <memory>
#include <utility>

#include "core/batches.hpp"
#include "data/spread.hpp"
#include "demask/error.hpp"
#include "learn/sample_task.hpp"
#include "losses/adaptive_wing_loss.hpp"
#include "losses/heatmap_targets.hpp"
#include "samples/landmark_samples.hpp"
#include "stages/heatmap.hpp"
#include "train/stages.hpp"

namespace demask::training {
namespace {

constexpr std::size_t validation_faces = 240;
constexpr std::size_t validation_batch_size = 16;

// Wing loss (Feng et al. 2018), in pixels of a 256 px crop.
constexpr double wing_width = 10.0;
constexpr double wing_curvature = 2.0;
constexpr double wing_scale = 256.0;
// Weights of the terms of the loss.
constexpr double wing_weight = 0.1;
constexpr double likelihood_weight = 0.1;
constexpr double spread_weight = 0.05;
// Spread of a heatmap that gives a loss of 1, as a fraction of the crop's side.
constexpr double unit_spread = 2.0 / 32.0;

at::Tensor points_tensor(LandmarkBatch& batch) {
  return torch::from_blob(batch.points.data(), {batch.crop.count(), points_per_face, 2}).clone();
}

// Mean error of the points of each face, divided by the distance between its outer eye corners.
at::Tensor normalized_mean_error(const at::Tensor& points, const at::Tensor& truth) {
  const at::Tensor eyes = (truth.select(1, 45) - truth.select(1, 36)).norm(2, 1);
  return (points - truth).norm(2, 2).mean(1) / eyes;
}

at::Tensor wing_loss(const at::Tensor& difference) {
  const double offset = wing_width - wing_width * std::log1p(wing_width / wing_curvature);
  const at::Tensor x = difference.abs() * wing_scale;
  return torch::where(x < wing_width, wing_width * torch::log1p(x / wing_curvature), x - offset);
}

// Mean squared distance [B,K] of each heatmap's mass from the true point.
at::Tensor heatmap_spread(const at::Tensor& heatmaps, const at::Tensor& points,
                          const at::Tensor& truth) {
  const std::int64_t height = heatmaps.size(2);
  const std::int64_t width = heatmaps.size(3);
  const at::Tensor xs = (torch::arange(width) + 0.5) / static_cast<double>(width);
  const at::Tensor ys = (torch::arange(height) + 0.5) / static_cast<double>(height);
  const at::Tensor square =
      (heatmaps.sum(2) * xs.square()).sum(2) + (heatmaps.sum(3) * ys.square()).sum(2);
  return square - 2.0 * (points * truth).sum(2) + truth.square().sum(2);
}

// Samples and validation shared by networks that give points and networks that give heatmaps.
class LandmarkTask : public SampleTask<LandmarkSamples> {
 public:
  LandmarkTask(const TrainingOptions& options, Learner learner)
      : SampleTask(options, std::move(learner), read_faces(options.data, "train"), options),
        validation_(spread(read_faces(options.data, "val"), validation_faces), options) {}

  Figures validate(const std::filesystem::path&) override {
    double error = 0.0;
    double failures = 0.0;
    core::for_each_batch(
        validation_.faces(), validation_batch_size, [&](std::size_t first, std::size_t size) {
          const auto items = static_cast<int>(size);
          LandmarkBatch batch = validation_.validation_batch(first, items);
          const at::Tensor errors = normalized_mean_error(locate(batch), points_tensor(batch));
          error += errors.sum().item<double>();
          failures += (errors > 0.1).sum().item<double>();
        });
    const double percent = 100.0 / static_cast<double>(validation_.faces());
    return {{"nme_masked", percent * error}, {"fr10_masked", percent * failures}};
  }

 private:
  // The points of a batch, [B,68,2], in fractions of the crop's side.
  virtual at::Tensor locate(LandmarkBatch& batch) = 0;

  LandmarkSamples validation_;
};

// Trains a network whose method `predict` gives points, their scales and heatmaps.
class PointTask : public LandmarkTask {
 public:
  using LandmarkTask::LandmarkTask;

 private:
  Loss loss_of(LandmarkBatch& batch) override {
    const at::Tensor truth = points_tensor(batch);
    const auto [points, scale, heatmaps] = predict(batch);
    // The network cannot place a point outside the crop.
    const at::Tensor inside = ((truth > 0.0) & (truth < 1.0)).all(2).to(at::kFloat);
    const auto mean_inside = [&](const at::Tensor& value) {
      return (value * inside).sum() / inside.sum().clamp_min(1.0);
    };
    const at::Tensor wing = mean_inside(wing_loss(points - truth).mean(2));
    const at::Tensor distance = (points - truth).norm(2, 2).detach();
    const at::Tensor likelihood = mean_inside(distance / scale + scale.log());
    const at::Tensor extent =
        mean_inside(heatmap_spread(heatmaps, points, truth)) / (unit_spread * unit_spread);
    const at::Tensor loss =
        wing_weight * wing + likelihood_weight * likelihood + spread_weight * extent;
    return {loss,
            {{"wing", wing.item<double>()},
             {"likelihood", likelihood.item<double>()},
             {"spread", extent.item<double>()},
             {"nme", 100.0 * normalized_mean_error(points, truth).mean().item<double>()}}};
  }

  at::Tensor locate(LandmarkBatch& batch) override { return std::get<0>(predict(batch)); }

  std::tuple<at::Tensor, at::Tensor, at::Tensor> predict(LandmarkBatch& batch) {
    const AutocastScope autocast;
    const c10::IValue result = module().get_method("predict")({to_tensor(batch.crop)});
    const auto& elements = result.toTupleRef().elements();
    return {elements[0].toTensor(), elements[1].toTensor(), elements[2].toTensor()};
  }
};

// Trains a network whose method `stacks` gives the heatmaps of each of its hourglasses, the
// boundary channel last (Wang et al. 2019). The loss is summed over all hourglasses.
class HeatmapTask : public LandmarkTask {
 public:
  HeatmapTask(const TrainingOptions& options, Learner learner)
      : LandmarkTask(options, std::move(learner)) {
    check_channels(options);
  }

 private:
  Loss loss_of(LandmarkBatch& batch) override {
    const std::vector<at::Tensor> stacks = run(to_tensor(batch.crop));
    const at::Tensor points = points_tensor(batch);
    const std::int64_t side = stacks.front().size(3);
    const at::Tensor truth =
        torch::cat({landmark_heatmaps(points, side), boundary_heatmap(points, side)}, 1);
    at::Tensor loss = torch::zeros({});
    for (const at::Tensor& heatmaps : stacks) {
      loss = loss + weighted_adaptive_wing_loss(heatmaps, truth);
    }
    const at::Tensor last = (stacks.back() - truth).detach();
    return {loss, {{"mean_square", last.square().mean().item<double>()}}};
  }

  at::Tensor locate(LandmarkBatch& batch) override {
    const at::Tensor heatmaps = run(to_tensor(batch.crop)).back().contiguous();
    const at::Tensor points = torch::empty({heatmaps.size(0), points_per_face, 2});
    auto target = points.accessor<float, 3>();
    for (std::int64_t i = 0; i < heatmaps.size(0); ++i) {
      for (std::int64_t k = 0; k < points_per_face; ++k) {
        const cv::Mat plane(static_cast<int>(heatmaps.size(2)), static_cast<int>(heatmaps.size(3)),
                            CV_32FC1, heatmaps[i][k].data_ptr<float>());
        const Point peak = stages::find_peak(plane).position;
        target[i][k][0] = peak.x;
        target[i][k][1] = peak.y;
      }
    }
    return points;
  }

  std::vector<at::Tensor> run(const at::Tensor& crops) {
    std::vector<at::Tensor> stacks;
    {
      const AutocastScope autocast;
      stacks = module().get_method("stacks")({crops}).toTensorVector();
    }
    for (at::Tensor& heatmaps : stacks) {
      heatmaps = heatmaps.to(at::kFloat);
    }
    return stacks;
  }

  void check_channels(const TrainingOptions& options) {
    const torch::NoGradGuard no_grad;
    module().eval();
    const std::vector<at::Tensor> stacks = run(torch::zeros({1, 3, options.size, options.size}));
    module().train();
    const bool are_maps = !stacks.empty() && stacks.front().dim() == 4;
    const std::int64_t points = are_maps ? stacks.front().size(1) - 1 : 0;
    if (points != points_per_face) {
      throw Error(ErrorCode::model_invalid,
                  fmt::format("{}: gives heatmaps of {} points and a boundary, but "
                              "landmarks68.csv labels {}; export a network of {} points",
                              options.init.string(), points, points_per_face, points_per_face));
    }
  }
};

LearnerOptions learner_options(const TrainingOptions& options) {
  LearnerOptions learner;
  learner.learning_rate = options.learning_rate;
  learner.weight_decay = 1e-4;
  return learner;
}

std::unique_ptr<Task> make_task(const TrainingOptions& options) {
  Learner learner(options.init, learner_options(options));
  if (learner.module().find_method("stacks")) {
    return std::make_unique<HeatmapTask>(options, std::move(learner));
  }
  if (learner.module().find_method("predict")) {
    return std::make_unique<PointTask>(options, std::move(learner));
  }
  throw Error(ErrorCode::model_invalid,
              fmt::format("{}: has neither a method 'predict' (points) nor 'stacks' (heatmaps); "
                          "export it with models/architectures",
                          options.init.string()));
}

}  // namespace

void train_landmarks(const TrainingOptions& options) {
  prepare_torch(options);
  const std::unique_ptr<Task> task = make_task(options);
  train(*task, options);
}

}  // namespace demask::training
