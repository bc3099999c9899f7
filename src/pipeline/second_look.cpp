// SPDX-License-Identifier: Apache-2.0
#include "pipeline/second_look.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <opencv2/core.hpp>
#include <set>
#include <utility>
#include <vector>

#include "imaging/mat.hpp"
#include "imaging/preprocess.hpp"
#include "pipeline/landmark_search.hpp"
#include "pipeline/stage_checks.hpp"

namespace demask::pipeline {
namespace {

constexpr float quarter_turn = 1.57079633F;

// Landmarks of this mean confidence are right side up; 4 of 5 frontal masked faces reach it. Half
// of the faces that are upside down stay below 0.6, the others below 0.8.
constexpr float sure_confidence = 0.8F;
// A head on its side never reaches this confidence in an upright look.
constexpr float sideways_confidence = 0.6F;
// How much surer turned landmarks must be to replace upright ones.
constexpr float min_advantage = 0.03F;
// Landmarks below this confidence do not tell the angle of a face.
constexpr float min_angle_confidence = 0.3F;
// A crop that is off by less than this is upright enough.
constexpr float max_tilt = 0.17F;

// Side of the picture of a face and its surroundings that the detector is shown, in pixels, and of
// the part of the photo that it shows, divided by the face's.
constexpr int picture_side = 80;
constexpr float picture_scale = 2.0F;
// A face counts if its center is this close to the middle of the picture, and its side is this
// large, both in shares of the picture's side.
constexpr float max_shift = 0.25F;
constexpr float min_side = 0.25F;
// Smallest score in a turned picture, and the most that it may be below the upright one.
constexpr float min_turned_score = 0.35F;
constexpr float max_score_loss = 0.1F;

// Boxes that overlap by more show one face.
constexpr float max_overlap = 0.4F;

// One way to see a face.
struct View {
  Face* face = nullptr;
  Box box;
  float roll = 0.0F;
  Landmarks landmarks;
  float confidence = 0.0F;
};

float roll_of_eyes(const Landmarks& landmarks) {
  const auto eyes = eye_centers(landmarks);
  return std::atan2(eyes[1].y - eyes[0].y, eyes[1].x - eyes[0].x);
}

// The picture that the detector is shown, turned left by some quarters.
struct TurnedPicture {
  Face* face = nullptr;
  float roll = 0.0F;
  Similarity to_picture;
  cv::Mat pixels;
};

std::vector<TurnedPicture> pictures_of(Face* face, float confidence) {
  const float seen_at = std::round(face->roll / quarter_turn) * quarter_turn;
  std::vector<TurnedPicture> pictures;
  for (const int quarters : {2, 1, 3}) {
    if (quarters != 2 && confidence >= sideways_confidence) {
      break;
    }
    TurnedPicture picture{face, seen_at + static_cast<float>(quarters) * quarter_turn, {}, {}};
    picture.to_picture =
        imaging::landmark_crop(face->result.box, picture.roll, picture_scale, picture_side);
    picture.pixels = imaging::warp_to_square(face->photo, picture.to_picture, picture_side);
    pictures.push_back(std::move(picture));
  }
  return pictures;
}

Box to_photo(const Box& box, const Similarity& to_picture) {
  const Similarity back = to_picture.inverse();
  return bounding_box({back({box.x, box.y}), back({box.right(), box.y}),
                       back({box.x, box.bottom()}), back({box.right(), box.bottom()})});
}

bool is_the_face(const Detection& found) {
  constexpr auto side = static_cast<float>(picture_side);
  const Box& box = found.box;
  return std::abs(box.x + box.width / 2.0F - side / 2.0F) < max_shift * side &&
         std::abs(box.y + box.height / 2.0F - side / 2.0F) < max_shift * side &&
         std::max(box.width, box.height) > min_side * side;
}

// The turned views of faces in which the detector finds them about as well as upright.
std::vector<View> turned_views(const FaceDetector& detector,
                               const std::vector<TurnedPicture>& pictures) {
  std::vector<ImageView> views;
  views.reserve(pictures.size());
  for (const TurnedPicture& picture : pictures) {
    views.push_back(imaging::as_view(picture.pixels, PixelFormat::rgb));
  }
  DetectOptions options;
  options.score_threshold = min_turned_score;
  options.min_face_size = min_side;
  const std::vector<std::vector<Detection>> found = detector.detect(views, options);
  check_detections(found, views.size());
  std::vector<View> turned;
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    const TurnedPicture& picture = pictures[i];
    const auto face = std::find_if(found[i].begin(), found[i].end(), is_the_face);
    if (face != found[i].end() && face->score >= picture.face->result.score - max_score_loss) {
      turned.push_back(
          {picture.face, to_photo(face->box, picture.to_picture), picture.roll, {}, 0.0F});
    }
  }
  return turned;
}

void find_landmarks_in(const LandmarkDetector& detector, std::vector<View>& views) {
  std::vector<FaceRegion> regions;
  regions.reserve(views.size());
  for (const View& view : views) {
    regions.push_back({view.face->photo, view.box, view.roll});
  }
  std::vector<Landmarks> found = detect_landmarks(detector, regions);
  for (std::size_t i = 0; i < views.size(); ++i) {
    views[i].landmarks = std::move(found[i]);
    views[i].confidence = mean_confidence(views[i].landmarks);
  }
}

// The views turned along the line through the eyes, where they are not upright.
std::vector<View> straightened(const std::vector<View>& views) {
  std::vector<View> better;
  for (const View& view : views) {
    const float roll = roll_of_eyes(view.landmarks);
    const float tilt = std::remainder(roll - view.roll, 4.0F * quarter_turn);
    if (view.confidence >= min_angle_confidence && std::abs(tilt) > max_tilt) {
      better.push_back({view.face, view.box, roll, {}, 0.0F});
    }
  }
  return better;
}

// Whether a view is surer than what is known of its face, which it then replaces.
bool takes_over(View& view) {
  FaceResult& result = view.face->result;
  if (view.confidence <= mean_confidence(result.landmarks) + min_advantage) {
    return false;
  }
  result.landmarks = std::move(view.landmarks);
  result.box = view.box;
  view.face->roll = view.roll;
  return true;
}

}  // namespace

