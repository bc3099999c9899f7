// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cmath>
#include <map>
#include <opencv2/photo.hpp>
#include <utility>

#include "augment/masked_photo.hpp"
#include "data/spread.hpp"
#include "evaluate/evaluation.hpp"
#include "evaluate/face_groups.hpp"
#include "evaluate/hole_quality.hpp"
#include "evaluate/masked_hd_face.hpp"
#include "evaluate/reconstructors.hpp"
#include "evaluate/shown_batches.hpp"
#include "evaluate/teachers.hpp"
#include "imaging/mask_morphology.hpp"

namespace demask::training {
namespace {

constexpr double telea_radius = 5.0;

// OpenCV's Telea on the hole, grown as the pipeline grows masks by default.
cv::Mat paint_telea(const MaskedHdFace& face, const Landmarks& landmarks) {
  const double side = canonical_size / canonical_similarity(landmarks).scale();
  const int growth = cvCeil(static_cast<double>(ReconstructOptions().mask_dilation) * side);
  cv::Mat painted;
  cv::inpaint(face.rgb, imaging::dilate_mask(face.hole, growth), painted, telea_radius,
              cv::INPAINT_TELEA);
  return painted;
}

class HdEvaluation {
 public:
  explicit HdEvaluation(const Evaluation& evaluation)
      : evaluation_(evaluation),
        annotator_(evaluation.bundle.load_face_detector(evaluation.options.runtime),
                   evaluation.bundle.load_landmark_detector(evaluation.options.runtime)),
        synthesizer_(make_synthesizer(evaluation.options.data)),
        features_(teacher_file(evaluation.options, image_features_name),
                  teacher_runtime(evaluation.options)),
        identity_(teacher_file(evaluation.options, face_embedding_name),
                  teacher_runtime(evaluation.options)),
        reconstructors_(make_reconstructors(evaluation)) {}

  void run() {
    const EvaluationOptions& options = evaluation_.options;
    const std::vector<HdFace> faces =
        spread(read_hd_faces(options.data, options.split), options.limit);
    in_shown_batches(faces.size(), "hd", [&](std::size_t first, std::size_t last) {
      for (std::size_t i = first; i < last; ++i) {
        measure(faces[i]);
      }
    });
    report();
  }

 private:
  void measure(const HdFace& face) {
    const cv::Mat bare = read_rgb(face.record.file);
    const std::optional<Landmarks> landmarks = landmarks_of(face.record, bare, annotator_);
    if (!landmarks) {
      ++not_found_;
      return;
    }
    const std::optional<MaskedHdFace> masked =
        mask_hd_face(face, bare, *landmarks, synthesizer_, evaluation_.options.seed);
    if (!masked) {
      ++not_masked_;
      return;
    }
    HoleTruth truth;
    truth.rgb = bare;
    truth.hole = masked->hole;
    truth.landmarks = *landmarks;
    truth.sharp = face.sharp;
    truth.groups = groups_of(face.record);
    truth.groups.push_back("yaw." + yaw_band(*landmarks));
    const HoleJudge judge(std::move(truth), features_, &identity_);
    for (const NamedReconstructor& named : reconstructors_) {
      measure(*masked, judge, named);
    }
    summaries_[".telea"].add(judge, judge.judge(paint_telea(*masked, *landmarks)), true, false);
  }

  void measure(const MaskedHdFace& masked, const HoleJudge& judge,
               const NamedReconstructor& named) {
    for (const bool given : {true, false}) {
      const PaintedPhoto painted = paint(named, masked.rgb, masked.hole, given);
      const HoleQuality quality = judge.judge(painted.rgb);
      summaries_[given ? named.suffix : ".segmented" + named.suffix].add(judge, quality,
                                                                         painted.found, given);
      if (given && named.suffix.empty()) {
        add_hole_case("hd", masked.rgb, painted.rgb, judge.truth(), quality, evaluation_.cases);
      }
    }
  }

  void report() const {
    Report& report = evaluation_.report;
    if (not_found_ + not_masked_ > 0) {
      report.note(
          fmt::format("hd: {} faces left out because no landmarks were found on the bare "
                      "face, and {} because no mask covered {:.0f} % of the box",
                      not_found_, not_masked_, 100.0 * min_body_share));
    }
    for (const auto& [suffix, summary] : summaries_) {
      summary.report("hd", suffix, report);
    }
  }

  const Evaluation& evaluation_;
  FaceAnnotator annotator_;
  synthesis::MaskSynthesizer synthesizer_;
  FeatureNetwork features_;
  FaceEmbedding identity_;
  std::vector<NamedReconstructor> reconstructors_;
  std::map<std::string, HoleSummary> summaries_;  // by suffix
  std::size_t not_found_ = 0;
  std::size_t not_masked_ = 0;
};

}  // namespace

void evaluate_hd(const Evaluation& evaluation) { HdEvaluation(evaluation).run(); }

}  // namespace demask::training
