// SPDX-License-Identifier: Apache-2.0
#include "pipeline/prior_painting.hpp"

#include <algorithm>
#include <opencv2/core.hpp>
#include <utility>
#include <vector>

#include "core/landmarks.hpp"
#include "imaging/patch.hpp"
#include "imaging/preprocess.hpp"
#include "pipeline/stage_checks.hpp"
#include "pipeline/strap_ends.hpp"

namespace demask::pipeline {
namespace {

constexpr int full_side = 512;
constexpr int half_side = 256;
// A photo that would be enlarged by more than this onto the full square holds no more than the half
// one.
constexpr double max_enlargement = 1.5;

// PriorPainting::error up to which a painting replaces what was painted before, and from which it
// is not used; in between both are mixed.
struct FitLimits {
  float good = 0.0F;
  float poor = 0.0F;
};

// In one pass the generator makes a natural face, which only has to be about the right one.
constexpr FitLimits one_pass = {0.16F, 0.20F};
// A search gets nearer to every face. Where it does not get near, it ends in a blur.
constexpr FitLimits searched = {0.07F, 0.09F};

// A face in the prior's square; `input` shows the pixels of the images.
struct PriorFace {
  Similarity to_prior;  // From the photo.
  Image square;
  Image hole;
  Image guide;
  Image reference;
  PriorInput input;
};

// The hole in the prior's square, with the ends of straps: every pixel that it touches.
cv::Mat hole_in(const Face& face, const Similarity& to_prior, int side) {
  const bool has_ends = !face.surround_hole.empty();
  const cv::Mat hole = has_ends ? face.surround_hole : face.hole();
  const Similarity to_hole =
      has_ends ? to_surround(face.to_canonical, face.side) : face.to_canonical;
  return imaging::warp_levels_to_square(hole, to_prior * to_hole.inverse(), side) > 0;
}

PriorFace prior_face(Face& face, const FacePicture& picture) {
  PriorFace result;
  const bool is_small =
      prior_similarity(face.result.landmarks, full_side).scale() > max_enlargement;
  const int side = is_small ? half_side : full_side;
  result.to_prior = prior_similarity(face.result.landmarks, side);
  const cv::Mat square =
      imaging::warp_to_square(face.photo, result.to_prior, side, cv::BORDER_REFLECT);
  const cv::Mat hole = hole_in(face, result.to_prior, side);
  cv::Mat guide = square.clone();
  const Similarity from_canonical = result.to_prior * face.to_canonical.inverse();
  imaging::warp_to_square(picture.of(face).view(), from_canonical, side, cv::BORDER_REPLICATE)
      .copyTo(guide, hole);
  result.square = imaging::to_image(square, PixelFormat::rgb);
  result.hole = imaging::to_image(hole, PixelFormat::gray);
  result.guide = imaging::to_image(guide, PixelFormat::rgb);
  result.input = {result.square.view(), result.hole.view(),
                  core::transformed(picture.landmarks_of(face), from_canonical),
                  result.guide.view()};
  if (face.reference_cover.data != nullptr) {
    const cv::Mat cover =
        imaging::warp_levels_to_square(face.reference_cover, from_canonical, side);
    result.reference = imaging::to_image(cover & hole, PixelFormat::gray);
    result.input.reference = result.reference.view();
  }
  return result;
}

// Puts a painting into the hole of the face's canonical square.
void put_back(const PriorFace& prior, const PriorPainting& painting, Quality quality,
              const FacePicture& picture, Face& face) {
  const FitLimits& fit = quality == Quality::best ? searched : one_pass;
  const float share = std::clamp((fit.poor - painting.error) / (fit.poor - fit.good), 0.0F, 1.0F);
  if (share == 0.0F) {
    return;
  }
  const imaging::Patch patch{
      imaging::as_mat(painting.face.view()), {}, prior.to_prior * face.to_canonical.inverse(), 0};
  const cv::Mat painted = imaging::unwarp_painted(patch, {0, 0, face.side, face.side});
  cv::Mat square = imaging::as_mat(picture.of(face));
  cv::Mat mixed;
  cv::addWeighted(painted, share, square, 1.0 - static_cast<double>(share), 0.0, mixed);
  mixed.copyTo(square, face.hole());
  if (&picture.of(face) == &face.result.aligned_after) {
    face.result.quality = quality;  // That of the answer, not of a variant.
  }
}

void paint_fine(Call& call, const Faces& some, const FacePicture& picture, Tally& tally) {
  const PriorInpainter& inpainter = call.stages.prior_inpainter();
  call.in_batches(PipelineStep::inpaint, some, tally, [&](const Faces& batch) {
    std::vector<PriorFace> faces(batch.size());
    call.stages.workers().for_each(
        batch.size(), [&](std::size_t i) { faces[i] = prior_face(*batch[i], picture); });
    std::vector<PriorInput> inputs;
    inputs.reserve(faces.size());
    for (const PriorFace& face : faces) {
      inputs.push_back(face.input);
    }
    const std::vector<PriorPainting> paintings = inpainter.inpaint(inputs);
    check_prior_paintings(paintings, inputs);
    for (std::size_t i = 0; i < batch.size(); ++i) {
      put_back(faces[i], paintings[i], Quality::fine, picture, *batch[i]);
    }
  });
}

void paint_best(Call& call, const Faces& some, const FacePicture& picture, Tally& tally) {
  const PriorInpainter& inpainter = call.stages.prior_inpainter();
  for (Face* face : some) {
    const std::size_t done_before = tally.done;
    tally.done += prior_units(call);
    if (!face->active) {
      continue;  // Another face of its photo has failed.
    }
    Tally within = tally;
    within.done = done_before;
    SearchCallbacks callbacks;
    callbacks.progress = [&](int done, int /*total*/) {
      within.done = done_before + static_cast<std::size_t>(done);
      call.report(PipelineStep::inpaint, within);
    };
    call.report(PipelineStep::inpaint, within);
    timed(PipelineStep::inpaint, {face}, [&] {
      call.for_photo(face->photo_index, [&] {
        const PriorFace prior = prior_face(*face, picture);
        const PriorPainting painting =
            inpainter.refine(prior.input, call.options.search, callbacks);
        check_prior_paintings({painting}, {prior.input});
        if (painting.error > searched.good) {
          const std::vector<PriorPainting> fine = inpainter.inpaint({prior.input});
          check_prior_paintings(fine, {prior.input});
          put_back(prior, fine.front(), Quality::fine, picture, *face);
        }
        put_back(prior, painting, Quality::best, picture, *face);
      });
    });
  }
}

}  // namespace

bool paints_with_prior(const Call& call) { return call.quality() != Quality::fast; }

std::size_t prior_units(const Call& call) {
  const bool searches = call.options.quality == Quality::best && call.options.search.steps > 0;
  return searches ? static_cast<std::size_t>(call.options.search.steps) : 1;
}

void paint_with_prior(Call& call, const Faces& faces, const FacePicture& picture, Tally& tally) {
  if (call.options.quality == Quality::best && call.options.search.steps > 0) {
    paint_best(call, faces, picture, tally);
  } else {
    paint_fine(call, faces, picture, tally);
  }
}

}  // namespace demask::pipeline
