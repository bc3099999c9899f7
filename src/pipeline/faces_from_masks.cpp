// SPDX-License-Identifier: Apache-2.0
#include "pipeline/faces_from_masks.hpp"

#include <array>
#include <opencv2/imgproc.hpp>
#include <utility>

#include "demask/error.hpp"
#include "demask/mask_face_detector.hpp"
#include "pipeline/stage_checks.hpp"
#include "stages/model_input.hpp"
#include "stages/nms.hpp"
#include "stages/probability_map.hpp"

namespace demask {
namespace pipeline {
namespace {

// Ratio of a face box's height to the width of its mask.
constexpr float face_height = 1.35F;
// Where the five points lie in the box of an upright face, in fractions of its sides.
constexpr std::array<Point, 5> typical_points = {
    {{0.26F, 0.38F}, {0.74F, 0.38F}, {0.50F, 0.58F}, {0.29F, 0.73F}, {0.71F, 0.73F}}};

}  // namespace

Detection face_of_mask(const cv::Rect& mask) {
  const auto width = static_cast<float>(mask.width);
  Detection face;
  face.box.width = width;
  face.box.height = face_height * width;
  // (0, 0) is the center of the top left pixel, half a pixel from its corner.
  face.box.x = static_cast<float>(mask.x) - 0.5F;
  face.box.y = static_cast<float>(mask.y + mask.height) - 0.5F - face.box.height;
  for (std::size_t i = 0; i < typical_points.size(); ++i) {
    face.points[i] = {face.box.x + typical_points[i].x * face.box.width,
                      face.box.y + typical_points[i].y * face.box.height};
  }
  return face;
}

std::vector<MaskedFace> faces_from_masks(const std::vector<MaskInstance>& instances,
                                         float mask_threshold, const DetectOptions& options) {
  std::vector<MaskedFace> faces;
  for (std::size_t i = 0; i < instances.size(); ++i) {
    const MaskInstance& instance = instances[i];
    const cv::Mat covered = stages::as_mat(instance.probability) >= mask_threshold;
    const cv::Rect extent = cv::boundingRect(covered);
    if (extent.empty() || (options.score_threshold && instance.score < *options.score_threshold)) {
      continue;
    }
    MaskedFace face{face_of_mask(extent + cv::Point(instance.x, instance.y)), i};
    face.score = instance.score;
    faces.push_back(face);
  }
  return stages::suppress_overlaps(std::move(faces), options.nms_iou);
}

}  // namespace pipeline

namespace {

class MaskFaceDetector final : public FaceDetector {
 public:
  explicit MaskFaceDetector(std::shared_ptr<const Segmenter> segmenter)
      : segmenter_(std::move(segmenter)) {}

 private:
  std::vector<std::vector<Detection>> do_detect(const std::vector<ImageView>& photos,
                                                const DetectOptions& options) const override {
    stages::check_options(options);
    std::vector<std::vector<Detection>> results;
    for (const std::vector<MaskInstance>& instances : segmenter_->segment(photos)) {
      pipeline::check_photo_masks(instances);
      const std::vector<pipeline::MaskedFace> faces =
          pipeline::faces_from_masks(instances, segmenter_->threshold(), options);
      results.emplace_back(faces.begin(), faces.end());
    }
    return results;
  }

  std::shared_ptr<const Segmenter> segmenter_;
};

}  // namespace

std::unique_ptr<FaceDetector> make_mask_face_detector(std::shared_ptr<const Segmenter> segmenter) {
  if (!segmenter || segmenter->input() != SegmenterInput::photo) {
    throw Error(ErrorCode::invalid_argument,
                "segmenter: it does not find masks in whole photos; pass one of variant instance");
  }
  return std::make_unique<MaskFaceDetector>(std::move(segmenter));
}

}  // namespace demask
