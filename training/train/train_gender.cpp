// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "core/batches.hpp"
#include "data/spread.hpp"
#include "demask/error.hpp"
#include "learn/sample_task.hpp"
#include "metrics/face_embedding.hpp"
#include "samples/gender_samples.hpp"
#include "train/stages.hpp"

namespace demask::training {
namespace {

namespace nn = torch::nn::functional;

constexpr std::size_t validation_faces = 600;
constexpr std::size_t validation_batch_size = 20;
constexpr double label_smoothing = 0.05;
constexpr double distillation_weight = 1.0;

at::Tensor labels(GenderBatch& batch) {
  return torch::from_blob(batch.label.data(), {batch.face.count()}, at::kLong).clone();
}

// Identities of bare faces by the teacher, cached.
class BareIdentities {
 public:
  explicit BareIdentities(const std::filesystem::path& teacher) : embedding_(teacher, {}) {}

  // The identities [B,D] of `faces`.
  at::Tensor operator()(const std::vector<FaceRecord>& faces,
                        const std::vector<std::size_t>& items) {
    known_.resize(faces.size());
    ask_of_new(faces, items);
    std::vector<at::Tensor> rows;
    for (const std::size_t item : items) {
      rows.push_back(known_[item]);
    }
    return torch::stack(rows);
  }

 private:
  void ask_of_new(const std::vector<FaceRecord>& faces, const std::vector<std::size_t>& items) {
    std::vector<std::size_t> asked;
    std::vector<cv::Mat> photos;
    std::vector<Landmarks> landmarks;
    for (const std::size_t item : items) {
      if (known_[item].defined()) {
        continue;
      }
      asked.push_back(item);
      photos.push_back(read_rgb(faces[item].file));
      landmarks.push_back(faces[item].landmarks);
    }
    if (asked.empty()) {
      return;
    }
    const Eigen::MatrixXd found = embedding_.identities(photos, landmarks);
    for (std::size_t i = 0; i < asked.size(); ++i) {
      const Eigen::VectorXf row = found.row(static_cast<Eigen::Index>(i)).cast<float>();
      known_[asked[i]] = torch::tensor(at::ArrayRef<float>(row.data(), row.data() + row.size()));
    }
  }

  FaceEmbedding embedding_;
  std::vector<at::Tensor> known_;
};

// The linear map from the classifier's features to the teacher's identities.
torch::jit::Module make_head(std::int64_t width, std::int64_t identity) {
  torch::jit::Module head("EmbeddingHead");
  head.register_parameter("weight",
                          torch::randn({identity, width}) / std::sqrt(static_cast<double>(width)),
                          /*is_buffer=*/false);
  head.define("def forward(self, x):\n    return torch.matmul(x, self.weight.t())\n");
  return head;
}

// Distillation (Hinton et al. 2015) from a face recognition network: the classifier's features of a
// masked face are also trained to predict the teacher's identity of the bare face.
class Distillation {
 public:
  Distillation(const std::filesystem::path& teacher, const std::vector<FaceRecord>& faces,
               torch::jit::Module& classifier, const TrainingOptions& options)
      : identities_(teacher),
        head_(make_head(feature_width(classifier, options), identities_(faces, {0}).size(1)),
              head_options(options)) {}

  Learner& head() { return head_; }

  // One minus the cosine between the predicted and the teacher's identities.
  at::Tensor loss(const at::Tensor& features, const std::vector<FaceRecord>& faces,
                  const std::vector<std::size_t>& items) {
    const at::Tensor told = head_.module().forward({features}).toTensor();
    return 1.0 - nn::cosine_similarity(told, identities_(faces, items)).mean();
  }

 private:
  static LearnerOptions head_options(const TrainingOptions& options) {
    LearnerOptions learner;
    learner.learning_rate = options.learning_rate;
    return learner;
  }

