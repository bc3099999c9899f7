// SPDX-License-Identifier: Apache-2.0
#include "augment/masked_photo.hpp"

#include <algorithm>
#include <opencv2/imgproc.hpp>
#include <utility>

#include "imaging/mask_morphology.hpp"
#include "imaging/mat.hpp"
#include "imaging/preprocess.hpp"

namespace demask::training {
namespace {

// Coverage farther than this from the mask is straps, not the mask's soft edge; as a fraction of
// the side.
constexpr float edge_width = 0.008F;

}  // namespace

synthesis::MaskSynthesizer make_synthesizer(const std::filesystem::path& data) {
  const std::filesystem::path templates = data / "templates";
  if (std::filesystem::exists(templates / "templates.csv")) {
    return synthesis::MaskSynthesizer::with_templates(templates);
  }
  return synthesis::MaskSynthesizer::procedural();
}

MaskedPhoto read_masked_photo(const FaceRecord& record, bool mirrored, float mask_probability,
                              const synthesis::MaskSynthesizer& synthesizer,
                              std::mt19937_64& engine) {
  MaskedPhoto result;
  result.photo = {read_rgb(record.file), record.landmarks};
  result.box = record.box;
  if (mirrored) {
    result.box = flip_box(record.box, result.photo.rgb.cols);
    result.photo = mirror(result.photo);
  }
  if (Random(engine).chance(mask_probability)) {
    synthesis::MaskedFace worn =
        synthesizer.wear(result.photo.rgb, to_synthesis(result.photo.landmarks), engine);
    result.photo.rgb = std::move(worn.image);
    result.mask = std::move(worn.mask);
    result.cover = std::move(worn.alpha);
  } else {
    result.mask = cv::Mat::zeros(result.photo.rgb.size(), CV_8UC1);
    result.cover = result.mask;
  }
  return result;
}

MaskedCanonicalFace read_masked_canonical(const FaceRecord& record, bool mirrored,
                                          float mask_probability, int size,
                                          const Similarity& jitter,
                                          const synthesis::MaskSynthesizer& synthesizer,
                                          std::mt19937_64& engine) {
  const bool on_photo = Random(engine).chance(0.5F);
  const MaskedPhoto source =
      read_masked_photo(record, mirrored, on_photo ? mask_probability : 0.0F, synthesizer, engine);
  CanonicalFace face = make_canonical(source.photo, size, jitter);
  MaskedCanonicalFace result;
  if (on_photo || !Random(engine).chance(mask_probability)) {
    result.rgb = std::move(face.rgb);
    result.mask = warp_gray(source.mask, face.to_canonical, size);
    result.straps = straps_of(warp_gray(source.cover, face.to_canonical, size), result.mask);
    return result;
  }
  synthesis::MaskedFace worn = synthesizer.wear(face.rgb, to_synthesis(face.landmarks), engine);
  result.rgb = std::move(worn.image);
  result.mask = std::move(worn.mask);
  result.straps = straps_of(worn.alpha, result.mask);
  return result;
}

cv::Mat straps_of(const cv::Mat& cover, const cv::Mat& mask) {
  const int edge = std::max(1, cvRound(edge_width * static_cast<float>(mask.cols)));
  cv::Mat straps = cover.clone();
  straps.setTo(0, imaging::dilate_mask(mask > 0, edge));
  return straps;
}

cv::Mat warp_gray(const cv::Mat& gray, const Similarity& to_square, int size) {
  cv::Mat plane;
  cv::extractChannel(
      imaging::warp_to_square(imaging::as_view(gray, PixelFormat::gray), to_square, size), plane,
      0);
  return plane;
}

}  // namespace demask::training
