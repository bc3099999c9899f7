// SPDX-License-Identifier: Apache-2.0
#include "evaluate/hole_quality.hpp"

#include <array>
#include <utility>

#include "metrics/detail.hpp"
#include "metrics/image_quality.hpp"
#include "metrics/median.hpp"
#include "metrics/perceptual_distance.hpp"

namespace demask::training {
namespace {

// Strides of the feature maps that are paired with the truth.
constexpr std::array<int, 2> paired_strides = {4, 8};
// Stride of the feature map whose distribution is compared.
constexpr int frechet_stride = 16;

}  // namespace

FeatureMoments hole_moments(const FeatureMaps& maps, const cv::Mat& hole) {
  const Eigen::MatrixXd features = features_in(maps.at(frechet_stride), hole);
  return features.rows() > 0 ? FeatureMoments(features) : FeatureMoments();
}

std::optional<double> hole_distance(const FeatureMaps& maps, const FeatureMaps& truth,
                                    const cv::Mat& hole) {
  double sum = 0.0;
  for (const int stride : paired_strides) {
    const Eigen::MatrixXd expected = features_in(truth.at(stride), hole);
    if (expected.rows() == 0) {
      return std::nullopt;
    }
    sum += perceptual_distance(features_in(maps.at(stride), hole), expected);
  }
  return sum;
}

HoleJudge::HoleJudge(HoleTruth truth, const FeatureNetwork& features, const FaceEmbedding* identity)
    : truth_(std::move(truth)),
      features_(features),
      identity_(truth_.landmarks.empty() ? nullptr : identity),
      maps_(features.maps(truth_.rgb)),
      moments_(hole_moments(maps_, truth_.hole)) {
  if (identity_ != nullptr) {
    true_identity_ = identity_->identities({truth_.rgb}, {truth_.landmarks}).row(0).normalized();
  }
}

HoleQuality HoleJudge::judge(const cv::Mat& rgb) const {
  const FeatureMaps maps = features_.maps(rgb);
  HoleQuality quality;
  quality.psnr = psnr(rgb, truth_.rgb, truth_.hole);
  if (truth_.sharp) {
    quality.detail = detail_ratio(rgb, truth_.rgb, truth_.hole);
    quality.perceptual = hole_distance(maps, maps_, truth_.hole);
  }
  if (identity_ != nullptr) {
    const Eigen::MatrixXd identity = identity_->identities({rgb}, {truth_.landmarks});
    quality.identity_cosine = identity.row(0).normalized().dot(true_identity_);
  }
  quality.features = hole_moments(maps, truth_.hole);
  return quality;
}

void HoleSummary::add(const HoleJudge& judge, const HoleQuality& quality, bool found,
                      bool with_groups) {
  std::vector<Sums*> targets = {&all_};
  if (with_groups) {
    for (const std::string& group : judge.truth().groups) {
      targets.push_back(&groups_[group]);
    }
  }
  for (Sums* sums : targets) {
    sums->psnr.add(quality.psnr);
    if (quality.detail) {
      sums->detail.push_back(*quality.detail);
    }
    if (quality.perceptual) {
      sums->perceptual.add(*quality.perceptual);
    }
    if (quality.identity_cosine) {
      sums->identity_cosine.add(*quality.identity_cosine);
    }
    sums->found.add(found ? 1.0 : 0.0);
    sums->features += quality.features;
    sums->true_features += judge.features();
    ++sums->photos;
  }
}

void HoleSummary::report(const std::string& stage, const std::string& suffix,
                         Report& report) const {
  HoleSummary::report(all_, stage, suffix, report);
  for (const auto& [group, sums] : groups_) {
    HoleSummary::report(sums, stage, suffix + "." + group, report);
  }
}

void HoleSummary::report(const Sums& sums, const std::string& stage, const std::string& suffix,
                         Report& report) {
  report.add(stage + ".found" + suffix, sums.found);
  report.add(stage + ".hole_psnr" + suffix, sums.psnr);
  if (!sums.detail.empty()) {
    report.add(stage + ".detail" + suffix, median(sums.detail), sums.detail.size());
  }
  report.add(stage + ".perceptual" + suffix, sums.perceptual);
  if (sums.features.count() >= 2) {
    report.add(stage + ".frechet" + suffix, frechet_distance(sums.features, sums.true_features),
               sums.photos);
  }
  report.add(stage + ".identity_cosine" + suffix, sums.identity_cosine);
}

}  // namespace demask::training
