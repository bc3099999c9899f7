#include "pipeline/reconstruction.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "imaging/composite.hpp"
#include "imaging/mask_morphology.hpp"
#include "imaging/mat.hpp"
#include "imaging/preprocess.hpp"
#include "pipeline/option_checks.hpp"

namespace demask::pipeline {
namespace {

// Faces that go through a network together: enough to fill it, few enough to bound memory.
constexpr std::size_t batch_size = 8;
// Eyes nearer than this make a canonical face of noise.
constexpr float least_eye_distance = 3.0F;
// Gaps in a mask (straps, glare, print) that are closed, as a fraction of the canonical side.
constexpr double closing_fraction = 0.012;
constexpr float given_mask_level = 128.0F / 255.0F;

using Clock = std::chrono::steady_clock;

double milliseconds_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

float roll_of(const Detection& detection) {
  const Point right = detection.points[0];
  const Point left = detection.points[1];
  const float dx = left.x - right.x;
  const float dy = left.y - right.y;
  const bool plausible = std::hypot(dx, dy) > 0.1F * detection.box.width;
  return plausible ? std::atan2(dy, dx) : 0.0F;
}

Landmarks transformed(const Landmarks& landmarks, const Similarity& transform) {
  Landmarks result = landmarks;
  for (Point& p : result.points) {
    p = transform(p);
  }
  return result;
}

int canonical_pixels(double fraction) { return cvRound(fraction * canonical_size); }

// The lower face, where a worn mask lies: jaw and nose, to tell a face's mask from its neighbour's.
cv::Mat lower_face(const Landmarks& canonical) {
  const Landmarks face = to_ibug68(canonical);
  std::vector<cv::Point> points;
  const auto add = [&](std::size_t index) {
    const auto limit = static_cast<float>(4 * canonical_size);
    points.emplace_back(cvRound(std::clamp(face.points[index].x, -limit, limit)),
                        cvRound(std::clamp(face.points[index].y, -limit, limit)));
  };
  for (std::size_t jaw = 2; jaw <= 14; ++jaw) {
    add(jaw);
  }
  add(29);
  std::vector<cv::Point> hull;
  cv::convexHull(points, hull);
  cv::Mat area = cv::Mat::zeros(canonical_size, canonical_size, CV_8UC1);
  cv::fillConvexPoly(area, hull, cv::Scalar(255));
  return area;
}

// Only the parts of the mask that touch the lower face.
cv::Mat own_parts(const cv::Mat& mask, const cv::Mat& face_area) {
  cv::Mat labels;
  const int count = cv::connectedComponents(mask, labels);
  cv::Mat own = cv::Mat::zeros(mask.size(), CV_8UC1);
  for (int label = 1; label < count; ++label) {
    const cv::Mat part = labels == label;
    if (cv::countNonZero(part & face_area) > 0) {
      own |= part;
    }
  }
  return own;
}

}  // namespace

Reconstruction::Reconstruction(const StageProvider& stages, std::vector<ImageView> photos,
                               const ReconstructOptions& options)
    : stages_(stages), photos_(std::move(photos)), options_(options), results_(photos_.size()) {
  check_options(options_);
}

std::vector<BatchResult> Reconstruction::run() {
  detect();
  find_landmarks();
  align();
  segment();
  classify_gender();
  inpaint();
  composite();
  return std::move(results_);
}

void Reconstruction::report(PipelineStep step, std::size_t done, std::size_t total) const {
  if (options_.progress) {
    options_.progress({step, static_cast<int>(done), static_cast<int>(total)});
  }
  if (options_.cancelled && options_.cancelled()) {
    throw Error(ErrorCode::cancelled,
                "reconstruct: cancelled by the caller; call again to start anew");
  }
}

Reconstruction::Faces Reconstruction::active_faces() {
  Faces active;
  for (FaceWork& face : faces_) {
    if (face.active) {
      active.push_back(&face);
    }
  }
  return active;
}

void Reconstruction::step(PipelineStep step, const Faces& faces,
                          const std::function<void(const Faces&)>& work) {
  for (std::size_t first = 0; first < faces.size(); first += batch_size) {
    report(step, first, faces.size());
    const std::size_t last = std::min(first + batch_size, faces.size());
    const Faces batch(faces.begin() + static_cast<std::ptrdiff_t>(first),
                      faces.begin() + static_cast<std::ptrdiff_t>(last));
    const Clock::time_point start = Clock::now();
    work(batch);
    const double each = milliseconds_since(start) / static_cast<double>(batch.size());
    for (FaceWork* face : batch) {
      face->add_time(step, each);
    }
  }
  if (!faces.empty()) {
    report(step, faces.size(), faces.size());
  }
}

void Reconstruction::detect() {
  for (std::size_t i = 0; i < photos_.size(); ++i) {
    report(PipelineStep::detect, i, photos_.size());
    try {
      validate(photos_[i], options_.max_pixels);
      if (options_.mask.data != nullptr) {
        check_given_mask(options_.mask, photos_[i]);
      }
      results_[i].result.emplace();
    } catch (const Error& error) {
      results_[i].error.emplace(error);
      continue;
    }
    detect_photo(i);
  }
  report(PipelineStep::detect, photos_.size(), photos_.size());
}

void Reconstruction::detect_photo(std::size_t index) {
  const Clock::time_point start = Clock::now();
  const std::size_t first = faces_.size();
  const auto add = [&](const Box& box, float score, float roll) {
    FaceWork face;
    face.photo = photos_[index];
    face.photo_index = index;
    face.result.box = box;
    face.result.score = score;
    face.roll = roll;
    faces_.push_back(std::move(face));
  };
  if (!options_.landmarks.empty()) {
    for (const Landmarks& landmarks : options_.landmarks) {
      add(bounding_box(landmarks.points), 1.0F, 0.0F);
      faces_.back().result.landmarks = landmarks;
    }
  } else if (!options_.boxes.empty()) {
    for (const Box& box : options_.boxes) {
      add(box, 1.0F, 0.0F);
    }
  } else {
    DetectOptions detection;
    detection.score_threshold = options_.detection_threshold;
    for (const Detection& found : stages_.face_detector().detect(photos_[index], detection)) {
      add(found.box, found.score, roll_of(found));
    }
  }
  select(first, faces_.size());
  const double elapsed = milliseconds_since(start);
  results_[index].result->detect_milliseconds = elapsed;
  for (std::size_t i = first; i < faces_.size(); ++i) {
    faces_[i].add_time(PipelineStep::detect, elapsed / static_cast<double>(faces_.size() - first));
  }
}

void Reconstruction::select(std::size_t first, std::size_t last) {
  std::size_t chosen = first + static_cast<std::size_t>(options_.face_index);
  if (options_.selection == FaceSelection::largest) {
    chosen = first;
    for (std::size_t i = first; i < last; ++i) {
      if (faces_[i].result.box.area() > faces_[chosen].result.box.area()) {
        chosen = i;
      }
    }
  }
  for (std::size_t i = first; i < last; ++i) {
    FaceWork& face = faces_[i];
    if (options_.selection != FaceSelection::all && i != chosen) {
      face.finish(FaceStatus::not_selected);
    } else if (std::max(face.result.box.width, face.result.box.height) < options_.min_face_size) {
      face.finish(FaceStatus::too_small);
    }
  }
}

void Reconstruction::find_landmarks() {
  Faces wanting;
  for (FaceWork* face : active_faces()) {
    if (face->result.landmarks.empty()) {
      wanting.push_back(face);
    }
  }
  step(PipelineStep::landmarks, wanting, [this](const Faces& batch) {
    std::vector<FaceRegion> regions;
    for (const FaceWork* face : batch) {
      regions.push_back({face->photo, face->result.box, face->roll});
    }
    std::vector<Landmarks> found = stages_.landmark_detector().detect(regions);
    for (std::size_t i = 0; i < batch.size(); ++i) {
      batch[i]->result.landmarks = std::move(found.at(i));
    }
  });
}

void Reconstruction::align() {
  for (FaceWork* face : active_faces()) {
    const std::array<Point, 2> eyes = eye_centers(face->result.landmarks);
    if (std::hypot(eyes[1].x - eyes[0].x, eyes[1].y - eyes[0].y) < least_eye_distance) {
      face->finish(FaceStatus::landmarks_unreliable);
      continue;
    }
    face->to_canonical = canonical_similarity(face->result.landmarks);
    face->canonical_landmarks = transformed(face->result.landmarks, face->to_canonical);
    face->canonical = imaging::warp_to_square(face->photo, face->to_canonical, canonical_size);
    face->result.aligned_before = imaging::to_image(face->canonical, PixelFormat::rgb);
  }
}

void Reconstruction::segment() {
  if (options_.mask.data != nullptr) {
    use_given_mask();
  } else if (active_faces().empty()) {
    return;
  } else if (stages_.segmenter().input() == SegmenterInput::canonical_face) {
    step(PipelineStep::segment, active_faces(),
         [this](const Faces& batch) { segment_canonical(batch); });
  } else {
    segment_photos();
  }
}

void Reconstruction::accept_mask(FaceWork& face, const cv::Mat& probability, float threshold) {
  cv::Mat mask = imaging::clean_mask(probability, threshold, canonical_pixels(closing_fraction));
  mask = own_parts(mask, lower_face(face.canonical_landmarks));
  const double area =
      static_cast<double>(cv::countNonZero(mask)) / static_cast<double>(mask.total());
  if (area == 0.0 || area < static_cast<double>(options_.min_mask_area)) {
    face.finish(FaceStatus::no_mask);
    return;
  }
  face.hole =
      imaging::dilate_mask(mask, canonical_pixels(static_cast<double>(options_.mask_dilation)));
  face.result.aligned_mask = imaging::to_image(face.hole, PixelFormat::gray);
}

void Reconstruction::segment_canonical(const Faces& faces) {
  std::vector<ImageView> views;
  for (const FaceWork* face : faces) {
    views.push_back(face->result.aligned_before);
  }
  const Segmenter& segmenter = stages_.segmenter();
  const auto found = segmenter.segment(views);
  const float threshold = options_.segmentation_threshold < 0.0F ? segmenter.threshold()
                                                                 : options_.segmentation_threshold;
  for (std::size_t i = 0; i < faces.size(); ++i) {
    const ProbabilityMap& map = found.at(i).at(0).probability;
    const cv::Mat probability(map.height, map.width, CV_32FC1,
                              const_cast<float*>(map.values.data()));
    accept_mask(*faces[i], probability, threshold);
  }
}

void Reconstruction::segment_photos() {
  const Segmenter& segmenter = stages_.segmenter();
  const float threshold = options_.segmentation_threshold < 0.0F ? segmenter.threshold()
                                                                 : options_.segmentation_threshold;
  for (std::size_t photo = 0; photo < photos_.size(); ++photo) {
    Faces faces;
    for (FaceWork* face : active_faces()) {
      if (face->photo_index == photo) {
        faces.push_back(face);
      }
    }
    if (faces.empty()) {
      continue;
    }
    report(PipelineStep::segment, photo, photos_.size());
    const Clock::time_point start = Clock::now();
    const std::vector<MaskInstance> instances = segmenter.segment(photos_[photo]);
    for (FaceWork* face : faces) {
      cv::Mat best = cv::Mat::zeros(canonical_size, canonical_size, CV_32FC1);
      double best_overlap = 0.0;
      const cv::Mat area = lower_face(face->canonical_landmarks);
      for (const MaskInstance& instance : instances) {
        const ProbabilityMap& map = instance.probability;
        const cv::Mat source(map.height, map.width, CV_32FC1,
                             const_cast<float*>(map.values.data()));
        const Similarity from_map =
            face->to_canonical * Similarity(1.0, 0.0, instance.x, instance.y);
        cv::Mat canonical;
        cv::warpAffine(source, canonical, imaging::as_mat(from_map),
                       {canonical_size, canonical_size}, cv::INTER_LINEAR);
        cv::Mat overlap;
        canonical.copyTo(overlap, area);
        if (const double sum = cv::sum(overlap)[0]; sum > best_overlap) {
          best_overlap = sum;
          best = canonical;
        }
      }
      accept_mask(*face, best, threshold);
    }
    const double each = milliseconds_since(start) / static_cast<double>(faces.size());
    for (FaceWork* face : faces) {
      face->add_time(PipelineStep::segment, each);
    }
  }
}

void Reconstruction::use_given_mask() {
  for (FaceWork* face : active_faces()) {
    cv::Mat levels;
    cv::warpAffine(imaging::as_mat(options_.mask), levels, imaging::as_mat(face->to_canonical),
                   {canonical_size, canonical_size}, cv::INTER_LINEAR, cv::BORDER_CONSTANT,
                   cv::Scalar::all(options_.mask_inverted ? 255 : 0));
    if (options_.mask_inverted) {
      levels = ~levels;
    }
    cv::Mat probability;
    levels.convertTo(probability, CV_32F, 1.0 / 255.0);
    accept_mask(*face, probability, given_mask_level);
  }
}

void Reconstruction::classify_gender() {
  if (options_.gender != GenderChoice::automatic) {
    for (FaceWork* face : active_faces()) {
      const Gender gender = options_.gender == GenderChoice::female ? Gender::female : Gender::male;
      face->result.gender = GenderEstimate{gender, 1.0F};
    }
    return;
  }
  step(PipelineStep::gender, active_faces(), [this](const Faces& batch) {
    std::vector<ImageView> views;
    for (const FaceWork* face : batch) {
      views.push_back(face->result.aligned_before);
    }
    const std::vector<GenderEstimate> estimates = stages_.gender_classifier().classify(views);
    for (std::size_t i = 0; i < batch.size(); ++i) {
      batch[i]->result.gender = estimates.at(i);
      batch[i]->result.gender_uncertain = estimates[i].probability < 0.5F + options_.gender_margin;
    }
  });
}

void Reconstruction::inpaint() {
  std::array<Faces, 2> by_gender;
  std::array<Faces, 2> alternatives;
  for (FaceWork* face : active_faces()) {
    const auto gender = static_cast<std::size_t>(face->result.gender->gender);
    by_gender[gender].push_back(face);
    if (options_.both_when_uncertain && face->result.gender_uncertain) {
      alternatives[1 - gender].push_back(face);
    }
  }
  for (const Gender gender : {Gender::female, Gender::male}) {
    paint(gender, by_gender[static_cast<std::size_t>(gender)], false);
    paint(gender, alternatives[static_cast<std::size_t>(gender)], true);
  }
}

void Reconstruction::paint(Gender gender, const Faces& faces, bool alternative) {
  step(PipelineStep::inpaint, faces, [&](const Faces& batch) {
    std::vector<InpaintInput> inputs;
    for (const FaceWork* face : batch) {
      inputs.push_back(
          {face->result.aligned_before, face->result.aligned_mask, face->canonical_landmarks});
    }
    std::vector<Image> painted = stages_.inpainter(gender).inpaint(inputs);
    for (std::size_t i = 0; i < batch.size(); ++i) {
      Image& target =
          alternative ? batch[i]->result.aligned_alternative : batch[i]->result.aligned_after;
      target = std::move(painted.at(i));
    }
  });
}

void Reconstruction::composite() {
  for (std::size_t i = 0; i < photos_.size(); ++i) {
    if (results_[i].result) {
      report(PipelineStep::composite, i, photos_.size());
      composite_photo(i);
    }
  }
  for (FaceWork& face : faces_) {
    results_[face.photo_index].result->faces.push_back(std::move(face.result));
  }
  report(PipelineStep::composite, photos_.size(), photos_.size());
}

void Reconstruction::composite_photo(std::size_t index) {
  Result& result = *results_[index].result;
  result.alternative_photo = paste_alternatives(index);
  result.photo = Image(photos_[index]);
  result.changed = Image(photos_[index].width, photos_[index].height, PixelFormat::gray);
  for (FaceWork* face : active_faces()) {
    if (face->photo_index != index) {
      continue;
    }
    const Clock::time_point start = Clock::now();
    const imaging::Patch patch{imaging::as_mat(face->result.aligned_after.view()), face->hole,
                               face->to_canonical};
    face->result.mask = imaging::project_hole(patch, {photos_[index].width, photos_[index].height});
    imaging::composite(patch, face->result.mask, options_.blend, result.photo, result.changed);
    face->result.status = FaceStatus::reconstructed;
    face->add_time(PipelineStep::composite, milliseconds_since(start));
  }
}

Image Reconstruction::paste_alternatives(std::size_t index) const {
  const auto has_alternative = [&](const FaceWork& face) {
    return face.active && face.photo_index == index && !face.result.aligned_alternative.empty();
  };
  if (std::none_of(faces_.begin(), faces_.end(), has_alternative)) {
    return {};
  }
  Image photo(photos_[index]);
  Image changed(photo.width(), photo.height(), PixelFormat::gray);
  for (const FaceWork& face : faces_) {
    if (!face.active || face.photo_index != index) {
      continue;
    }
    const Image& painted =
        has_alternative(face) ? face.result.aligned_alternative : face.result.aligned_after;
    const imaging::Patch patch{imaging::as_mat(painted.view()), face.hole, face.to_canonical};
    const MaskRegion region = imaging::project_hole(patch, {photo.width(), photo.height()});
    imaging::composite(patch, region, options_.blend, photo, changed);
  }
  return photo;
}

}  // namespace demask::pipeline
