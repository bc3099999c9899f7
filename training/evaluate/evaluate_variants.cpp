// SPDX-License-Identifier: Apache-2.0

// Several plausible faces under one mask, and expressions: whether they differ, whether one of them
// comes near the truth, and whether they show the landmarks that were asked for.

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <map>
#include <utility>

#include "augment/masked_photo.hpp"
#include "data/spread.hpp"
#include "demask/landmark_detector.hpp"
#include "evaluate/evaluation.hpp"
#include "evaluate/hole_quality.hpp"
#include "evaluate/masked_hd_face.hpp"
#include "evaluate/reconstructors.hpp"
#include "evaluate/shown_batches.hpp"
#include "evaluate/teachers.hpp"
#include "imaging/mat.hpp"
#include "metrics/frechet_distance.hpp"
#include "metrics/image_quality.hpp"

namespace demask::training {
namespace {

constexpr int variant_count = 8;
constexpr float diversity = 0.5F;
// The largest mean distance of hidden points from those asked for, over the eye distance.
constexpr double max_distance = 0.06;

constexpr std::array<Expression, 3> expressions = {Expression::neutral, Expression::smile,
                                                   Expression::open_mouth};

// Points of scheme ibug68.
constexpr std::size_t right_corner = 48;
constexpr std::size_t left_corner = 54;
constexpr std::size_t upper_gap = 62;
constexpr std::size_t lower_gap = 66;

double distance(const Point& a, const Point& b) { return std::hypot(a.x - b.x, a.y - b.y); }

double eye_distance(const Landmarks& landmarks) {
  const std::array<Point, 2> eyes = eye_centers(landmarks);
  return distance(eyes[0], eyes[1]);
}

// Width and opening of a mouth over the eye distance.
struct Mouth {
  double width = 0.0;
  double gap = 0.0;
};

Mouth mouth_of(const Landmarks& landmarks) {
  const double scale = 1.0 / eye_distance(landmarks);
  return {scale * distance(landmarks.points[right_corner], landmarks.points[left_corner]),
          scale * distance(landmarks.points[upper_gap], landmarks.points[lower_gap])};
}

// The mean distance of the points in the hole from those asked for, over the eye distance; nothing
// if none lies in the hole.
std::optional<double> error_in_hole(const Landmarks& found, const Landmarks& asked,
                                    const cv::Mat& hole) {
  const cv::Rect photo(0, 0, hole.cols, hole.rows);
  Mean error;
  for (std::size_t i = 0; i < asked.points.size(); ++i) {
    const cv::Point place(cvFloor(asked.points[i].x), cvFloor(asked.points[i].y));
    if (photo.contains(place) && hole.at<std::uint8_t>(place) != 0) {
      error.add(distance(found.points[i], asked.points[i]) / eye_distance(asked));
    }
  }
  return error.count() == 0 ? std::nullopt : std::optional<double>(error.value());
}

// A bare face and the mask put on it.
struct MaskedTruth {
  cv::Mat rgb;
  MaskedHdFace masked;
};

class VariantsEvaluation {
 public:
  explicit VariantsEvaluation(const Evaluation& evaluation)
      : evaluation_(evaluation),
        annotator_(evaluation.bundle.load_face_detector(evaluation.options.runtime),
                   evaluation.bundle.load_landmark_detector(evaluation.options.runtime)),
        landmark_detector_(evaluation.bundle.load_landmark_detector(evaluation.options.runtime)),
        synthesizer_(make_synthesizer(evaluation.options.data)),
        features_(teacher_file(evaluation.options, image_features_name),
                  teacher_runtime(evaluation.options)),
        reconstructor_(evaluation.bundle, evaluation.options.runtime) {}

  void run() {
    const EvaluationOptions& options = evaluation_.options;
    const std::vector<HdFace> faces =
        spread(read_hd_faces(options.data, options.split), options.limit);
    in_shown_batches(faces.size(), "variants", [&](std::size_t first, std::size_t last) {
      for (std::size_t i = first; i < last; ++i) {
        measure(faces[i]);
      }
    });
    report();
  }

