// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <opencv2/imgproc.hpp>

#include "augment/masked_photo.hpp"
#include "data/face_annotator.hpp"
#include "demask/error.hpp"
#include "evaluate/evaluation.hpp"
#include "evaluate/outlined_photos.hpp"
#include "evaluate/shown_batches.hpp"
#include "evaluate/split_faces.hpp"
#include "imaging/mask_morphology.hpp"
#include "imaging/mat.hpp"
#include "imaging/preprocess.hpp"
#include "metrics/image_quality.hpp"
#include "stages/probability_map.hpp"

namespace demask::training {
namespace {

// Width in pixels of the soft edge around a mask.
constexpr int mask_edge = 3;

// The mask and straps that a segmenter found; `straps` is empty if it does not segment straps.
struct FoundMask {
  cv::Mat mask;
  cv::Mat straps;
};

// Segments canonical faces.
std::vector<FoundMask> segment(const Segmenter& segmenter, const std::vector<cv::Mat>& faces) {
  std::vector<ImageView> views;
  for (const cv::Mat& face : faces) {
    views.push_back(imaging::as_view(face, PixelFormat::rgb));
  }
  std::vector<FoundMask> masks;
  for (const std::vector<MaskInstance>& instances : segmenter.segment(views)) {
    cv::Mat straps;
    cv::Mat mask(canonical_size, canonical_size, CV_8UC1, cv::Scalar(0));
    for (const MaskInstance& instance : instances) {
      const ProbabilityMap& map = instance.probability;
      const cv::Mat probability = stages::as_mat(map);
      if (!instance.straps.values.empty()) {
        straps = stages::as_mat(instance.straps) >= strap_threshold;
      }
      cv::Mat part = mask(cv::Rect(instance.x, instance.y, map.width, map.height));
      cv::max(part, probability >= segmenter.threshold(), part);
    }
    masks.push_back({mask, straps});
  }
  return masks;
}

// Draws the true mask in green and the found mask in red.
void add_tile(const std::string& group, const cv::Mat& face, const cv::Mat& found,
              const cv::Mat& truth, double iou, CaseSheet& cases) {
  if (!cases.enabled()) {
    return;
  }
  cv::Mat outlined = face.clone();
  draw_outline(outlined, found, {255, 0, 0});
  draw_outline(outlined, truth, {0, 255, 0});
  cv::Mat tile;
  cv::hconcat(face, outlined, tile);
  cases.add(group, iou, tile);
}

cv::Mat warp_mask(const cv::Mat& mask, const Similarity& to_canonical) {
  return imaging::warp_levels_to_square(mask, to_canonical, canonical_size) > 127;
}

// Canonical faces with painted masks, and their ground truth.
struct MaskedFaces {
  std::vector<cv::Mat> images;
  std::vector<cv::Mat> masks;
  std::vector<cv::Mat> straps;     // beyond the edge of the mask
  std::vector<cv::Mat> coverages;  // where the photo has pixels

  void add(const WornFace& face) {
    const CanonicalFace canonical =
        make_canonical({face.worn.image, face.bare.landmarks}, canonical_size);
    images.push_back(canonical.rgb);
    coverages.push_back(canonical.coverage);
    masks.push_back(warp_mask(face.worn.mask, canonical.to_canonical));
    straps.push_back(warp_mask(face.worn.alpha, canonical.to_canonical));
    straps.back().setTo(0, imaging::dilate_mask(masks.back(), mask_edge));
  }
};

// Strap pixels over all faces.
struct StrapOverlap {
  double both = 0.0;
  double any = 0.0;

