// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "imaging/mat.hpp"
#include "imaging/preprocess.hpp"
#include "learn/sample_task.hpp"
#include "metrics/detection_metrics.hpp"
#include "samples/detection_samples.hpp"
#include "stages/nms.hpp"
#include "train/stages.hpp"

namespace demask::training {
namespace {

namespace nn = torch::nn::functional;

constexpr double focal_exponent = 2.0;
constexpr double box_weight = 2.0;
constexpr double points_weight = 1.0;
// Error of a point, divided by the square root of the box's area, at which its loss turns linear.
constexpr double points_turn = 0.05;

constexpr int validation_side = 640;
constexpr float validation_min_face = 32.0F;
constexpr float validation_score = 0.5F;
constexpr float validation_overlap = 0.4F;

// IoU and generalized IoU (Rezatofighi et al. 2019) of boxes [P,4], each [P].
std::pair<at::Tensor, at::Tensor> overlaps(const at::Tensor& a, const at::Tensor& b) {
  const auto area = [](const at::Tensor& low, const at::Tensor& high) {
    return (high - low).clamp_min(0.0).prod(1);
  };
  const at::Tensor a_low = a.slice(1, 0, 2);
  const at::Tensor a_high = a.slice(1, 2, 4);
  const at::Tensor b_low = b.slice(1, 0, 2);
  const at::Tensor b_high = b.slice(1, 2, 4);
  const at::Tensor both = area(torch::max(a_low, b_low), torch::min(a_high, b_high));
  const at::Tensor united = area(a_low, a_high) + area(b_low, b_high) - both;
  const at::Tensor hull = area(torch::min(a_low, b_low), torch::max(a_high, b_high));
  const at::Tensor iou = both / united.clamp_min(1e-6);
  return {iou, iou - (hull - united) / hull.clamp_min(1e-6)};
}

class DetectorTask : public SampleTask<DetectionSamples> {
 public:
  explicit DetectorTask(const TrainingOptions& options)
      : SampleTask(options, Learner(options.init, learner_options(options)), options) {}

  Figures validate(const std::filesystem::path&) override {
    DetectionMetrics metrics(validation_min_face);
    for (const LabeledPhoto& photo : samples().validation()) {
      std::vector<Box> truth;
      for (const LabeledFace& face : photo.faces) {
        truth.push_back(face.box);
      }
      metrics.add(detect(read_rgb(photo.file)), truth);
    }
    return {{"average_precision", metrics.average_precision()},
            {"recall", metrics.recall(validation_score)},
            {"precision", metrics.precision(validation_score)}};
  }

 private:
  static LearnerOptions learner_options(const TrainingOptions& options) {
    LearnerOptions learner;
    learner.learning_rate = options.learning_rate;
    learner.weight_decay = 1e-3;
    learner.clip_norm = 10.0;
    return learner;
  }

  Loss loss_of(DetectionBatch& batch) override {
    const auto [logits, boxes, points] = predict(batch);
    const std::int64_t cells = logits.numel();
    const at::Tensor face = torch::from_blob(batch.face.data(), {cells});
    const at::Tensor positive = face.gt(0.5).nonzero().squeeze(1);
    const at::Tensor true_boxes =
        torch::from_blob(batch.box.data(), {cells, 4}).index_select(0, positive);
    const auto [iou, giou] =
        overlaps(boxes.reshape({cells, 4}).index_select(0, positive), true_boxes);
    const double count = std::max<double>(1.0, static_cast<double>(positive.size(0)));
    const at::Tensor score = score_loss(logits.reshape({cells}), face, positive, iou) / count;
    const at::Tensor box = (1.0 - giou).sum() / count;
    const at::Tensor point = points_loss(points.reshape({cells, 10}), batch, positive, true_boxes);
    const at::Tensor loss = score + box_weight * box + points_weight * point;
    return {loss,
            {{"score", score.item<double>()},
             {"box", box.item<double>()},
             {"points", point.item<double>()},
             {"iou", iou.sum().item<double>() / count}}};
  }

