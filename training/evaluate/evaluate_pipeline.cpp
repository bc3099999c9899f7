// SPDX-License-Identifier: Apache-2.0
#include <opencv2/imgproc.hpp>
#include <utility>

#include "augment/masked_photo.hpp"
#include "demask/face_reconstructor.hpp"
#include "evaluate/evaluation.hpp"
#include "evaluate/outlined_photos.hpp"
#include "evaluate/shown_batches.hpp"
#include "evaluate/split_faces.hpp"
#include "imaging/mat.hpp"
#include "imaging/preprocess.hpp"
#include "metrics/image_quality.hpp"

namespace demask::training {
namespace {

struct Figures {
  Mean psnr_mean;
  Mean ssim_mean;
  Mean found;
  Mean gender_right;
};

void judge(const HoleFace& face, const Result& result, Figures& figures, CaseSheet& cases) {
  const cv::Mat painted =
      imaging::warp_to_square(result.photo.view(), face.to_canonical, canonical_size);
  const cv::Mat judged = face.judged & ~face.straps;
  const double value = psnr(painted, face.truth, judged);
  figures.psnr_mean.add(value);
  figures.ssim_mean.add(ssim(painted, face.truth, judged));
  const FaceResult* best = nullptr;
  for (const FaceResult& found : result.faces) {
    if (found.status == FaceStatus::reconstructed && best == nullptr) {
      best = &found;
    }
  }
  figures.found.add(best != nullptr ? 1.0 : 0.0);
  if (best != nullptr && best->gender) {
    figures.gender_right.add(best->gender->gender == face.gender ? 1.0 : 0.0);
  }
  if (!cases.enabled()) {
    return;
  }
  cv::Mat tile;
  cv::hconcat(std::vector<cv::Mat>{face.masked, painted, face.truth}, tile);
  cases.add("pipeline (PSNR; input, output, truth)", value, tile);
}

// Measures the share of each outlined real mask that is left in the photo after painting its face.
void measure_mask_left(const Evaluation& evaluation, const FaceReconstructor& reconstructor) {
  const OutlinedPhotos photos(evaluation.options, "seg_real");
  Mean left;
  in_shown_batches(photos.size(), "pipeline, real masks", [&](std::size_t first, std::size_t last) {
    for (std::size_t i = first; i < last; ++i) {
      const OutlinedPhoto outlined = photos.read(i);
      const Result result = reconstructor.reconstruct(outlined.photo.view());
      const cv::Mat changed = imaging::as_mat(result.changed.view());
      if (cv::countNonZero(changed & outlined.mask) == 0) {
        continue;
      }
      left.add(static_cast<double>(cv::countNonZero(outlined.mask & ~changed)) /
               cv::countNonZero(outlined.mask));
    }
  });
  evaluation.report.add("pipeline.mask_left_real", left);
}

}  // namespace

void evaluate_pipeline(const Evaluation& evaluation) {
  const EvaluationOptions& options = evaluation.options;
  const FaceReconstructor reconstructor(evaluation.bundle, options.runtime);
  const synthesis::MaskSynthesizer synthesizer = make_synthesizer(options.data);
  const std::vector<SplitFace> faces = read_split_faces(options, true);
  Figures figures;
  in_shown_batches(faces.size(), "pipeline", [&](std::size_t first, std::size_t last) {
    std::vector<HoleFace> batch;
    for (std::size_t i = first; i < last; ++i) {
      auto face = make_hole_face(faces[i], synthesizer, options.seed);
      if (face) {
        batch.push_back(std::move(*face));
      }
    }
    std::vector<ImageView> photos;
    for (const HoleFace& face : batch) {
      photos.push_back(imaging::as_view(face.photo, PixelFormat::rgb));
    }
    const std::vector<BatchResult> results = reconstructor.reconstruct(photos);
    for (std::size_t i = 0; i < batch.size(); ++i) {
      if (results[i].error) {
        throw Error(*results[i].error);
      }
      judge(batch[i], *results[i].result, figures, evaluation.cases);
    }
  });
  Report& report = evaluation.report;
  report.add("pipeline.psnr", figures.psnr_mean);
  report.add("pipeline.ssim", figures.ssim_mean);
  report.add("pipeline.found", figures.found);
  report.add("pipeline.gender_accuracy", figures.gender_right);
  if (report.has("inpainter.psnr") && report.has("pipeline.psnr")) {
    report.add("pipeline.psnr_drop", report.value("inpainter.psnr") - report.value("pipeline.psnr"),
               figures.psnr_mean.count());
  }
  measure_mask_left(evaluation, reconstructor);
}

}  // namespace demask::training