  static std::int64_t feature_width(torch::jit::Module& classifier,
                                    const TrainingOptions& options) {
    if (!classifier.find_method("embed")) {
      throw Error(ErrorCode::model_invalid,
                  fmt::format("{}: has no method 'embed' to teach; export a gender_classifier "
                              "with models/architectures or leave out --teacher",
                              options.init.string()));
    }
    const torch::NoGradGuard no_grad;
    classifier.eval();
    const at::Tensor face = torch::zeros({1, 3, options.size, options.size});
    const at::Tensor features = classifier.get_method("embed")({face}).toTensor();
    classifier.train();
    return features.size(1);
  }

  BareIdentities identities_;
  Learner head_;
};

class GenderTask : public SampleTask<GenderSamples> {
 public:
  GenderTask(const TrainingOptions& options, const GenderTrainingOptions& gender)
      : SampleTask(options, Learner(options.init, learner_options(options)),
                   read_faces_of_known_gender(options.data, "train"), options),
        validation_(spread(read_faces_of_known_gender(options.data, "val"), validation_faces),
                    options) {
    if (!gender.teacher.empty()) {
      distillation_.emplace(gender.teacher, samples().faces(), module(), options);
    }
  }

  std::vector<Learner*> learners() override {
    std::vector<Learner*> all = SampleTask::learners();
    if (distillation_) {
      all.push_back(&distillation_->head());
    }
    return all;
  }

  Figures step(const Moment& moment) override {
    Figures figures = SampleTask::step(moment);
    if (distillation_) {
      distillation_->head().update(moment.rate_factor);
    }
    return figures;
  }

  Figures validate(const std::filesystem::path&) override {
    return {{"accuracy_masked", accuracy(true)}, {"accuracy_bare", accuracy(false)}};
  }

 private:
  static LearnerOptions learner_options(const TrainingOptions& options) {
    LearnerOptions learner;
    learner.learning_rate = options.learning_rate;
    learner.weight_decay = 0.02;
    return learner;
  }

  Loss loss_of(GenderBatch& batch) override {
    const at::Tensor faces = to_tensor(batch.face);
    if (!distillation_) {
      const Decision decision = decide(call("forward", faces), batch);
      return {decision.loss, {{"accuracy", decision.accuracy}}};
    }
    const at::Tensor features = call("embed", faces);
    const Decision decision = decide(call("decide", features), batch);
    const at::Tensor distilled = distillation_->loss(features, samples().faces(), batch.item);
    return {decision.loss + distillation_weight * distilled,
            {{"accuracy", decision.accuracy}, {"distillation", distilled.item<double>()}}};
  }

  // Calls a method of the classifier.
  at::Tensor call(const char* method, const at::Tensor& input) {
    const AutocastScope autocast;
    return module().get_method(method)({input}).toTensor().to(at::kFloat);
  }

  // The classification loss and accuracy.
  struct Decision {
    at::Tensor loss;
    double accuracy;
  };

  static Decision decide(const at::Tensor& logits, GenderBatch& batch) {
    const at::Tensor truth = labels(batch);
    const at::Tensor right = (logits.argmax(1) == truth).to(at::kFloat).mean();
    return {nn::cross_entropy(logits, truth,
                              nn::CrossEntropyFuncOptions().label_smoothing(label_smoothing)),
            right.item<double>()};
  }

  double accuracy(bool masked) {
    double right = 0.0;
    const std::size_t count = validation_.faces().size();
    core::for_each_batch(count, validation_batch_size, [&](std::size_t first, std::size_t size) {
      const auto items = static_cast<int>(size);
      GenderBatch batch = validation_.validation_batch(first, items, masked);
      const at::Tensor logits = call("forward", to_tensor(batch.face));
      right += (logits.argmax(1) == labels(batch)).sum().item<double>();
    });
    return right / static_cast<double>(count);
  }

  GenderSamples validation_;
  std::optional<Distillation> distillation_;
};

}  // namespace

void train_gender(const TrainingOptions& options, const GenderTrainingOptions& gender) {
  prepare_torch(options);
  GenderTask task(options, gender);
  train(task, options);
}

}  // namespace demask::training