  std::tuple<at::Tensor, at::Tensor, at::Tensor> predict(DetectionBatch& batch) {
    const AutocastScope autocast;
    const c10::IValue result = module().get_method("dense")({to_tensor(batch.image)});
    const auto& elements = result.toTupleRef().elements();
    return {elements[0].toTensor(), elements[1].toTensor(), elements[2].toTensor()};
  }

  // Quality focal loss (Li et al. 2020), summed. The target of a face is between 0.5 and 1 and
  // grows with the quality of its box, so that the best box of a face gets the best score.
  static at::Tensor score_loss(const at::Tensor& logits, const at::Tensor& face,
                               const at::Tensor& positive, const at::Tensor& iou) {
    const at::Tensor target =
        torch::zeros_like(face).index_put({positive}, 0.5 + 0.5 * iou.detach());
    const at::Tensor modulation =
        (torch::sigmoid(logits).detach() - target).abs().pow(focal_exponent);
    const at::Tensor cross_entropy = nn::binary_cross_entropy_with_logits(
        logits, target, nn::BinaryCrossEntropyWithLogitsFuncOptions().reduction(torch::kNone));
    return (modulation * cross_entropy * face.ge(0.0)).sum();
  }

  static at::Tensor points_loss(const at::Tensor& points, DetectionBatch& batch,
                                const at::Tensor& positive, const at::Tensor& true_boxes) {
    const std::int64_t cells = points.size(0);
    const at::Tensor known =
        torch::from_blob(batch.points_known.data(), {cells}).index_select(0, positive);
    const at::Tensor truth =
        torch::from_blob(batch.points.data(), {cells, 10}).index_select(0, positive);
    const at::Tensor side = (true_boxes.slice(1, 2, 4) - true_boxes.slice(1, 0, 2))
                                .prod(1, /*keepdim=*/true)
                                .clamp_min(1.0)
                                .sqrt();
    const at::Tensor error = (points.index_select(0, positive) - truth) / side;
    const at::Tensor loss =
        nn::smooth_l1_loss(error, torch::zeros_like(error),
                           nn::SmoothL1LossFuncOptions().reduction(torch::kNone), points_turn);
    return (loss.mean(1) * known).sum() / known.sum().clamp_min(1.0);
  }

  // Detects the faces of a whole photo, in its pixels.
  std::vector<Detection> detect(const cv::Mat& rgb) {
    const imaging::Letterbox geometry = imaging::letterbox(rgb.size(), validation_side);
    cv::Mat boxed = imaging::warp_to_letterbox(imaging::as_view(rgb, PixelFormat::rgb), geometry);
    const at::Tensor image = torch::from_blob(boxed.data, {1, boxed.rows, boxed.cols, 3}, at::kByte)
                                 .permute({0, 3, 1, 2})
                                 .to(at::kFloat)
                                 .div_(255.0);
    const c10::IValue results = module().forward({image});
    const c10::IValue first = results.toListRef()[0];
    const auto& elements = first.toTupleRef().elements();
    const at::Tensor boxes = elements[0].toTensor().contiguous();
    const at::Tensor scores = elements[1].toTensor().contiguous();
    const auto scale = static_cast<float>(1.0 / geometry.scale);
    const auto corner = boxes.accessor<float, 2>();
    const auto score = scores.accessor<float, 1>();
    std::vector<Detection> found;
    for (std::int64_t i = 0; i < boxes.size(0); ++i) {
      found.push_back(
          {{corner[i][0] * scale, corner[i][1] * scale, (corner[i][2] - corner[i][0]) * scale,
            (corner[i][3] - corner[i][1]) * scale},
           score[i],
           {}});
    }
    return stages::suppress_overlaps(std::move(found), validation_overlap);
  }
};

}  // namespace

void train_detector(const TrainingOptions& options) {
  prepare_torch(options);
  DetectorTask task(options);
  train(task, options);
}

}  // namespace demask::training
