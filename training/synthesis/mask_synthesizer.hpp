// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Paints synthetic face masks on photos of bare faces.

#include <array>
#include <filesystem>
#include <memory>
#include <opencv2/core.hpp>
#include <random>
#include <string>

namespace demask::synthesis {

/// The 68 points of the iBUG scheme, in pixels of the image they belong to.
using LandmarkPoints = std::array<cv::Point2f, 68>;

/// A face photo with a mask painted on. All three images have the size of the photo.
struct MaskedFace {
  cv::Mat image;     ///< CV_8UC3, RGB.
  cv::Mat mask;      ///< CV_8UC1, 255 where the body of the mask covers more than half a pixel.
                     ///< Straps are not part of it; bands and hems of the body are.
  cv::Mat alpha;     ///< CV_8UC1, soft coverage of body and straps, 255 = opaque.
  std::string kind;  ///< "surgical", "cloth", "ffp2", "cup", or "template:<name>".
};

/// Paints face masks onto bare faces, guided by 68 landmarks.
///
/// The mask follows the head's pose, takes lighting and sharpness from the photo, and varies in
/// kind, cut, size, color, print, folds, straps and position (over the nose, low on it, under it,
/// on the chin). Immutable after construction: any number of threads may call it at once, each with
/// its own generator. Equal input and generator state give equal output.
class MaskSynthesizer {
 public:
  /// Makes a synthesizer with procedural cuts and fabrics only.
  static MaskSynthesizer procedural();

  /// Makes a synthesizer with photographed masks and fabrics in addition to procedural ones.
  ///
  /// @param folder holds `templates.csv` (file, kind, a_x, a_y, ... f_x, f_y: the anchors upper
  ///   left, upper middle, upper right, lower left, lower middle, lower right in pixels), the RGBA
  ///   PNG files it names, and optionally `textures/` with images of cloth.
  /// @throws std::runtime_error when the table or an image cannot be read.
  static MaskSynthesizer with_templates(const std::filesystem::path& folder);

  /// A copy of this synthesizer with frequent rare ways to wear a mask, rare straps, and hems of
  /// other colors.
  MaskSynthesizer for_training() const;

  /// Puts a random mask on the face and degrades the photo as a camera would.
  ///
  /// @param rgb CV_8UC3, not empty, any size.
  /// @param landmarks in pixels of `rgb`; points outside the photo are allowed.
  /// @throws std::invalid_argument when the image is of another type, or the landmarks are not
  ///   finite or collapse to a point.
  MaskedFace wear(const cv::Mat& rgb, const LandmarkPoints& landmarks, std::mt19937_64& rng) const;

  /// The area that a random mask would cover, without painting it: CV_8UC1 of `size`, 0 or 255.
  ///
  /// @throws std::invalid_argument as wear() does.
  cv::Mat coverage(const LandmarkPoints& landmarks, cv::Size size, std::mt19937_64& rng) const;

  /// Replaces the fabric of a real mask in a photo with one of the synthesizer's fabrics.
  ///
  /// @param rgb CV_8UC3, changed in place.
  /// @param mask CV_8UC1 of the same size, 255 on the mask.
  void replace_fabric(cv::Mat& rgb, const cv::Mat& mask, std::mt19937_64& rng) const;

 private:
  struct Assets;
  explicit MaskSynthesizer(std::shared_ptr<const Assets> assets);
  std::shared_ptr<const Assets> assets_;
  bool often_rare_ = false;
};

}  // namespace demask::synthesis
