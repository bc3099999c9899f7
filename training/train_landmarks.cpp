#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "common/masked_photo.hpp"
#include "common/prefetcher.hpp"
#include "common/sample_order.hpp"
#include "common/trainer.hpp"
#include "imaging/mat.hpp"
#include "imaging/preprocess.hpp"

namespace demask::training {
namespace {

constexpr std::size_t validation_faces = 240;
constexpr int validation_batch_size = 16;
constexpr int points_per_face = 68;

constexpr float mask_probability = 0.75F;
/// Side of the crop over the larger side of the detected box, as the library crops by default.
constexpr float crop_scale = 1.5F;
// Errors of the detector's box and eye line.
constexpr float box_shift = 0.08F;
constexpr float smallest_box = 0.85F;
constexpr float largest_box = 1.2F;
constexpr float roll_error = 0.35F;

// Wing loss (Feng et al. 2018), in pixels of a 256 px crop.
constexpr double wing_width = 10.0;
constexpr double wing_curvature = 2.0;
constexpr double wing_scale = 256.0;
// Weights of the terms of the loss.
constexpr double wing_weight = 0.1;
constexpr double likelihood_weight = 0.1;
constexpr double spread_weight = 0.05;
/// Spread of a heatmap that costs 1, in fractions of the crop's side.
constexpr double unit_spread = 2.0 / 32.0;

/// Crops and where the points lie in them.
struct LandmarkBatch {
  LandmarkBatch(int count, int size)
      : crop(count, size, 3), points(static_cast<std::size_t>(count) * points_per_face * 2) {}
  ImageBatch crop;
  std::vector<float> points;  ///< [N,68,2], x and y in fractions of the crop's side.
};

class LandmarkSamples {
 public:
  LandmarkSamples(std::vector<FaceRecord> faces, const TrainingOptions& options)
      : faces_(std::move(faces)),
        size_(options.size),
        order_(faces_.size(), options.seed),
        synthesizer_(make_synthesizer(options.data)) {}

  std::size_t faces() const { return faces_.size(); }

  LandmarkBatch training_batch(std::uint64_t number, int count) {
    LandmarkBatch batch(count, size_);
    for (int i = 0; i < count; ++i) {
      const std::uint64_t sample =
          number * static_cast<std::uint64_t>(count) + static_cast<std::uint64_t>(i);
      std::mt19937_64 engine = order_.engine(sample);
      fill(batch, i, faces_[order_.item(sample)], true, engine);
    }
    return batch;
  }

  /// Masked faces with boxes as the detector gives them.
  LandmarkBatch validation_batch(std::size_t first, int count) const {
    LandmarkBatch batch(count, size_);
    for (int i = 0; i < count; ++i) {
      const std::size_t item = first + static_cast<std::size_t>(i);
      std::mt19937_64 engine(item);
      fill(batch, i, faces_[item], false, engine);
    }
    return batch;
  }

 private:
  void fill(LandmarkBatch& batch, int index, const FaceRecord& record, bool augment,
            std::mt19937_64& engine) const {
    Random random(engine);
    const bool mirrored = augment && random.chance(0.5F);
    MaskedPhoto masked = read_masked_photo(record, mirrored, augment ? mask_probability : 1.0F,
                                           synthesizer_, engine);
    const std::array<Point, 2> eyes = eye_centers(masked.photo.landmarks);
    float roll = std::atan2(eyes[1].y - eyes[0].y, eyes[1].x - eyes[0].x);
    Box box = masked.box;
    if (augment) {
      roll += random.uniform(-roll_error, roll_error);
      box = displaced(box, random);
    }
    const Similarity to_crop = imaging::landmark_crop(box, roll, crop_scale, size_);
    cv::Mat crop = imaging::warp_to_square(imaging::as_view(masked.photo.rgb, PixelFormat::rgb),
                                           to_crop, size_);
    if (augment) {
      if (random.chance(0.6F)) jitter_colors(crop, 0.8F, random);
      degrade(crop, random);
    }
    crop.copyTo(batch.crop.at(index));
    const auto side = static_cast<float>(size_);
    auto* target = batch.points.data() + static_cast<std::ptrdiff_t>(index) * points_per_face * 2;
    for (const Point& p : transform(masked.photo.landmarks, to_crop).points) {
      *target++ = (p.x + 0.5F) / side;
      *target++ = (p.y + 0.5F) / side;
    }
  }

