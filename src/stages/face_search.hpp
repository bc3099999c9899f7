// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// The search of one photo for faces of all sizes.
///
/// A network reliably finds only faces of the sizes that it was trained on, measured in pixels of
/// the picture that it is given (Singh and Davis, CVPR 2018). The search has three parts:
///
/// 1. The whole photo, scaled to ModelSpec::input_size, and for large faces at half that size.
/// 2. The halvings of the photo that are finer than that, while a face of the smallest size asked
///    for has fewer than 12 px in the coarser picture. Only tiles that may hold small faces are
///    searched; detection_tiles.hpp says which. Of a portrait, a photo with only large faces so
///    far, just the first finer halving is searched, because its background rarely shows small
///    ones.
/// 3. A closer look at each suspect, a face below the threshold that has fewer than 64 px: a
///    picture in which it has 96 px, or as many as enlarging the photo twice gives. Photos that are
///    not larger than ModelSpec::input_size have no more detail to show, and get no closer look.
///
/// The default detector finds 0.94 of the faces of 96 px with its own threshold, 0.72 of those of
/// 32 px and 0.02 of those of 16 px, but suspects 0.97 of 32 px and 0.63 to 0.9 of 16 px.

#include <functional>
#include <opencv2/core.hpp>
#include <optional>
#include <vector>

#include "demask/face_detector.hpp"
#include "stages/detection_tiles.hpp"
#include "stages/detector_network.hpp"
#include "stages/photo_levels.hpp"

namespace demask::stages {

/// What a search looks for.
struct SearchRules {
  int input_size = 0;         ///< As ModelSpec::input_size.
  float largest_face = 0.0F;  ///< As ModelSpec::largest_face.
  float threshold = 0.0F;     ///< Smallest score of a face.
  float max_iou = 0.0F;       ///< As DetectOptions::nms_iou.
  float min_face = 0.0F;      ///< Smallest larger side of a face, in pixels of the photo.
};

/// The place of a picture in a photo. In both, (0, 0) is the center of the top left pixel.
struct PicturePlace {
  double step_x = 1.0;  ///< Pixels of the photo per pixel of the picture.
  double step_y = 1.0;
  cv::Point2d origin;  ///< The picture's top left corner, in pixels of the photo.
};

/// A picture of a part of a photo for one pass, and the candidates that count in it.
struct Look {
  std::function<cv::Mat()> picture;  ///< Makes the picture: RGB, sides are multiples of 32.
  PicturePlace place;
  float min_side = 0.0F;  ///< Of a candidate, in pixels of the picture.
  float max_side = 0.0F;
  float min_score = 0.0F;  ///< Of a face; below it, a candidate may still be a suspect.
  cv::Rect2f core;  ///< Candidates count if their center is in here, in pixels of the picture.
  enum class Kind { coarse, tile, closer } kind = Kind::coarse;
};

/// The search of one photo. Call coarse_looks() first, next_looks() until it returns nothing, then
/// closer_looks(); give the answers to each look to take() before you ask for more.
class FaceSearch {
 public:
  /// The photo's pixels must outlive the object.
  FaceSearch(const ImageView& photo, const SearchRules& rules);

  std::vector<Look> coarse_looks() const;
  /// The tiles of the next finer level; nothing if there is no further level.
  std::optional<std::vector<Look>> next_looks();
  std::vector<Look> closer_looks() const;

  void take(const Look& look, const std::vector<Candidate>& candidates);

  /// The faces found, each once, best score first.
  std::vector<Detection> faces() const;

 private:
  struct Found : Detection {
    Look::Kind kind = Look::Kind::coarse;
  };

  std::vector<Found> without_doubles() const;
  Found to_photo(const Candidate& candidate, const Look& look) const;
  Look coarse_look(int longest_side) const;
  Look tile_look(const PhotoLevel& level, const Tile& tile) const;
  Look closer_look(const Detection& suspect) const;
  bool is_suspect(const Candidate& candidate, Look::Kind kind) const;
  bool is_portrait(const std::vector<Found>& faces) const;

  ImageView photo_;
  SearchRules rules_;
  PhotoLevels levels_;
  double searched_scale_;   // Of the finest picture searched so far.
  bool has_more_detail_;    // Whether the photo has more than the coarse picture.
  std::size_t next_level_;  // Levels before this one are still to be searched.
  bool has_searched_tiles_ = false;
  bool in_color_;  // Whether the photo has colors.
  std::vector<Found> found_;
  std::vector<Found> suspects_;
};

}  // namespace demask::stages