  void add(const cv::Mat& found, const cv::Mat& truth) {
    both += cv::countNonZero(found & truth);
    any += cv::countNonZero(found | truth);
  }
};

// Pixels outside the photo are not counted because they are not part of any result.
void evaluate_synthetic(const Evaluation& evaluation, const Segmenter& segmenter) {
  const EvaluationOptions& options = evaluation.options;
  const synthesis::MaskSynthesizer synthesizer = make_synthesizer(options.data);
  const std::vector<SplitFace> faces = read_split_faces(options, false);
  Mean all;
  StrapOverlap straps;
  in_shown_batches(faces.size(), "segmenter, synthetic", [&](std::size_t first, std::size_t last) {
    MaskedFaces batch;
    for (std::size_t i = first; i < last; ++i) {
      batch.add(wear_mask(faces[i], synthesizer, options.seed));
    }
    std::vector<FoundMask> found = segment(segmenter, batch.images);
    for (std::size_t i = 0; i < found.size(); ++i) {
      found[i].mask &= batch.coverages[i];
      const double iou = mask_iou(found[i].mask, batch.masks[i]);
      all.add(iou);
      add_tile("segmenter, synthetic (IoU)", batch.images[i], found[i].mask, batch.masks[i], iou,
               evaluation.cases);
      if (!found[i].straps.empty()) {
        straps.add(found[i].straps & batch.coverages[i], batch.straps[i]);
      }
    }
  });
  evaluation.report.add("segmenter.iou_synthetic", all);
  if (straps.any > 0.0) {
    evaluation.report.add("segmenter.iou_straps", straps.both / straps.any, faces.size());
  }
}

// The labeled face: the one whose box overlaps the mask's box most. Null if no face was found.
const FaceResult* labeled_face(const std::vector<FaceResult>& faces, const cv::Mat& mask) {
  const cv::Rect area = cv::boundingRect(mask);
  const Box box{static_cast<float>(area.x), static_cast<float>(area.y),
                static_cast<float>(area.width), static_cast<float>(area.height)};
  const auto best =
      std::max_element(faces.begin(), faces.end(), [&](const FaceResult& a, const FaceResult& b) {
        return intersection_over_union(a.box, box) < intersection_over_union(b.box, box);
      });
  return best == faces.end() ? nullptr : &*best;
}

// Evaluates on images with outlined masks, aligned as in the pipeline. A face that is not found
// counts as an intersection over union of 0.
void evaluate_outlined(const Evaluation& evaluation, const Segmenter& segmenter,
                       const FaceAnnotator& finder, const std::string& folder,
                       const std::string& key) {
  const OutlinedPhotos photos(evaluation.options, folder);
  Mean all;
  Mean found_share;
  std::map<std::string, Mean> by_group;
  in_shown_batches(photos.size(), "segmenter, " + folder, [&](std::size_t first, std::size_t last) {
    for (std::size_t i = first; i < last; ++i) {
      const OutlinedPhoto outlined = photos.read(i);
      const std::vector<FaceResult> faces = finder.find({outlined.photo.view()}).front();
      const FaceResult* face = labeled_face(faces, outlined.mask);
      double iou = 0.0;
      if (face != nullptr) {
        const cv::Mat canonical = imaging::as_mat(face->aligned_before.view());
        const Similarity to_canonical = canonical_similarity(face->landmarks);
        const cv::Mat truth = warp_mask(outlined.mask, to_canonical);
        const cv::Mat photo_area(outlined.mask.size(), CV_8UC1, cv::Scalar(255));
        const cv::Mat mask =
            segment(segmenter, {canonical}).front().mask & warp_mask(photo_area, to_canonical);
        iou = mask_iou(mask, truth);
        add_tile(fmt::format("segmenter, {} (IoU)", folder), canonical, mask, truth, iou,
                 evaluation.cases);
      }
      all.add(iou);
      found_share.add(face != nullptr ? 1.0 : 0.0);
      for (const std::string& group : photos.groups_of(i)) {
        by_group[group].add(iou);
      }
    }
  });
  evaluation.report.add(key, all);
  evaluation.report.add(key, by_group);
  evaluation.report.add(key + ".face_found", found_share);
}

}  // namespace

void evaluate_segmenter(const Evaluation& evaluation) {
  const EvaluationOptions& options = evaluation.options;
  const auto segmenter = evaluation.bundle.load_segmenter(options.runtime);
  if (segmenter->input() != SegmenterInput::canonical_face) {
    throw Error(ErrorCode::invalid_argument,
                "segmenter: the bundle's segmenter takes whole photos; evaluate a bundle whose "
                "segmenter has the variant semantic");
  }
  evaluate_synthetic(evaluation, *segmenter);
  const bool finds = evaluation.bundle.has(Stage::face_detector) &&
                     evaluation.bundle.has(Stage::landmark_detector);
  for (const auto& [folder, key] :
       {std::pair<const char*, const char*>{"seg_real", "segmenter.iou_real"},
        {"seg_synthetic", "segmenter.iou_rendered"}}) {
    if (!std::filesystem::exists(options.data / folder / "index.csv")) {
      continue;
    }
    if (!finds) {
      evaluation.report.note(fmt::format(
          "{} is left out: the bundle has no face_detector or no landmark_detector", key));
      continue;
    }
    const FaceAnnotator finder(evaluation.bundle.load_face_detector(options.runtime),
                               evaluation.bundle.load_landmark_detector(options.runtime));
    evaluate_outlined(evaluation, *segmenter, finder, folder, key);
  }
}

}  // namespace demask::training
