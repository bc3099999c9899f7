// SPDX-License-Identifier: Apache-2.0
#include "stages/face_search.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "imaging/mat.hpp"
#include "imaging/preprocess.hpp"
#include "stages/nms.hpp"

namespace demask::stages {
namespace {

// Lengths are in pixels of a picture unless noted.

// A face of this side is at least suspected, so that no finer level is searched for it.
constexpr float visible_side = 12.0F;
// Faces from this side on are found as well as they ever are, and are not looked at closer.
constexpr float sure_side = 64.0F;
// Side of a suspect in the closer look at it, and the most that a photo is enlarged for it.
constexpr float closer_side = 96.0F;
constexpr float max_enlargement = 2.0F;
// Side of the picture of a closer look, divided by the suspect's.
constexpr float closer_room = 2.0F;
// A level must be finer than the picture searched before by this factor.
constexpr double min_gain = 1.35;
// A photo is a portrait if all its faces have at least this share of its longer side.
constexpr float portrait_share = 0.125F;
// Longest side of a tile's core.
constexpr int max_core = 576;
// Smallest score of a suspect, as a share of the threshold, for two sides, and between them in
// proportion: faces score lower the smaller they are.
constexpr float small_side = 16.0F;
constexpr float small_suspect_share = 0.3F;
constexpr float medium_side = 32.0F;
constexpr float medium_suspect_share = 0.6F;
// A suspect may turn out smaller than min_face by this factor, because small boxes are inaccurate.
constexpr float min_face_slack = 0.7F;
// The many tiles give many chances for a false face, so in a tile a face must have a score above
// the threshold by this share of what is left to 1; others are suspects. In the closer look at a
// suspect it must have one above the threshold by this share of what the suspect lacked.
constexpr float tile_caution = 0.2F;
constexpr float closer_caution = 0.5F;
// Most closer looks at one photo.
constexpr std::size_t max_closer_looks = 256;
// The face of a closer look may be this much smaller or larger than the suspect, and its center may
// be this share of the suspect's side away.
constexpr float max_growth = 1.8F;
constexpr float max_shift = 0.35F;
// The share of a box from which on it is a part of another face: half a face, a print on a mask.
constexpr float part_share = 0.7F;
constexpr float suspect_part_share = 0.6F;
constexpr float suspect_max_iou = 0.4F;

constexpr int picture_multiple = 32;

int padded(int side) { return (side + picture_multiple - 1) / picture_multiple * picture_multiple; }

float longer_side(const Box& box) { return std::max(box.width, box.height); }

// A part of a level with black to the right and below, so that its sides are multiples of 32.
cv::Mat cut(const ImageView& level, const cv::Rect& area) {
  const cv::Mat part = imaging::as_mat(level)(area);
  cv::Mat picture = cv::Mat::zeros(padded(area.height), padded(area.width), CV_8UC3);
  imaging::to_rgb(imaging::as_view(part, level.format))
      .copyTo(picture(cv::Rect({0, 0}, area.size())));
  return picture;
}

bool is_part(const Box& box, const Box& other, float share) {
  return share_within(box, other) > share || share_within(other, box) > share;
}

}  // namespace

FaceSearch::FaceSearch(const ImageView& photo, const SearchRules& rules)
    : photo_(photo),
      rules_(rules),
      levels_(photo, rules.input_size),
      searched_scale_(imaging::letterbox({photo.width, photo.height}, rules.input_size).scale),
      has_more_detail_(searched_scale_ < 1.0),
      next_level_(levels_.all().size()),
      in_color_(levels_.all().size() > 1 && !is_gray(levels_.at_least(rules.input_size).pixels)) {}

std::vector<Look> FaceSearch::coarse_looks() const {
  std::vector<Look> looks = {coarse_look(rules_.input_size)};
  if (rules_.largest_face > 0.0F) {
    looks.front().max_side = rules_.largest_face;
    looks.push_back(coarse_look(rules_.input_size / 2));
    looks.back().min_side = rules_.largest_face / 4.0F;
  }
  return looks;
}

Look FaceSearch::coarse_look(int longest_side) const {
  Look look;
  look.min_score = rules_.threshold;
  const PhotoLevel& level = levels_.at_least(longest_side);
  const cv::Size size(level.pixels.width, level.pixels.height);
  const imaging::Letterbox geometry = imaging::letterbox(size, longest_side);
  look.picture = [pixels = level.pixels, geometry] {
    return imaging::warp_to_letterbox(pixels, geometry);
  };
  look.place.step_x = size.width / level.scale / geometry.scaled.width;
  look.place.step_y = size.height / level.scale / geometry.scaled.height;
  look.max_side = std::numeric_limits<float>::infinity();
  return look;
}

std::optional<std::vector<Look>> FaceSearch::next_looks() {
  while (next_level_ > 0 && levels_.all()[next_level_ - 1].scale < min_gain * searched_scale_) {
    --next_level_;
  }
  const bool is_seen = rules_.min_face * searched_scale_ >= static_cast<double>(visible_side);
  const std::vector<Found> faces = without_doubles();
  if (next_level_ == 0 || is_seen || (has_searched_tiles_ && is_portrait(faces))) {
    return std::nullopt;
  }
  has_searched_tiles_ = true;
  const PhotoLevel& level = levels_.all()[--next_level_];
  const auto scale = static_cast<float>(level.scale);
  cv::Mat blocks = blocks_of_interest(level.pixels, in_color_);
  for (const Found& face : faces) {
    const Box& box = face.box;
    leave_out(blocks, {box.x * scale, box.y * scale, box.width * scale, box.height * scale});
  }
  std::vector<Look> looks;
  for (const Tile& tile : tiles_of(blocks, {level.pixels.width, level.pixels.height}, max_core)) {
    looks.push_back(tile_look(level, tile));
  }
  searched_scale_ = level.scale;
  return looks;
}

Look FaceSearch::tile_look(const PhotoLevel& level, const Tile& tile) const {
  Look look;
  const ImageView pixels = level.pixels;
  look.picture = [pixels, area = tile.area] { return cut(pixels, area); };
  look.place = {1.0 / level.scale, 1.0 / level.scale, cv::Point2d(tile.area.tl()) / level.scale};
  look.max_side = sure_side;
  look.min_score = rules_.threshold + tile_caution * (1.0F - rules_.threshold);
  look.core = cv::Rect2f(tile.core - tile.area.tl());
  look.kind = Look::Kind::tile;
  return look;
}

bool FaceSearch::is_portrait(const std::vector<Found>& faces) const {
  const float large = portrait_share * static_cast<float>(std::max(photo_.width, photo_.height));
  return !faces.empty() && std::all_of(faces.begin(), faces.end(), [large](const Found& face) {
    return longer_side(face.box) >= large;
  });
}

std::vector<Look> FaceSearch::closer_looks() const {
  std::vector<Look> looks;
  if (!has_more_detail_) {
    return looks;
  }
  const std::vector<Found> faces = without_doubles();
  for (const Found& suspect : suppress_overlaps(suspects_, suspect_max_iou)) {
    const bool is_known = std::any_of(faces.begin(), faces.end(), [&](const Found& face) {
      return share_within(suspect.box, face.box) > suspect_part_share;
    });
    const bool is_large_enough = longer_side(suspect.box) >= min_face_slack * rules_.min_face;
    if (!is_known && is_large_enough && looks.size() < max_closer_looks) {
      looks.push_back(closer_look(suspect));
    }
  }
  return looks;
}

Look FaceSearch::closer_look(const Detection& suspect) const {
  Look look;
  const Box& box = suspect.box;
  const float scale = std::min(max_enlargement, closer_side / longer_side(box));
  const float side = scale * longer_side(box);
  const int size = padded(static_cast<int>(std::ceil(closer_room * side)));
  const double middle = (size - 1) / 2.0;
  const Similarity to_picture(scale, 0.0, middle - scale * (box.x + box.width / 2.0F),
                              middle - scale * (box.y + box.height / 2.0F));
  look.picture = [photo = photo_, to_picture, size] {
    return imaging::warp_to_square(photo, to_picture, size);
  };
  const Similarity to_photo = to_picture.inverse();
  const Point corner = to_photo({-0.5F, -0.5F});
  look.place = {to_photo.scale(), to_photo.scale(), {corner.x + 0.5, corner.y + 0.5}};
  look.min_side = side / max_growth;
  look.max_side = side * max_growth;
  look.min_score =
      rules_.threshold + closer_caution * std::max(0.0F, rules_.threshold - suspect.score);
  const float shift = max_shift * side;
  const auto center = static_cast<float>(middle);
  look.core = {center - shift, center - shift, 2.0F * shift, 2.0F * shift};
  look.kind = Look::Kind::closer;
  return look;
}

bool FaceSearch::is_suspect(const Candidate& candidate, Look::Kind kind) const {
  const float side = candidate.side();
  const float progress = std::clamp((side - small_side) / (medium_side - small_side), 0.0F, 1.0F);
  const float share = small_suspect_share + progress * (medium_suspect_share - small_suspect_share);
  return kind != Look::Kind::closer && side < sure_side &&
         candidate.score >= share * rules_.threshold;
}

void FaceSearch::take(const Look& look, const std::vector<Candidate>& candidates) {
  for (const Candidate& candidate : candidates) {
    const float side = candidate.side();
    const Point center = candidate.center();
    const bool counts =
        side >= look.min_side && side <= look.max_side &&
        (look.kind == Look::Kind::coarse || look.core.contains({center.x, center.y}));
    const bool is_face = candidate.score >= look.min_score;
    if (!counts || (!is_face && !is_suspect(candidate, look.kind))) {
      continue;
    }
    Found found = to_photo(candidate, look);
    if (found.box.area() > 0.0F) {
      (is_face ? found_ : suspects_).push_back(found);
    }
  }
}

FaceSearch::Found FaceSearch::to_photo(const Candidate& candidate, const Look& look) const {
  const PicturePlace& place = look.place;
  const auto step_x = static_cast<float>(place.step_x);
  const auto step_y = static_cast<float>(place.step_y);
  const auto left = static_cast<float>(place.origin.x);
  const auto top = static_cast<float>(place.origin.y);
  const auto in_photo = [&](float x, float y) {
    return Point{(x + 0.5F) * step_x - 0.5F + left, (y + 0.5F) * step_y - 0.5F + top};
  };
  const auto clip = [this](Point p) {
    return Point{std::clamp(p.x, 0.0F, static_cast<float>(photo_.width)),
                 std::clamp(p.y, 0.0F, static_cast<float>(photo_.height))};
  };
  const Point first = clip(in_photo(candidate.corners[0], candidate.corners[1]));
  const Point last = clip(in_photo(candidate.corners[2], candidate.corners[3]));
  Found found;
  found.box = {first.x, first.y, last.x - first.x, last.y - first.y};
  found.score = candidate.score;
  for (std::size_t i = 0; i < found.points.size(); ++i) {
    found.points[i] = in_photo(candidate.points[i].x, candidate.points[i].y);
  }
  found.kind = look.kind;
  return found;
}

std::vector<FaceSearch::Found> FaceSearch::without_doubles() const {
  return keep_best(found_, [this](const Found& better, const Found& other) {
    const bool both_coarse = better.kind == Look::Kind::coarse && other.kind == Look::Kind::coarse;
    return intersection_over_union(better.box, other.box) > rules_.max_iou ||
           (!both_coarse && is_part(better.box, other.box, part_share));
  });
}

std::vector<Detection> FaceSearch::faces() const {
  const std::vector<Found> faces = without_doubles();
  return {faces.begin(), faces.end()};
}

}  // namespace demask::stages
