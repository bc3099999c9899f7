// SPDX-License-Identifier: Apache-2.0
#include "synthesis/mask_synthesizer.hpp"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <optional>
#include <stdexcept>
#include <vector>

#include "synthesis/fabric.hpp"
#include "synthesis/mask_compositing.hpp"
#include "synthesis/mask_raster.hpp"
#include "synthesis/mask_shape.hpp"
#include "synthesis/mask_template.hpp"
#include "synthesis/refabric.hpp"

namespace demask::synthesis {

struct MaskSynthesizer::Assets {
  std::vector<TemplateFamily> templates;
  std::vector<cv::Mat> cloths;
};

namespace {

constexpr float template_share = 0.30F;
constexpr float hem_share = 0.30F;

Cut random_cut(Random& random) {
  static constexpr std::array<Cut, 4> cuts{Cut::surgical, Cut::cloth, Cut::ffp2, Cut::cup};
  return cuts[random.weighted({0.42F, 0.38F, 0.13F, 0.07F})];
}

const char* name_of(Cut cut) {
  switch (cut) {
    case Cut::surgical:
      return "surgical";
    case Cut::cloth:
      return "cloth";
    case Cut::ffp2:
      return "ffp2";
    case Cut::cup:
      return "cup";
  }
  return "";
}

// The cut whose proportions suit a photographed mask.
Cut cut_of(const TemplateFamily& family) {
  if (family.name.rfind("surgical", 0) == 0) {
    return Cut::surgical;
  }
  if (family.name == "KN95") {
    return Cut::ffp2;
  }
  if (family.name == "N95" || family.name == "gas") {
    return Cut::cup;
  }
  return Cut::cloth;
}

const TemplateFamily& random_family(const std::vector<TemplateFamily>& families, Random& random) {
  std::vector<float> weights;
  // Half-face gas masks are rare in the street.
  for (const TemplateFamily& family : families) {
    weights.push_back(family.name == "gas" ? 0.04F : 1.0F);
  }
  return families[random.weighted(weights.begin(), weights.end())];
}

// The part of the photo that a mask with its straps and shadow can touch.
cv::Rect touched_area(const MaskSurface& surface, const LandmarkPoints& landmarks,
                      const FaceFrame& frame, cv::Size size) {
  const cv::Rect2f bounds = surface.bounds();
  const float pad = 0.3F * frame.scale;
  const float left = std::min({bounds.x, landmarks[0].x, landmarks[16].x}) - pad;
  const float right = std::max({bounds.br().x, landmarks[0].x, landmarks[16].x}) + pad;
  const float top = std::min({bounds.y, landmarks[0].y, landmarks[16].y}) - pad;
  const float bottom = bounds.br().y + pad;
  return cv::Rect(cv::Point(cvFloor(left), cvFloor(top)),
                  cv::Point(cvCeil(right), cvCeil(bottom))) &
         cv::Rect({}, size);
}

// Size of the flat mask at which its pixels are about as large as the photo's.
cv::Size flat_size(const MaskSurface& surface) {
  const cv::Rect2f bounds = surface.bounds();
  return {std::clamp(cvRound(bounds.width * 1.15F), 48, 640),
          std::clamp(cvRound(bounds.height), 40, 512)};
}

// The color of a hem to add, if any: photographed masks have hems of their own, but a network must
// also see other hems.
std::optional<cv::Scalar> random_hem(const cv::Mat& photo, const cv::Mat& body, bool often_rare,
                                     Random& random) {
  if (!often_rare || !random.chance(hem_share)) {
    return std::nullopt;
  }
  return random_hem_color(photo, body, random);
}

// The face that gets a mask.
struct Wearer {
  const cv::Mat& photo;  // CV_8UC3, RGB.
  const LandmarkPoints& landmarks;
  const FaceFrame& frame;
  const FaceLight& light;
  cv::Rect area;  // The part of the photo that the mask can touch.
};

// A procedural mask. `cloths` are photographed fabrics; `often_rare` as in random_wear().
MaskLayer wear_fabric(Cut cut, const MaskSurface& surface, const Wearer& wearer,
                      const std::vector<cv::Mat>& cloths, bool often_rare, Random& random) {
  const cv::Rect& area = wearer.area;
  MaskLayer layer;
  layer.area = area;
  layer.body = cv::Mat(area.size(), CV_8UC1, cv::Scalar(0));
  draw_coverage(surface, true, layer.body,
                cv::Point2f(static_cast<float>(area.x), static_cast<float>(area.y)));
  const Fabric fabric =
      paint_fabric(cut, flat_size(surface), wearer.light.direction, cloths,
                   random_hem(wearer.photo(area), layer.body, often_rare, random), random);
  cv::Mat map = surface_coordinates(surface, area);
  const cv::Scalar extent(fabric.color.cols, fabric.color.rows);
  cv::multiply(map, extent, map);
  cv::subtract(map, cv::Scalar::all(0.5), map);
  cv::remap(fabric.color, layer.color, map, cv::noArray(), cv::INTER_LINEAR, cv::BORDER_REPLICATE);
  StrapMake straps = random_straps(fabric.strap, often_rare, random);
  if (straps.are_cloth) {
    straps.color = cv::mean(fabric.color);
  }
  draw_straps(layer, surface, wearer.landmarks, wearer.frame, straps, random);
  return layer;
}

}  // namespace

MaskSynthesizer::MaskSynthesizer(std::shared_ptr<const Assets> assets)
    : assets_(std::move(assets)) {}

MaskSynthesizer MaskSynthesizer::procedural() {
  return MaskSynthesizer(std::make_shared<const Assets>());
}

MaskSynthesizer MaskSynthesizer::with_templates(const std::filesystem::path& folder) {
  return MaskSynthesizer(
      std::make_shared<const Assets>(Assets{load_templates(folder), load_cloths(folder)}));
}

MaskSynthesizer MaskSynthesizer::for_training() const {
  MaskSynthesizer other(*this);
  other.often_rare_ = true;
  return other;
}

MaskedFace MaskSynthesizer::wear(const cv::Mat& rgb, const LandmarkPoints& landmarks,
                                 std::mt19937_64& rng) const {
  if (rgb.empty() || rgb.type() != CV_8UC3) {
    throw std::invalid_argument(
        "rgb: empty or not an 8-bit image with three channels; convert it first");
  }
  Random random(rng);
  const FaceFrame frame = face_frame(landmarks);
  const TemplateFamily* family = nullptr;
  if (!assets_->templates.empty() && random.chance(template_share)) {
    family = &random_family(assets_->templates, random);
  }
  const Cut cut = family != nullptr ? cut_of(*family) : random_cut(random);
  const MaskSurface surface(landmarks, frame, cut, random_wear(cut, often_rare_, random), random);
  const cv::Rect area = touched_area(surface, landmarks, frame, rgb.size());

  MaskedFace result;
  result.kind = family != nullptr ? "template:" + family->name : name_of(cut);
  result.image = rgb.clone();
  result.mask = cv::Mat(rgb.size(), CV_8UC1, cv::Scalar(0));
  result.alpha = cv::Mat(rgb.size(), CV_8UC1, cv::Scalar(0));
  if (area.width >= 4 && area.height >= 4) {
    const FaceLight light = estimate_light(rgb, landmarks, frame, area);
    MaskLayer layer = family != nullptr
                          ? wear_template(*family, surface, frame, area, assets_->cloths, random)
                          : wear_fabric(cut, surface, {rgb, landmarks, frame, light, area},
                                        assets_->cloths, often_rare_, random);
    composite(layer, light, estimate_blur(rgb, landmarks, frame), frame, result.image, random);
    cv::compare(layer.body, cv::Scalar(127), result.mask(area), cv::CMP_GT);
    layer.alpha.copyTo(result.alpha(area));
  }
  degrade(result.image, random);
  return result;
}

cv::Mat MaskSynthesizer::coverage(const LandmarkPoints& landmarks, cv::Size size,
                                  std::mt19937_64& rng) const {
  Random random(rng);
  const FaceFrame frame = face_frame(landmarks);
  const Cut cut = random_cut(random);
  const MaskSurface surface(landmarks, frame, cut, random_wear(cut, often_rare_, random), random);
  cv::Mat mask(size, CV_8UC1, cv::Scalar(0));
  draw_coverage(surface, false, mask);
  return mask;
}

void MaskSynthesizer::replace_fabric(cv::Mat& rgb, const cv::Mat& mask,
                                     std::mt19937_64& rng) const {
  Random random(rng);
  synthesis::replace_fabric(rgb, mask, assets_->cloths, random);
}

}  // namespace demask::synthesis
