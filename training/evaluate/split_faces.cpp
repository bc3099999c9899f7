// SPDX-License-Identifier: Apache-2.0
#include "evaluate/split_faces.hpp"

#include <opencv2/imgproc.hpp>
#include <utility>

#include "augment/put_masks_on.hpp"
#include "data/spread.hpp"
#include "imaging/mask_morphology.hpp"
#include "imaging/mat.hpp"
#include "imaging/preprocess.hpp"

namespace demask::training {
namespace {

// Width in pixels of the soft edge around a mask's body; the pipeline grows its masks by as much.
constexpr int body_rim = 5;

}  // namespace

std::uint64_t mask_seed(std::uint64_t seed, std::size_t index, std::uint64_t draw) {
  return (seed << 40U) + static_cast<std::uint64_t>(index) * max_draws + draw;
}

std::vector<SplitFace> read_split_faces(const EvaluationOptions& options, bool with_gender) {
  std::vector<FaceRecord> records = read_faces(options.data, options.split);
  std::vector<SplitFace> faces;
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (!with_gender || records[i].gender) {
      faces.push_back({i, std::move(records[i])});
    }
  }
  return spread(std::move(faces), options.limit);
}

WornFace wear_mask(const SplitFace& face, const synthesis::MaskSynthesizer& synthesizer,
                   std::uint64_t seed) {
  std::mt19937_64 engine(mask_seed(seed, face.index, 0));
  WornFace result;
  result.bare = {read_rgb(face.record.file), face.record.landmarks};
  result.worn = synthesizer.wear(result.bare.rgb, to_synthesis(result.bare.landmarks), engine);
  return result;
}

std::optional<HoleFace> make_hole_face(const SplitFace& face,
                                       const synthesis::MaskSynthesizer& synthesizer,
                                       std::uint64_t seed) {
  const AnnotatedPhoto bare{read_rgb(face.record.file), face.record.landmarks};
  const CanonicalFace canonical = make_canonical(bare, canonical_size);
  for (std::uint64_t draw = 0; draw < max_draws; ++draw) {
    PhotoWithMasks masked =
        put_masks_on(bare.rgb, {bare.landmarks}, synthesizer, mask_seed(seed, face.index, draw));
    const auto to_square = [&](const cv::Mat& levels) {
      return imaging::warp_levels_to_square(levels, canonical.to_canonical, canonical_size);
    };
    cv::Mat hole = to_square(masked.mask) > 127;
    const double share = cv::countNonZero(hole) / static_cast<double>(hole.total());
    if (share < min_hole || share > max_hole) {
      continue;
    }
    HoleFace result;
    result.index = face.index;
    result.gender = face.record.gender.value();
    result.masked = imaging::warp_to_square(imaging::as_view(masked.rgb, PixelFormat::rgb),
                                            canonical.to_canonical, canonical_size);
    result.straps = to_square(masked.alpha) > 0;
    result.straps.setTo(cv::Scalar(0), imaging::dilate_mask(hole, body_rim));
    result.photo = std::move(masked.rgb);
    result.truth = canonical.rgb;
    result.hole = std::move(hole);
    result.judged = canonical.coverage;
    result.landmarks = canonical.landmarks;
    result.to_canonical = canonical.to_canonical;
    return result;
  }
  return std::nullopt;
}

}  // namespace demask::training
