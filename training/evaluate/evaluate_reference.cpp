// SPDX-License-Identifier: Apache-2.0

// Faces painted with another photo of the same person, without one, and with a photo of somebody
// else.

#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "augment/masked_photo.hpp"
#include "augment/put_masks_on.hpp"
#include "data/face_dataset.hpp"
#include "data/spread.hpp"
#include "demask/face_reconstructor.hpp"
#include "evaluate/evaluation.hpp"
#include "evaluate/hole_quality.hpp"
#include "evaluate/shown_batches.hpp"
#include "evaluate/split_faces.hpp"
#include "evaluate/teachers.hpp"
#include "imaging/mat.hpp"

namespace demask::training {
namespace {

// Smallest area of a mask's body, as a share of the face's box.
constexpr double min_body = 0.25;

// A photo to mask, another photo of its person, and one of somebody else.
struct Case {
  std::size_t index = 0;  // of the photo in the split; seeds its mask
  FaceRecord target;
  FaceRecord reference;
  FaceRecord other;
};

// One case for each photo of a person with two photos or more: its reference is that person's next
// photo, somebody else is the next person.
std::vector<Case> cases_of(const std::vector<FaceRecord>& faces) {
  std::map<std::string, std::vector<std::size_t>> by_person;
  for (std::size_t i = 0; i < faces.size(); ++i) {
    if (!faces[i].person.empty()) {
      by_person[faces[i].person].push_back(i);
    }
  }
  std::vector<std::vector<std::size_t>> people;
  for (auto& [person, photos] : by_person) {
    if (photos.size() > 1) {
      people.push_back(std::move(photos));
    }
  }
  std::vector<Case> cases;
  for (std::size_t p = 0; p < people.size() && people.size() > 1; ++p) {
    const std::vector<std::size_t>& photos = people[p];
    for (std::size_t i = 0; i < photos.size(); ++i) {
      cases.push_back({photos[i], faces[photos[i]], faces[photos[(i + 1) % photos.size()]],
                       faces[people[(p + 1) % people.size()].front()]});
    }
  }
  return cases;
}

class ReferenceEvaluation {
 public:
  explicit ReferenceEvaluation(const Evaluation& evaluation)
      : evaluation_(evaluation),
        synthesizer_(make_synthesizer(evaluation.options.data)),
        features_(teacher_file(evaluation.options, image_features_name),
                  teacher_runtime(evaluation.options)),
        identity_(teacher_file(evaluation.options, face_embedding_name),
                  teacher_runtime(evaluation.options)),
        reconstructor_(evaluation.bundle, evaluation.options.runtime) {}

  void run() {
    const EvaluationOptions& options = evaluation_.options;
    const std::vector<Case> cases =
        spread(cases_of(read_faces(options.data, options.split)), options.limit);
    in_shown_batches(cases.size(), "reference", [&](std::size_t first, std::size_t last) {
      for (std::size_t i = first; i < last; ++i) {
        measure(cases[i]);
      }
    });
    report();
  }

 private:
  void measure(const Case& one) {
    const cv::Mat bare = read_rgb(one.target.file);
    const std::optional<PhotoWithMasks> masked = masked_photo(one, bare);
    if (!masked) {
      ++left_out_;
      return;
    }
    HoleTruth truth;
    truth.rgb = bare;
    truth.hole = masked->mask;
    truth.landmarks = one.target.landmarks;
    const HoleJudge judge(std::move(truth), features_, &identity_);
    const cv::Mat reference = read_rgb(one.reference.file);
    const cv::Mat without = add("without", *masked, nullptr, judge);
    const cv::Mat with = add("", *masked, &reference, judge);
    const cv::Mat other_photo = read_rgb(one.other.file);
    add("other", *masked, &other_photo, judge);
    add_gain(judge, without, with, masked->rgb, reference);
  }

  std::optional<PhotoWithMasks> masked_photo(const Case& one, const cv::Mat& bare) const {
    const double min_pixels = min_body * static_cast<double>(one.target.box.area());
    for (std::uint64_t draw = 0; draw < max_draws; ++draw) {
      PhotoWithMasks masked = put_masks_on(bare, {one.target.landmarks}, synthesizer_,
                                           mask_seed(evaluation_.options.seed, one.index, draw));
      if (cv::countNonZero(masked.mask) >= min_pixels) {
        return masked;
      }
    }
    return std::nullopt;
  }

  // Paints the photo and adds its figures to those of `method`.
  cv::Mat add(const std::string& method, const PhotoWithMasks& masked, const cv::Mat* reference,
              const HoleJudge& judge) {
    ReconstructOptions options;
    options.quality = evaluation_.options.qualities.front();
    options.mask = imaging::as_view(masked.mask, PixelFormat::gray);
    if (reference != nullptr) {
      options.references = {{imaging::as_view(*reference, PixelFormat::rgb)}};
    }
    const Result result =
        reconstructor_.reconstruct(imaging::as_view(masked.rgb, PixelFormat::rgb), options);
    const cv::Mat painted = imaging::as_mat(result.photo.view()).clone();
    const std::string suffix = method.empty() ? "" : "." + method;
    summaries_[suffix].add(judge, judge.judge(painted), any_reconstructed(result), false);
    std::map<ReferenceUse, double> uses;
    for (const FaceResult& face : result.faces) {
      uses[face.reference] = 1.0;
    }
    for (const ReferenceUse use :
         {ReferenceUse::shape, ReferenceUse::pixels, ReferenceUse::refused}) {
      if (reference != nullptr) {
        uses_["reference." + std::string(to_string(use)) + suffix].add(uses[use]);
      }
    }
    return painted;
  }

  void add_gain(const HoleJudge& judge, const cv::Mat& without, const cv::Mat& with,
                const cv::Mat& masked, const cv::Mat& reference) const {
    if (!evaluation_.cases.enabled()) {
      return;
    }
    const double gain =
        *judge.judge(with).identity_cosine - *judge.judge(without).identity_cosine;
    cv::Mat shown = cv::Mat::zeros(masked.rows, reference.cols, CV_8UC3);
    const cv::Rect both = cv::Rect({0, 0}, shown.size()) & cv::Rect({0, 0}, reference.size());
    reference(both).copyTo(shown(both));
    cv::Mat tile;
    cv::hconcat(std::vector<cv::Mat>{masked, shown, without, with, judge.truth().rgb}, tile);
    evaluation_.cases.add(
        "reference (gain of identity cosine; input, reference, without, with, truth)", gain, tile);
  }

  void report() const {
    Report& report = evaluation_.report;
    if (left_out_ > 0) {
      report.note(fmt::format("reference: {} photos left out because no mask covered {:.0f} % of "
                              "the box",
                              left_out_, 100.0 * min_body));
    }
    for (const auto& [suffix, summary] : summaries_) {
      summary.report("reference", suffix, report);
    }
    for (const auto& [key, share] : uses_) {
      report.add(key, share);
    }
  }

  const Evaluation& evaluation_;
  synthesis::MaskSynthesizer synthesizer_;
  FeatureNetwork features_;
  FaceEmbedding identity_;
  FaceReconstructor reconstructor_;
  std::map<std::string, HoleSummary> summaries_;  // by suffix
  std::map<std::string, Mean> uses_;              // by figure
  std::size_t left_out_ = 0;
};

}  // namespace

void evaluate_reference(const Evaluation& evaluation) { ReferenceEvaluation(evaluation).run(); }

}  // namespace demask::training