 private:
  void measure(const HdFace& face) {
    MaskedTruth truth{read_rgb(face.record.file), {}};
    const std::optional<Landmarks> landmarks = landmarks_of(face.record, truth.rgb, annotator_);
    const std::optional<MaskedHdFace> masked =
        landmarks
            ? mask_hd_face(face, truth.rgb, *landmarks, synthesizer_, evaluation_.options.seed)
            : std::nullopt;
    if (!masked) {
      ++left_out_;
      return;
    }
    truth.masked = *masked;
    const Result result = paint(truth.masked, Expression::as_found, variant_count, diversity);
    if (result.variant_photos.empty()) {
      ++left_out_;
      return;
    }
    measure_pictures(truth, result);
    measure_true_landmarks(truth, *landmarks);
    measure_landmarks(truth.masked.hole, result);
    measure_expressions(truth.masked, result);
  }

  ReconstructOptions options_for(const MaskedHdFace& masked) const {
    ReconstructOptions options;
    options.quality = evaluation_.options.qualities.front();
    options.mask = imaging::as_view(masked.hole, PixelFormat::gray);
    return options;
  }

  Result paint(const MaskedHdFace& masked, Expression expression, int count, float spread) const {
    ReconstructOptions options = options_for(masked);
    options.variants = count;
    options.diversity = spread;
    options.seed = evaluation_.options.seed;
    options.expression = expression;
    return reconstructor_.reconstruct(imaging::as_view(masked.rgb, PixelFormat::rgb), options);
  }

  // Differences of the variants, the nearest one, and the distribution of their features.
  void measure_pictures(const MaskedTruth& truth, const Result& result) {
    const cv::Mat& hole = truth.masked.hole;
    std::vector<cv::Mat> photos;
    std::vector<FeatureMaps> maps;
    std::vector<double> psnrs;
    for (std::size_t i = 0; i < result.variant_photos.size(); ++i) {
      photos.push_back(imaging::as_mat(result.variant_photos[i].view()));
      maps.push_back(features_.maps(photos.back()));
      psnrs.push_back(psnr(photos.back(), truth.rgb, hole));
      moments_[i] += hole_moments(maps.back(), hole);
    }
    true_moments_ += hole_moments(features_.maps(truth.rgb), hole);
    for (std::size_t i = 0; i < maps.size(); ++i) {
      for (std::size_t j = i + 1; j < maps.size(); ++j) {
        if (const std::optional<double> apart = hole_distance(maps[i], maps[j], hole)) {
          difference_.add(*apart);
        }
      }
    }
    const double gain = *std::max_element(psnrs.begin(), psnrs.end()) - psnrs.front();
    psnr_.add(psnrs.front());
    gain_.add(gain);
    add_case(truth, photos, gain);
  }

  // What variants of the landmarks can gain at most: the answer for the bare face's landmarks.
  void measure_true_landmarks(const MaskedTruth& truth, const Landmarks& landmarks) {
    ReconstructOptions options = options_for(truth.masked);
    options.landmarks = {landmarks};
    const Result result =
        reconstructor_.reconstruct(imaging::as_view(truth.masked.rgb, PixelFormat::rgb), options);
    psnr_of_true_landmarks_.add(
        psnr(imaging::as_mat(result.photo.view()), truth.rgb, truth.masked.hole));
  }

  void add_case(const MaskedTruth& truth, const std::vector<cv::Mat>& photos, double gain) const {
    if (evaluation_.cases.enabled()) {
      std::vector<cv::Mat> tiles{truth.masked.rgb, truth.rgb};
      tiles.insert(tiles.end(), photos.begin(), photos.end());
      cv::Mat tile;
      cv::hconcat(tiles, tile);
      evaluation_.cases.add("variants (gain in dB; input, truth, variants)", gain, tile);
    }
  }

  // The landmarks, in scheme ibug68, that the detector finds in a painted photo.
  Landmarks found_again(const Image& photo, const FaceResult& face) const {
    const std::array<Point, 2> eyes = eye_centers(to_ibug68(face.landmarks));
    FaceRegion region{photo, face.box};
    region.roll = std::atan2(eyes[1].y - eyes[0].y, eyes[1].x - eyes[0].x);
    return to_ibug68(landmark_detector_->detect(region));
  }

