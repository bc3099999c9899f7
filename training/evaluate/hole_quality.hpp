// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Figures of painted holes at the photo's full size.

#include <map>
#include <opencv2/core.hpp>
#include <optional>
#include <string>
#include <vector>

#include "evaluate/feature_network.hpp"
#include "evaluate/report.hpp"
#include "metrics/face_embedding.hpp"
#include "metrics/frechet_distance.hpp"

namespace demask::training {

/// The features of stride 16 at the places of a hole (CV_8UC1, 255 inside).
FeatureMoments hole_moments(const FeatureMaps& maps, const cv::Mat& hole);

/// The perceptual distance of two images in a hole: the sum of perceptual_distance() at strides 4
/// and 8; nothing if the hole covers no place of a map.
std::optional<double> hole_distance(const FeatureMaps& maps, const FeatureMaps& truth,
                                    const cv::Mat& hole);

/// The truth that results for one photo are compared with.
struct HoleTruth {
  cv::Mat rgb;                      ///< The bare photo, CV_8UC3.
  cv::Mat hole;                     ///< CV_8UC1, 255 where results are compared with it.
  Landmarks landmarks;              ///< 68 points of the face, or none: then no identity.
  bool sharp = true;                ///< False leaves out detail and perceptual distance.
  std::vector<std::string> groups;  ///< Subgroups that the face belongs to.
};

/// The figures of one result.
struct HoleQuality {
  double psnr = 0.0;
  std::optional<double> detail;
  std::optional<double> perceptual;
  std::optional<double> identity_cosine;
  FeatureMoments features;  ///< Features of stride 16 at the places of the hole.
};

/// Measures the results of one photo.
class HoleJudge {
 public:
  /// Computes the features of the truth once. @param identity may be null.
  HoleJudge(HoleTruth truth, const FeatureNetwork& features, const FaceEmbedding* identity);

  const HoleTruth& truth() const noexcept { return truth_; }
  /// The truth's features of stride 16 at the places of the hole.
  const FeatureMoments& features() const noexcept { return moments_; }

  /// The figures of a result. @param rgb CV_8UC3, of the truth's size.
  HoleQuality judge(const cv::Mat& rgb) const;

 private:
  HoleTruth truth_;
  const FeatureNetwork& features_;
  const FaceEmbedding* identity_;
  FeatureMaps maps_;
  FeatureMoments moments_;
  Eigen::RowVectorXd true_identity_;
};

/// The figures of one method over many photos.
class HoleSummary {
 public:
  /// Adds the figures of a photo, also to its subgroups if `with_groups`. @param found whether the
  /// method painted the face.
  void add(const HoleJudge& judge, const HoleQuality& quality, bool found, bool with_groups);

  /// Reports STAGE.hole_psnr, detail (the median), perceptual, frechet, identity_cosine and found;
  /// `suffix`, such as ".telea", and the subgroup follow the name of the figure.
  void report(const std::string& stage, const std::string& suffix, Report& report) const;

 private:
  struct Sums {
    Mean psnr;
    std::vector<double> detail;
    Mean perceptual;
    Mean identity_cosine;
    Mean found;
    FeatureMoments features;
    FeatureMoments true_features;
    std::size_t photos = 0;
  };
  static void report(const Sums& sums, const std::string& stage, const std::string& suffix,
                     Report& report);

  Sums all_;
  std::map<std::string, Sums> groups_;
};

}  // namespace demask::training
