// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <map>

#include "augment/masked_photo.hpp"
#include "evaluate/evaluation.hpp"
#include "evaluate/face_groups.hpp"
#include "evaluate/shown_batches.hpp"
#include "evaluate/split_faces.hpp"
#include "imaging/mat.hpp"

namespace demask::training {
namespace {

// The accuracy over all faces and by subgroup.
class Accuracy {
 public:
  void add(const FaceRecord& face, const GenderEstimate& estimate) {
    const double right = estimate.gender == *face.gender ? 1.0 : 0.0;
    all_.add(right);
    groups_[to_string(*face.gender)].add(right);
    groups_["source_" + face.source].add(right);
    if (face.age >= 0.0F) {
      groups_["age_" + age_band(face.age)].add(right);
    }
  }

  void report(const std::string& key, Report& report) const {
    report.add(key, all_);
    report.add(key, groups_);
  }

 private:
  Mean all_;
  std::map<std::string, Mean> groups_;
};

cv::Mat canonical(const cv::Mat& rgb, const Landmarks& landmarks) {
  return make_canonical({rgb, landmarks}, canonical_size).rgb;
}

}  // namespace

void evaluate_gender(const Evaluation& evaluation) {
  const EvaluationOptions& options = evaluation.options;
  const auto classifier = evaluation.bundle.load_gender_classifier(options.runtime);
  const synthesis::MaskSynthesizer synthesizer = make_synthesizer(options.data);
  const std::vector<SplitFace> faces = read_split_faces(options, true);
  Accuracy masked;
  Accuracy bare;
  in_shown_batches(faces.size(), "gender", [&](std::size_t first, std::size_t last) {
    std::vector<cv::Mat> images;  // alternating: masked, bare
    std::vector<ImageView> views;
    for (std::size_t i = first; i < last; ++i) {
      const WornFace face = wear_mask(faces[i], synthesizer, options.seed);
      images.push_back(canonical(face.worn.image, face.bare.landmarks));
      images.push_back(canonical(face.bare.rgb, face.bare.landmarks));
    }
    for (const cv::Mat& image : images) {
      views.push_back(imaging::as_view(image, PixelFormat::rgb));
    }
    const std::vector<GenderEstimate> estimates = classifier->classify(views);
    for (std::size_t i = first; i < last; ++i) {
      const GenderEstimate& estimate = estimates[2 * (i - first)];
      masked.add(faces[i].record, estimate);
      bare.add(faces[i].record, estimates[2 * (i - first) + 1]);
      const bool right = estimate.gender == *faces[i].record.gender;
      evaluation.cases.add("gender, masked (probability of the truth)",
                           right ? estimate.probability : 1.0F - estimate.probability,
                           images[2 * (i - first)]);
    }
  });
  masked.report("gender.accuracy_masked", evaluation.report);
  bare.report("gender.accuracy_bare", evaluation.report);
}

}  // namespace demask::training
