#include <algorithm>
#include <utility>

#include "common/masked_photo.hpp"
#include "common/sample_order.hpp"
#include "common/sample_task.hpp"

namespace demask::training {
namespace {

namespace nn = torch::nn::functional;

constexpr std::size_t validation_faces = 300;
constexpr std::size_t validation_batch_size = 20;
constexpr float mask_probability = 0.6F;
constexpr double label_smoothing = 0.05;
constexpr SimilarityJitter alignment_jitter{0.03F, 0.08F, 0.08F};

/// Canonical faces and what gender they have.
struct GenderBatch {
  GenderBatch(int count, int size) : face(count, size, 3), label(static_cast<std::size_t>(count)) {}
  ImageBatch face;
  std::vector<std::int64_t> label;  ///< The value of Gender.
};

std::vector<FaceRecord> read_labelled(const std::filesystem::path& data, const std::string& split) {
  std::vector<FaceRecord> faces = read_faces(data, split);
  faces.erase(std::remove_if(faces.begin(), faces.end(),
                             [](const FaceRecord& face) { return !face.gender.has_value(); }),
              faces.end());
  return faces;
}

class GenderSamples {
 public:
  GenderSamples(std::vector<FaceRecord> faces, const TrainingOptions& options)
      : faces_(std::move(faces)),
        size_(options.size),
        order_(faces_.size(), options.seed),
        synthesizer_(make_synthesizer(options.data)) {}

  std::size_t faces() const { return faces_.size(); }

  GenderBatch training_batch(std::uint64_t number, int count) {
    GenderBatch batch(count, size_);
    for (int i = 0; i < count; ++i) {
      const std::uint64_t sample =
          number * static_cast<std::uint64_t>(count) + static_cast<std::uint64_t>(i);
      std::mt19937_64 engine = order_.engine(sample);
      Random random(engine);
      const FaceRecord& record = faces_[order_.item(sample)];
      const bool mirrored = random.chance(0.5F);
      const Similarity jitter = random_similarity(alignment_jitter, size_, random);
      cv::Mat face = read_masked_canonical(record, mirrored, mask_probability, size_, jitter,
                                           synthesizer_, engine)
                         .rgb;
      if (random.chance(0.6F)) jitter_colors(face, 0.8F, random);
      degrade(face, random);
      put(batch, i, face, record);
    }
    return batch;
  }

  GenderBatch validation_batch(std::size_t first, int count, bool masked) const {
    GenderBatch batch(count, size_);
    for (int i = 0; i < count; ++i) {
      const std::size_t item = first + static_cast<std::size_t>(i);
      std::mt19937_64 engine(item);
      put(batch, i,
          read_masked_canonical(faces_[item], false, masked ? 1.0F : 0.0F, size_, {}, synthesizer_,
                                engine)
              .rgb,
          faces_[item]);
    }
    return batch;
  }

 private:
  static void put(GenderBatch& batch, int index, const cv::Mat& face, const FaceRecord& record) {
    face.copyTo(batch.face.at(index));
    batch.label[static_cast<std::size_t>(index)] =
        static_cast<std::int64_t>(record.gender.value_or(Gender::female));
  }

  std::vector<FaceRecord> faces_;
  int size_;
  SampleOrder order_;
  synthesis::MaskSynthesizer synthesizer_;
};

at::Tensor labels(GenderBatch& batch) {
  return torch::from_blob(batch.label.data(), {batch.face.count()}, at::kLong).clone();
}

class GenderTask : public SampleTask<GenderSamples> {
 public:
  explicit GenderTask(const TrainingOptions& options)
      : SampleTask(options, Learner(options.init, learner_options(options)),
                   read_labelled(options.data, "train"), options),
        validation_(spread(read_labelled(options.data, "val"), validation_faces), options) {}

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
    const at::Tensor truth = labels(batch);
    const at::Tensor logits = classify(batch);
    const at::Tensor loss = nn::cross_entropy(
        logits, truth, nn::CrossEntropyFuncOptions().label_smoothing(label_smoothing));
    const at::Tensor right = (logits.argmax(1) == truth).to(at::kFloat).mean();
    return {loss, {{"accuracy", right.item<double>()}}};
  }

  at::Tensor classify(GenderBatch& batch) {
    const AutocastScope autocast;
    return module().forward({to_tensor(batch.face)}).toTensor().to(at::kFloat);
  }

  double accuracy(bool masked) {
    double right = 0.0;
    in_parts(validation_.faces(), validation_batch_size, [&](std::size_t first, int items) {
      GenderBatch batch = validation_.validation_batch(first, items, masked);
      right += (classify(batch).argmax(1) == labels(batch)).sum().item<double>();
    });
    return right / static_cast<double>(validation_.faces());
  }

  GenderSamples validation_;
};

}  // namespace

void train_gender(const TrainingOptions& options) {
  prepare_torch(options);
  GenderTask task(options);
  train(task, options);
}

}  // namespace demask::training