  static Box displaced(const Box& box, Random& random) {
    const float scale = random.uniform(smallest_box, largest_box);
    const float side = std::max(box.width, box.height);
    const float x = box.x + 0.5F * box.width + side * random.uniform(-box_shift, box_shift);
    const float y = box.y + 0.5F * box.height + side * random.uniform(-box_shift, box_shift);
    return {x - 0.5F * scale * box.width, y - 0.5F * scale * box.height, scale * box.width,
            scale * box.height};
  }

  std::vector<FaceRecord> faces_;
  int size_;
  SampleOrder order_;
  synthesis::MaskSynthesizer synthesizer_;
};

at::Tensor points_tensor(LandmarkBatch& batch) {
  return torch::from_blob(batch.points.data(), {batch.crop.count(), points_per_face, 2}).clone();
}

/// Mean distance of the points of each face over the distance of its outer eye corners.
at::Tensor normalized_mean_error(const at::Tensor& points, const at::Tensor& truth) {
  const at::Tensor eyes = (truth.select(1, 45) - truth.select(1, 36)).norm(2, 1);
  return (points - truth).norm(2, 2).mean(1) / eyes;
}

at::Tensor wing_loss(const at::Tensor& difference) {
  const double offset = wing_width - wing_width * std::log1p(wing_width / wing_curvature);
  const at::Tensor x = difference.abs() * wing_scale;
  return torch::where(x < wing_width, wing_width * torch::log1p(x / wing_curvature), x - offset);
}

/// Mean squared distance of each heatmap's mass from the true point, [B,K].
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

class LandmarkTask : public Task {
 public:
  explicit LandmarkTask(const TrainingOptions& options)
      : options_(options),
        learner_(options.init, learner_options(options)),
        training_(read_faces(options.data, "train"), options),
        validation_(spread(read_faces(options.data, "val"), validation_faces), options) {}

  std::vector<Learner*> learners() override { return {&learner_}; }

  void start(std::int64_t first_step) override {
    loader_.emplace(
        [this](std::uint64_t number) { return training_.training_batch(number, options_.batch); },
        static_cast<std::uint64_t>(first_step));
  }

  Figures step(const Moment& moment) override {
    LandmarkBatch batch = loader_->next();
    const at::Tensor truth = points_tensor(batch);
    const auto [points, scale, heatmaps] = predict(batch);
    // A point outside of the crop cannot be reached.
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
    loss.backward();
    learner_.update(moment.rate_factor);
    return {{"loss", loss.item<double>()},
            {"wing", wing.item<double>()},
            {"likelihood", likelihood.item<double>()},
            {"spread", extent.item<double>()},
            {"nme", 100.0 * normalized_mean_error(points, truth).mean().item<double>()}};
  }

  Figures validate(const std::filesystem::path&) override {
    double error = 0.0;
    double failures = 0.0;
    const std::size_t count = validation_.faces();
    for (std::size_t first = 0; first < count; first += validation_batch_size) {
      const int items = static_cast<int>(
          std::min(count - first, static_cast<std::size_t>(validation_batch_size)));
      LandmarkBatch batch = validation_.validation_batch(first, items);
      const at::Tensor points = std::get<0>(predict(batch));
      const at::Tensor errors = normalized_mean_error(points, points_tensor(batch));
      error += errors.sum().item<double>();
      failures += (errors > 0.1).sum().item<double>();
    }
    const double percent = 100.0 / static_cast<double>(count);
    return {{"nme_masked", percent * error}, {"fr10_masked", percent * failures}};
  }

 private:
  static LearnerOptions learner_options(const TrainingOptions& options) {
    LearnerOptions learner;
    learner.learning_rate = options.learning_rate;
    learner.weight_decay = 1e-4;
    return learner;
  }

  std::tuple<at::Tensor, at::Tensor, at::Tensor> predict(LandmarkBatch& batch) {
    const AutocastScope autocast;
    const c10::IValue result = learner_.module().get_method("predict")({to_tensor(batch.crop)});
    const auto& elements = result.toTupleRef().elements();
    return {elements[0].toTensor(), elements[1].toTensor(), elements[2].toTensor()};
  }

  TrainingOptions options_;
  Learner learner_;
  LandmarkSamples training_;
  LandmarkSamples validation_;
  std::optional<Prefetcher<LandmarkBatch>> loader_;  // last: its thread uses `training_`
};

}  // namespace

void train_landmarks(const TrainingOptions& options) {
  prepare_torch(options);
  LandmarkTask task(options);
  train(task, options);
}

}  // namespace demask::training
