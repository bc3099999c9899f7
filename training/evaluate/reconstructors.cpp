// SPDX-License-Identifier: Apache-2.0
#include "evaluate/reconstructors.hpp"

#include <fmt/format.h>

#include "demask/model_bundle.hpp"
#include "imaging/mat.hpp"

namespace demask::training {

std::vector<NamedReconstructor> make_reconstructors(const Evaluation& evaluation) {
  const RuntimeOptions& runtime = evaluation.options.runtime;
  const std::vector<Quality>& qualities = evaluation.options.qualities;
  const auto evaluated = std::make_shared<FaceReconstructor>(evaluation.bundle, runtime);
  std::vector<NamedReconstructor> all;
  for (const Quality quality : qualities) {
    const std::string suffix = all.empty() ? "" : fmt::format(".{}", to_string(quality));
    all.push_back({suffix, evaluated, quality});
  }
  for (const std::filesystem::path& folder : evaluation.options.against) {
    const ModelBundle bundle = ModelBundle::open(folder);
    all.push_back({fmt::format(".bundle_{}", bundle.name()),
                   std::make_shared<FaceReconstructor>(bundle, runtime), qualities.front()});
  }
  return all;
}

PaintedPhoto paint(const NamedReconstructor& reconstructor, const cv::Mat& photo,
                   const cv::Mat& hole, bool given) {
  ReconstructOptions options;
  options.quality = reconstructor.quality;
  if (given) {
    options.mask = imaging::as_view(hole, PixelFormat::gray);
  }
  const Result result =
      reconstructor.reconstructor->reconstruct(imaging::as_view(photo, PixelFormat::rgb), options);
  const cv::Mat changed = imaging::as_mat(result.changed.view()) & hole;
  return {imaging::as_mat(result.photo.view()).clone(),
          2 * cv::countNonZero(changed) >= cv::countNonZero(hole)};
}

void add_hole_case(const std::string& stage, const cv::Mat& masked, const cv::Mat& painted,
                   const HoleTruth& truth, const HoleQuality& quality, CaseSheet& cases) {
  if (!cases.enabled() || !quality.perceptual) {
    return;
  }
  cv::Mat tile;
  cv::hconcat(std::vector<cv::Mat>{masked, painted, truth.rgb}, tile);
  cases.add(stage + " (minus perceptual distance; input, output, truth)", -*quality.perceptual,
            tile);
}

}  // namespace demask::training