Faces look_again_where_unsure(const Call& call, const Faces& faces) {
  const bool by_detector = call.options.boxes.empty() && !call.stages.finds_faces_by_masks();
  std::vector<View> upright;
  std::vector<TurnedPicture> pictures;
  for (Face* face : faces) {
    const float confidence = mean_confidence(face->result.landmarks);
    if (confidence >= sure_confidence) {
      continue;
    }
    upright.push_back({face, face->result.box, face->roll, face->result.landmarks, confidence});
    if (by_detector) {
      for (TurnedPicture& picture : pictures_of(face, confidence)) {
        pictures.push_back(std::move(picture));
      }
    }
  }
  if (upright.empty()) {
    return {};
  }
  const LandmarkDetector& detector = call.stages.landmark_detector();
  std::vector<View> views;
  if (!pictures.empty()) {
    views = turned_views(call.stages.face_detector(), pictures);
    find_landmarks_in(detector, views);
  }
  std::vector<View> all = upright;
  all.insert(all.end(), views.begin(), views.end());
  std::vector<View> turned = straightened(all);
  find_landmarks_in(detector, turned);
  views.insert(views.end(), std::make_move_iterator(turned.begin()),
               std::make_move_iterator(turned.end()));
  Faces moved;
  for (View& view : views) {
    if (takes_over(view)) {
      moved.push_back(view.face);
    }
  }
  return moved;
}

void drop_doubles(Call& call, const Faces& moved) {
  std::set<const Face*> doubles;
  for (const Face* face : moved) {
    for (const Face* other : call.active_faces()) {
      const bool both_remain = doubles.count(face) == 0 && doubles.count(other) == 0;
      if (both_remain && other != face && other->photo_index == face->photo_index &&
          intersection_over_union(other->result.box, face->result.box) > max_overlap) {
        const bool other_is_surer =
            mean_confidence(other->result.landmarks) > mean_confidence(face->result.landmarks);
        doubles.insert(other_is_surer ? face : other);
      }
    }
  }
  if (doubles.empty()) {
    return;
  }
  std::vector<Face> kept;
  for (Face& face : call.faces) {
    if (doubles.count(&face) == 0) {
      kept.push_back(std::move(face));
    }
  }
  call.faces = std::move(kept);
}

}  // namespace demask::pipeline
