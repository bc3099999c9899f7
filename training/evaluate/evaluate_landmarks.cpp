// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <opencv2/imgproc.hpp>

#include "augment/masked_photo.hpp"
#include "evaluate/evaluation.hpp"
#include "evaluate/shown_batches.hpp"
#include "evaluate/split_faces.hpp"
#include "imaging/mat.hpp"
#include "metrics/landmark_error.hpp"

namespace demask::training {
namespace {

// A face counts as failed if its error exceeds this percentage of the distance between the outer
// eye corners.
constexpr double failure_error = 10.0;

struct Errors {
  Mean nme;
  Mean failure_rate;
  std::map<std::string, Mean> by_source;

  void add(double error, const std::string& source) {
    nme.add(error);
    failure_rate.add(error > failure_error ? 100.0 : 0.0);
    by_source["source_" + source].add(error);
  }
};

FaceRegion region_of(const cv::Mat& rgb, const FaceRecord& record) {
  Detection face;
  face.box = record.box;
  face.points = record.points;
  return demask::region_of(imaging::as_view(rgb, PixelFormat::rgb), face);
}

// True points in green, found ones in red.
void add_tile(const cv::Mat& rgb, const Landmarks& found, const Landmarks& truth, double error,
              CaseSheet& cases) {
  constexpr int zoom = 2;
  cv::Mat tile;
  cv::resize(rgb, tile, {}, zoom, zoom, cv::INTER_CUBIC);
  const auto draw = [&](const Landmarks& landmarks, const cv::Scalar& color) {
    for (const Point& p : landmarks.points) {
      cv::circle(tile, {cvRound(zoom * (p.x + 0.5F)), cvRound(zoom * (p.y + 0.5F))}, 2, color,
                 cv::FILLED, cv::LINE_AA);
    }
  };
  draw(truth, {0, 255, 0});
  draw(found, {255, 0, 0});
  cases.add("landmarks, masked (minus NME, %)", -error, tile);
}

}  // namespace

void evaluate_landmarks(const Evaluation& evaluation) {
  const EvaluationOptions& options = evaluation.options;
  const auto detector = evaluation.bundle.load_landmark_detector(options.runtime);
  const synthesis::MaskSynthesizer synthesizer = make_synthesizer(options.data);
  const std::vector<SplitFace> faces = read_split_faces(options, false);
  Errors masked;
  Errors bare;
  in_shown_batches(faces.size(), "landmarks", [&](std::size_t first, std::size_t last) {
    std::vector<WornFace> worn;
    std::vector<FaceRegion> regions;  // alternating: masked, bare
    for (std::size_t i = first; i < last; ++i) {
      worn.push_back(wear_mask(faces[i], synthesizer, options.seed));
    }
    for (std::size_t i = first; i < last; ++i) {
      regions.push_back(region_of(worn[i - first].worn.image, faces[i].record));
      regions.push_back(region_of(worn[i - first].bare.rgb, faces[i].record));
    }
    const std::vector<Landmarks> found = detector->detect(regions);
    for (std::size_t i = first; i < last; ++i) {
      const FaceRecord& record = faces[i].record;
      const Landmarks on_mask = to_ibug68(found[2 * (i - first)]);
      const Landmarks on_bare = to_ibug68(found[2 * (i - first) + 1]);
      const double error = normalized_mean_error(on_mask, record.landmarks);
      masked.add(error, record.source);
      bare.add(normalized_mean_error(on_bare, record.landmarks), record.source);
      if (evaluation.cases.enabled()) {
        add_tile(worn[i - first].worn.image, on_mask, record.landmarks, error, evaluation.cases);
      }
    }
  });
  Report& report = evaluation.report;
  report.add("landmarks.nme_masked", masked.nme);
  report.add("landmarks.nme_masked", masked.by_source);
  report.add("landmarks.fr10_masked", masked.failure_rate);
  report.add("landmarks.nme_bare", bare.nme);
  report.add("landmarks.fr10_bare", bare.failure_rate);
}

}  // namespace demask::training