  void measure_landmarks(const cv::Mat& hole, const Result& result) {
    for (const FaceResult& face : result.faces) {
      for (std::size_t i = 0; i < face.variants.size(); ++i) {
        const Landmarks found = found_again(result.variant_photos[i], face);
        if (i == 0) {
          add_mouth("as_found", mouth_of(found));
        }
        if (const auto error = error_in_hole(found, to_ibug68(face.variants[i].landmarks), hole)) {
          shown_.add(*error <= max_distance ? 1.0 : 0.0);
          error_.add(*error);
        }
      }
    }
  }

  void measure_expressions(const MaskedHdFace& masked, const Result& as_found) {
    for (const Expression expression : expressions) {
      // Of two variants without diversity, the first tells which landmarks it was painted with.
      const Result result = paint(masked, expression, 2, 0.0F);
      const std::string name = to_string(expression);
      for (std::size_t i = 0; i < result.faces.size(); ++i) {
        const FaceResult& face = result.faces[i];
        if (face.variants.empty() || as_found.faces[i].variants.empty()) {
          continue;
        }
        const Landmarks found = found_again(result.photo, face);
        const Mouth mouth = mouth_of(found);
        const Mouth before = mouth_of(found_again(as_found.photo, face));
        add_mouth(name, mouth);
        wider_[name].add(mouth.width > before.width ? 1.0 : 0.0);
        opener_[name].add(mouth.gap > before.gap ? 1.0 : 0.0);
        if (const auto error =
                error_in_hole(found, to_ibug68(face.variants[0].landmarks), masked.hole)) {
          shown_by_expression_[name].add(*error <= max_distance ? 1.0 : 0.0);
        }
      }
    }
  }

  void add_mouth(const std::string& expression, const Mouth& mouth) {
    mouth_width_[expression].add(mouth.width);
    mouth_gap_[expression].add(mouth.gap);
  }

  // The mean Fréchet distance of the variants after the first over that of the first.
  void report_frechet(Report& report) const {
    if (true_moments_.count() < 2) {
      return;
    }
    const double single = frechet_distance(moments_.front(), true_moments_);
    Mean others;
    for (std::size_t i = 1; i < moments_.size(); ++i) {
      others.add(frechet_distance(moments_[i], true_moments_));
    }
    report.add("variants.frechet", single, psnr_.count());
    report.add("variants.frechet_ratio", others.value() / single, psnr_.count());
  }

  void report() const {
    Report& report = evaluation_.report;
    if (left_out_ > 0) {
      report.note(
          fmt::format("variants: {} faces left out because no landmarks were found, no "
                      "mask fitted, or nothing was painted",
                      left_out_));
    }
    report.add("variants.difference", difference_);
    report.add("variants.hole_psnr", psnr_);
    report.add("variants.psnr_gain", gain_);
    report.add("variants.hole_psnr.true_landmarks", psnr_of_true_landmarks_);
    report_frechet(report);
    report.add("variants.landmark_error", error_);
    report.add("variants.landmarks_shown", shown_);
    report.add("variants.landmarks_shown", shown_by_expression_);
    report.add("variants.mouth_width", mouth_width_);
    report.add("variants.mouth_gap", mouth_gap_);
    report.add("variants.wider", wider_);
    report.add("variants.opener", opener_);
  }

  const Evaluation& evaluation_;
  FaceAnnotator annotator_;
  std::unique_ptr<const LandmarkDetector> landmark_detector_;
  synthesis::MaskSynthesizer synthesizer_;
  FeatureNetwork features_;
  FaceReconstructor reconstructor_;
  Mean difference_;
  Mean psnr_;
  Mean gain_;
  Mean psnr_of_true_landmarks_;
  Mean shown_;
  Mean error_;
  std::array<FeatureMoments, variant_count> moments_;  // by variant
  FeatureMoments true_moments_;
  // By expression.
  std::map<std::string, Mean> shown_by_expression_;
  std::map<std::string, Mean> mouth_width_;
  std::map<std::string, Mean> mouth_gap_;
  std::map<std::string, Mean> wider_;
  std::map<std::string, Mean> opener_;
  std::size_t left_out_ = 0;
};

}  // namespace

void evaluate_variants(const Evaluation& evaluation) { VariantsEvaluation(evaluation).run(); }

}  // namespace demask::training
