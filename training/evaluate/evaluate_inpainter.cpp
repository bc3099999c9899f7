// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <opencv2/imgproc.hpp>
#include <optional>
#include <utility>

#include "augment/masked_photo.hpp"
#include "demask/error.hpp"
#include "evaluate/baselines.hpp"
#include "evaluate/evaluation.hpp"
#include "evaluate/shown_batches.hpp"
#include "evaluate/teachers.hpp"
#include "metrics/face_embedding.hpp"
#include "metrics/frechet_distance.hpp"
#include "metrics/image_quality.hpp"

namespace demask::training {
namespace {

const std::string own_name = "own";

// A painter and its measurements.
struct Measured {
  Painter painter;
  Mean psnr_mean;
  Mean hole_psnr_mean;
  Mean ssim_mean;
  Mean identity_cosine;
  std::map<std::string, Mean> by_gender;
  Eigen::MatrixXd identities;  // one per row
};

std::optional<FaceEmbedding> load_teacher(const Evaluation& evaluation) {
  const EvaluationOptions& options = evaluation.options;
  const std::filesystem::path file = teacher_file(options, face_embedding_name);
  if (options.teacher.empty() && options.teachers.empty() && !std::filesystem::exists(file)) {
    evaluation.report.note(
        "no face embedding beside the data: inpainter.frechet_face and inpainter.identity_cosine "
        "are left out; give --teacher");
    return std::nullopt;
  }
  return FaceEmbedding(file, teacher_runtime(options));
}

void append_rows(Eigen::MatrixXd& matrix, const Eigen::MatrixXd& rows) {
  const Eigen::Index before = matrix.rows();
  matrix.conservativeResize(before + rows.rows(), rows.cols());
  matrix.bottomRows(rows.rows()) = rows;
}

void add_tile(const HoleFace& face, const cv::Mat& painted, double score, CaseSheet& cases) {
  cv::Mat input = face.truth.clone();
  input.setTo(cv::Scalar::all(128), face.hole);
  cv::Mat tile;
  cv::hconcat(std::vector<cv::Mat>{input, painted, face.truth}, tile);
  cases.add("inpainter (PSNR; input, output, truth)", score, tile);
}

class InpainterEvaluation {
 public:
  explicit InpainterEvaluation(const Evaluation& evaluation)
      : evaluation_(evaluation),
        synthesizer_(make_synthesizer(evaluation.options.data)),
        teacher_(load_teacher(evaluation)) {
    const EvaluationOptions& options = evaluation.options;
    add(make_painter(own_name, evaluation.bundle, options.runtime));
    for (Painter& baseline : make_baselines(options.data)) {
      baselines_.push_back(baseline.name);
      add(std::move(baseline));
    }
    for (const std::filesystem::path& folder : options.against) {
      const ModelBundle bundle = ModelBundle::open(folder);
      add(make_painter("bundle_" + bundle.name(), bundle, options.runtime));
    }
  }

  void run() {
    const std::vector<SplitFace> faces = read_split_faces(evaluation_.options, true);
    in_shown_batches(faces.size(), "inpainter", [&](std::size_t first, std::size_t last) {
      std::vector<HoleFace> batch;
      for (std::size_t i = first; i < last; ++i) {
        auto face = make_hole_face(faces[i], synthesizer_, evaluation_.options.seed);
        if (face) {
          batch.push_back(std::move(*face));
        }
      }
      skipped_ += last - first - batch.size();
      if (!batch.empty()) {
        measure(batch);
      }
    });
    report();
  }

 private:
  void add(Painter painter) {
    measured_.emplace_back();
    measured_.back().painter = std::move(painter);
  }

  void measure(const std::vector<HoleFace>& batch) {
    std::vector<Landmarks> landmarks;
    std::vector<cv::Mat> truths;
    for (const HoleFace& face : batch) {
      landmarks.push_back(face.landmarks);
      truths.push_back(face.truth);
    }
    Eigen::MatrixXd truth;
    if (teacher_) {
      truth = teacher_->identities(truths, landmarks);
      append_rows(truth_identities_, truth);
    }
    for (Measured& measured : measured_) {
      const std::vector<cv::Mat> painted = measured.painter.paint(batch);
      for (std::size_t i = 0; i < batch.size(); ++i) {
        measure(batch[i], painted[i], measured);
      }
      if (!teacher_) {
        continue;
      }
      const Eigen::MatrixXd identities = teacher_->identities(painted, landmarks);
      for (Eigen::Index i = 0; i < identities.rows(); ++i) {
        measured.identity_cosine.add(identities.row(i).normalized().dot(truth.row(i).normalized()));
      }
      append_rows(measured.identities, identities);
    }
  }

  void measure(const HoleFace& face, const cv::Mat& painted, Measured& measured) const {
    const double whole = psnr(painted, face.truth, face.judged);
    measured.psnr_mean.add(whole);
    measured.by_gender[to_string(face.gender)].add(whole);
    measured.hole_psnr_mean.add(psnr(painted, face.truth, face.hole & face.judged));
    measured.ssim_mean.add(ssim(painted, face.truth, face.judged));
    if (measured.painter.name == own_name && evaluation_.cases.enabled()) {
      add_tile(face, painted, whole, evaluation_.cases);
    }
  }

  void report() {
    Report& report = evaluation_.report;
    if (skipped_ > 0) {
      report.note(
          fmt::format("inpainter: {} faces left out because no mask covered {:.0f} to "
                      "{:.0f} % of the canonical face",
                      skipped_, 100.0 * min_hole, 100.0 * max_hole));
    }
    if (truth_identities_.rows() > 0 && truth_identities_.rows() <= truth_identities_.cols()) {
      report.note(
          "inpainter.frechet_face: fewer faces than an identity has numbers; compare it only with "
          "figures over the same number of faces");
    }
    for (const Measured& measured : measured_) {
      const bool own = measured.painter.name == own_name;
      const std::string suffix = own ? "" : "." + measured.painter.name;
      report.add("inpainter.psnr" + suffix, measured.psnr_mean);
      if (own) {
        report.add("inpainter.psnr", measured.by_gender);
      }
      report.add("inpainter.hole_psnr" + suffix, measured.hole_psnr_mean);
      report.add("inpainter.ssim" + suffix, measured.ssim_mean);
      report.add("inpainter.identity_cosine" + suffix, measured.identity_cosine);
      if (measured.identities.rows() >= 2) {
        report.add("inpainter.frechet_face" + suffix,
                   frechet_distance(measured.identities, truth_identities_),
                   static_cast<std::size_t>(measured.identities.rows()));
      }
    }
    compare_with_best("inpainter.hole_psnr", "inpainter.hole_psnr_gain", true, false);
    compare_with_best("inpainter.identity_cosine", "inpainter.identity_gain", true, false);
    compare_with_best("inpainter.frechet_face", "inpainter.frechet_ratio", false, true);
  }

  // Reports the bundle's own figure minus, or divided by, that of the best baseline.
  void compare_with_best(const std::string& key, const std::string& result, bool larger_is_better,
                         bool ratio) {
    Report& report = evaluation_.report;
    if (!report.has(key)) {
      return;
    }
    std::vector<double> values;
    for (const std::string& name : baselines_) {
      values.push_back(report.value(key + "." + name));
    }
    const auto [lowest, highest] = std::minmax_element(values.begin(), values.end());
    const double best = larger_is_better ? *highest : *lowest;
    const double own = report.value(key);
    report.add(result, ratio ? own / best : own - best, measured_.front().psnr_mean.count());
  }

  const Evaluation& evaluation_;
  synthesis::MaskSynthesizer synthesizer_;
  std::optional<FaceEmbedding> teacher_;
  std::vector<Measured> measured_;  // the bundle's own painter first
  std::vector<std::string> baselines_;
  Eigen::MatrixXd truth_identities_;
  std::size_t skipped_ = 0;
};

}  // namespace

void evaluate_inpainter(const Evaluation& evaluation) { InpainterEvaluation(evaluation).run(); }

}  // namespace demask::training
