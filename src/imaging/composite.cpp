#include "imaging/composite.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <functional>
#include <opencv2/imgproc.hpp>

#include "imaging/mat.hpp"
#include "imaging/membrane.hpp"

namespace demask::imaging {
namespace {

// Lengths on the canonical face, as fractions of its side.
constexpr double feather_width = 0.014;  // inside the hole, within the ring that dilation added
constexpr double rim_width = 0.03;       // outside the hole, where colours are compared
constexpr double match_reach = 0.08;     // how far a colour difference at the rim reaches inwards

cv::Rect bounding_rectangle(const Patch& patch, cv::Size photo) {
  const cv::Rect hole = cv::boundingRect(patch.hole);
  if (hole.empty()) {
    return {};
  }
  const Similarity to_photo = patch.to_canonical.inverse();
  const auto left = static_cast<float>(hole.x - 1);
  const auto top = static_cast<float>(hole.y - 1);
  const auto right = static_cast<float>(hole.x + hole.width);
  const auto bottom = static_cast<float>(hole.y + hole.height);
  const Box box = bounding_box({to_photo({left, top}), to_photo({right, top}),
                                to_photo({left, bottom}), to_photo({right, bottom})});
  const auto limit = [](float value, int size) {
    return value > 0.0F ? static_cast<int>(std::min(value, static_cast<float>(size))) : 0;
  };
  const cv::Point first(limit(std::floor(box.x), photo.width),
                        limit(std::floor(box.y), photo.height));
  const cv::Point last(limit(std::ceil(box.right()) + 1.0F, photo.width),
                       limit(std::ceil(box.bottom()) + 1.0F, photo.height));
  return {first, last};
}

// Canonical pixels as seen through `rectangle` of the photo.
cv::Mat unwarp(const cv::Mat& canonical, const Similarity& to_canonical, const cv::Rect& rectangle,
               int interpolation, int border) {
  const Similarity from_rectangle = to_canonical * Similarity(1.0, 0.0, rectangle.x, rectangle.y);
  cv::Mat result;
  cv::warpAffine(canonical, result, as_mat(from_rectangle), rectangle.size(),
                 interpolation | cv::WARP_INVERSE_MAP, border, cv::Scalar::all(0));
  return result;
}

// The canonical face's side in pixels of the photo.
double side_of(const Patch& patch) {
  return (patch.hole.cols - 2 * patch.room) / patch.to_canonical.scale();
}

cv::Rect rectangle_of(const MaskRegion& region) {
  return {region.x, region.y, region.pixels.width(), region.pixels.height()};
}

cv::Rect grow(const cv::Rect& rectangle, int margin, cv::Size photo) {
  const cv::Rect grown(rectangle.x - margin, rectangle.y - margin, rectangle.width + 2 * margin,
                       rectangle.height + 2 * margin);
  return grown & cv::Rect({0, 0}, photo);
}

// The painted pixels, with the detail removed that a photo of smaller scale cannot hold.
cv::Mat band_limited(const cv::Mat& painted, double scale) {
  if (scale <= 1.0) {
    return painted;
  }
  const double sigma = 0.5 * std::sqrt(scale * scale - 1.0);
  cv::Mat blurred;
  cv::GaussianBlur(painted, blurred, {0, 0}, sigma, sigma, cv::BORDER_REPLICATE);
  return blurred;
}

// The canonical pixels under `rectangle` of the photo, with `margin` more on each side.
cv::Rect canonical_rectangle(const Patch& patch, const cv::Rect& rectangle, int margin) {
  const auto left = static_cast<float>(rectangle.x);
  const auto top = static_cast<float>(rectangle.y);
  const auto right = static_cast<float>(rectangle.br().x - 1);
  const auto bottom = static_cast<float>(rectangle.br().y - 1);
  const Similarity& map = patch.to_canonical;
  const Box box = bounding_box(
      {map({left, top}), map({right, top}), map({left, bottom}), map({right, bottom})});
  const cv::Point first(cvFloor(box.x) - margin, cvFloor(box.y) - margin);
  const cv::Point last(cvCeil(box.right()) + margin + 1, cvCeil(box.bottom()) + margin + 1);
  return cv::Rect(first, last) & cv::Rect({0, 0}, patch.painted.size());
}

// The painted pixels as seen through `rectangle` of the photo. Where the photo has the larger
// scale, a cubic kernel first enlarges them by a whole factor, along rows and columns: several
// times faster than a warp with that kernel, and what is left for a bilinear one lies closer than
// the photo's pixels.
cv::Mat unwarp_painted(const Patch& patch, const cv::Rect& rectangle) {
  constexpr double largest_factor = 4.0;
  constexpr int kernel_reach = 2;
  const double scale = patch.to_canonical.scale();
  const cv::Rect source = canonical_rectangle(patch, rectangle, kernel_reach);
  if (scale >= 1.0 || source.empty()) {
    return unwarp(band_limited(patch.painted, scale), patch.to_canonical, rectangle,
                  cv::INTER_LINEAR, cv::BORDER_REPLICATE);
  }
  const double factor = std::min(std::ceil(1.0 / scale), largest_factor);
  cv::Mat enlarged;
  cv::resize(patch.painted(source), enlarged, {}, factor, factor, cv::INTER_CUBIC);
  const double shift = 0.5 * (factor - 1.0);  // pixel centres lie at halves
  const Similarity to_enlarged(factor, 0.0, shift - factor * source.x, shift - factor * source.y);
  return unwarp(enlarged, to_enlarged * patch.to_canonical, rectangle, cv::INTER_LINEAR,
                cv::BORDER_REPLICATE);
}

// Sums over square cells, smoothed: the colours of pixels in the first three channels, and in the
// fourth how many they are, both in fractions of a cell. Over cells a wide Gaussian is quick, and
// loses nothing that it would have kept.
struct CellSums {
  cv::Mat sums;  // CV_32FC4
  int factor;    // pixels along a cell's side
};

constexpr float least_weight = 1e-3F;  // of a cell that has a mean

// Sums `colour_of(y, x)` over the pixels where `counts(y, x)`, and smooths the sums with a Gaussian
// whose `sigma`, in pixels, is `cells_of_sigma` cells.
template <typename Colour, typename Counts>
CellSums smooth_over_cells(cv::Size size, double sigma, double cells_of_sigma, Colour colour_of,
                           Counts counts) {
  const int factor = std::max(1, static_cast<int>(sigma / cells_of_sigma));
  const cv::Size cells((size.width + factor - 1) / factor, (size.height + factor - 1) / factor);
  CellSums result{cv::Mat::zeros(cells, CV_32FC4), factor};
  const float share = 1.0F / static_cast<float>(factor * factor);
  for (int y = 0; y < size.height; ++y) {
    auto* sum = result.sums.ptr<cv::Vec4f>(y / factor);
    for (int x = 0; x < size.width; ++x) {
      if (counts(y, x)) {
        const cv::Vec3f colour = colour_of(y, x) * share;
        sum[x / factor] += cv::Vec4f(colour[0], colour[1], colour[2], share);
      }
    }
  }
  cv::GaussianBlur(result.sums, result.sums, {0, 0}, sigma / factor, sigma / factor,
                   cv::BORDER_ISOLATED);
  return result;
}

// Adds to the painted pixels the difference in colour that the photo has to them along the rim,
// spread over the hole by normalised convolution: the low frequencies of a membrane interpolation.
// It fades to zero where the rim is far.
void match_rim_colour(cv::Mat& painted, const cv::Mat& original, const cv::Mat& rim, double side) {
  const CellSums cells = smooth_over_cells(
      rim.size(), std::max(1.0, match_reach * side), 6.0,
      [&](int y, int x) {
        return cv::Vec3f(original.at<cv::Vec3b>(y, x)) - cv::Vec3f(painted.at<cv::Vec3b>(y, x));
      },
      [&](int y, int x) { return rim.at<std::uint8_t>(y, x) != 0; });
  cv::Mat mean(cells.sums.size(), CV_32FC3);
  std::transform(cells.sums.begin<cv::Vec4f>(), cells.sums.end<cv::Vec4f>(),
                 mean.begin<cv::Vec3f>(), [](const cv::Vec4f& sum) {
                   return cv::Vec3f(sum[0], sum[1], sum[2]) / std::max(sum[3], least_weight);
                 });
  cv::Mat spread;
  cv::resize(mean, spread, mean.size() * cells.factor, 0.0, 0.0, cv::INTER_LINEAR);
  cv::add(painted, spread(cv::Rect({0, 0}, painted.size())), painted, cv::noArray(), CV_8U);
}

// The pixels outside the hole where colours are compared, CV_8UC1 of 0 or 255. Neither what lies
// beyond the canonical face nor other holes are among them.
cv::Mat rim_of(const Patch& patch, const cv::Mat& hole, const cv::Mat& all_holes,
               const cv::Rect& rectangle) {
  cv::Mat distance;
  cv::distanceTransform(hole == 0, distance, cv::DIST_L2, cv::DIST_MASK_3);
  const cv::Mat inside(patch.painted.size(), CV_8UC1, cv::Scalar(255));
  cv::Mat rim =
      unwarp(inside, patch.to_canonical, rectangle, cv::INTER_NEAREST, cv::BORDER_CONSTANT);
  rim.setTo(0, distance > std::max(1.0, rim_width * side_of(patch)));
  rim.setTo(0, all_holes);
  return rim;
}

// Weight of the painted pixels: 0 outside the hole, rising to 1 over `width` pixels inside it.
cv::Mat feather_weight(const cv::Mat& hole, double width) {
  // The photo's border is no seam, so distances are measured as if the hole went on beyond it.
  cv::Mat padded;
  const int margin = static_cast<int>(std::ceil(width)) + 1;
  cv::copyMakeBorder(hole, padded, margin, margin, margin, margin, cv::BORDER_REPLICATE);
  cv::Mat distance;
  cv::distanceTransform(padded, distance, cv::DIST_L2, cv::DIST_MASK_3);
  cv::Mat weight = distance(cv::Rect(margin, margin, hole.cols, hole.rows)).clone();
  weight = cv::min(weight / (width + 1.0), 1.0);
  return weight;
}

// The sums at a pixel, between those of the four nearest cells.
cv::Vec4f sums_at(const CellSums& cells, int y, int x) {
  const auto place_of = [&cells](int pixel, int count) {
    const float place =
        (static_cast<float>(pixel) + 0.5F) / static_cast<float>(cells.factor) - 0.5F;
    return std::clamp(place, 0.0F, static_cast<float>(count - 1));
  };
  const float column = place_of(x, cells.sums.cols);
  const float row = place_of(y, cells.sums.rows);
  const int left = static_cast<int>(column);
  const int top = static_cast<int>(row);
  const int right = std::min(left + 1, cells.sums.cols - 1);
  const int bottom = std::min(top + 1, cells.sums.rows - 1);
  const float across = column - static_cast<float>(left);
  const float down = row - static_cast<float>(top);
  const auto* above = cells.sums.ptr<cv::Vec4f>(top);
  const auto* below = cells.sums.ptr<cv::Vec4f>(bottom);
  return (above[left] * (1.0F - across) + above[right] * across) * (1.0F - down) +
         (below[left] * (1.0F - across) + below[right] * across) * down;
}

// Where the painted pixels fade in, the photo's pixels become means of those around the holes: next
// to a mask's outline they are tinted and ringed by sharpening and compression, and would leave a
// thin line. Pixels too far from what is known stay: inside the hole they weigh little, and where
// another hole adjoins nothing better is known.
void clear_fading_ring(cv::Mat& original, const cv::Mat& all_holes, const cv::Mat& weight,
                       double width) {
  const CellSums cells = smooth_over_cells(
      original.size(), std::max(0.8, 0.5 * width), 2.0,
      [&](int y, int x) { return cv::Vec3f(original.at<cv::Vec3b>(y, x)); },
      [&](int y, int x) { return all_holes.at<std::uint8_t>(y, x) == 0; });
  for (int y = 0; y < original.rows; ++y) {
    const auto* alpha = weight.ptr<float>(y);
    auto* colour = original.ptr<cv::Vec3b>(y);
    for (int x = 0; x < original.cols; ++x) {
      if (alpha[x] == 0.0F || alpha[x] == 1.0F) {
        continue;
      }
      const cv::Vec4f sum = sums_at(cells, y, x);
      if (sum[3] < least_weight) {
        continue;
      }
      for (int c = 0; c < 3; ++c) {
        colour[x][c] = cv::saturate_cast<std::uint8_t>(sum[c] / sum[3]);
      }
    }
  }
}

// Rows [first, last) of the painted pixels over the photo's; nothing is written where `weight` is
// 0.
void mix_rows(const cv::Mat& painted, const cv::Mat& original, const cv::Mat& weight, int first,
              int last, cv::Mat& result) {
  for (int y = first; y < last; ++y) {
    const auto* top = painted.ptr<cv::Vec3b>(y);
    const auto* bottom = original.ptr<cv::Vec3b>(y);
    const auto* alpha = weight.ptr<float>(y);
    auto* out = result.ptr<cv::Vec3b>(y);
    for (int x = 0; x < result.cols; ++x) {
      if (alpha[x] == 0.0F) {
        continue;
      }
      for (int c = 0; c < 3; ++c) {
        const float mixed = alpha[x] * static_cast<float>(top[x][c]) +
                            (1.0F - alpha[x]) * static_cast<float>(bottom[x][c]);
        out[x][c] = cv::saturate_cast<std::uint8_t>(mixed);
      }
    }
  }
}

// The gradients are those of the painted pixels: they keep their shape, and a membrane through the
// differences around the hole brings them to the photo's colours.
cv::Mat blend_poisson(const cv::Mat& painted, const cv::Mat& original, const cv::Mat& hole) {
  cv::Mat offset;
  cv::subtract(original, painted, offset, cv::noArray(), CV_32F);
  fill_membrane(offset, hole);
  cv::Mat blended;
  painted.convertTo(blended, CV_32F);
  blended += offset;
  blended.convertTo(blended, CV_8U);
  return blended;
}

// Order of the photo's channels that hold red, green and blue.
cv::Vec3i rgb_order(PixelFormat format) {
  switch (format) {
    case PixelFormat::bgr:
    case PixelFormat::bgra:
      return {2, 1, 0};
    case PixelFormat::gray:
      return {0, 0, 0};
    default:
      return {0, 1, 2};
  }
}

void write_pixels(const cv::Mat& rgb, const cv::Mat& hole, const cv::Rect& rectangle,
                  Image& photo) {
  const int step = channels(photo.format());
  const cv::Vec3i order = rgb_order(photo.format());
  cv::Mat gray;
  if (photo.format() == PixelFormat::gray) {
    cv::cvtColor(rgb, gray, cv::COLOR_RGB2GRAY);
  }
  for (int y = 0; y < rectangle.height; ++y) {
    std::uint8_t* pixel = photo.row(rectangle.y + y) + std::ptrdiff_t{rectangle.x} * step;
    for (int x = 0; x < rectangle.width; ++x, pixel += step) {
      if (hole.at<std::uint8_t>(y, x) == 0) {
        continue;
      }
      if (step == 1) {
        *pixel = gray.at<std::uint8_t>(y, x);
        continue;
      }
      const auto& value = rgb.at<cv::Vec3b>(y, x);
      for (int c = 0; c < 3; ++c) {
        pixel[order[c]] = value[c];
      }
    }
  }
}

cv::Mat rgb_of(Image& photo, const cv::Rect& rectangle) {
  ImageView view = photo.view();
  view.stride = photo.stride();
  view.data = photo.row(rectangle.y) + std::ptrdiff_t{rectangle.x} * channels(photo.format());
  view.width = rectangle.width;
  view.height = rectangle.height;
  return to_rgb(view).clone();
}

// The painted pixels joined to those of the photo's `rectangle`, in which `hole` lies.
cv::Mat blend_feather(const Patch& patch, const cv::Mat& hole, const cv::Mat& all_holes,
                      const cv::Rect& rectangle, const core::Workers& workers, Image& photo) {
  constexpr std::size_t bands = 4;
  const double side = side_of(patch);
  const double fade = std::max(1.0, feather_width * side);
  cv::Mat painted;
  cv::Mat original;
  cv::Mat rim;
  cv::Mat weight;
  const std::array<std::function<void()>, 3> preparations = {
      [&] { painted = unwarp_painted(patch, rectangle); },
      [&] { rim = rim_of(patch, hole, all_holes, rectangle); },
      [&] {
        original = rgb_of(photo, rectangle);
        weight = feather_weight(hole, fade);
        clear_fading_ring(original, all_holes, weight, fade);
      }};
  workers.for_each(preparations.size(), [&](std::size_t i) { preparations[i](); });
  match_rim_colour(painted, original, rim, side);
  cv::Mat result(original.size(), CV_8UC3);
  const auto row_of = [&result](std::size_t band) {
    return static_cast<int>(band * static_cast<std::size_t>(result.rows) / bands);
  };
  workers.for_each(bands, [&](std::size_t band) {
    mix_rows(painted, original, weight, row_of(band), row_of(band + 1), result);
  });
  return result;
}

}  // namespace

MaskRegion project_hole(const Patch& patch, cv::Size photo) {
  const cv::Rect rectangle = bounding_rectangle(patch, photo);
  if (rectangle.empty()) {
    return {};
  }
  const cv::Mat soft =
      unwarp(patch.hole, patch.to_canonical, rectangle, cv::INTER_LINEAR, cv::BORDER_CONSTANT);
  const cv::Mat mask = soft >= 128;
  const cv::Rect covered = cv::boundingRect(mask);
  if (covered.empty()) {
    return {};
  }
  return {rectangle.x + covered.x, rectangle.y + covered.y,
          to_image(mask(covered), PixelFormat::gray)};
}

void mark(const MaskRegion& region, Image& changed) {
  if (region.pixels.empty()) {
    return;
  }
  const cv::Mat pixels = as_mat(region.pixels.view());
  as_mat(changed)(rectangle_of(region)).setTo(255, pixels);
}

cv::Rect touched_area(const Patch& patch, const MaskRegion& region, cv::Size photo) {
  const int margin = static_cast<int>(std::ceil(rim_width * side_of(patch))) + 2;
  return grow(rectangle_of(region), margin, photo);
}

void composite(const Patch& patch, const MaskRegion& region, const Image& holes, BlendMode blend,
               const core::Workers& workers, Image& photo) {
  if (region.pixels.empty()) {
    return;
  }
  const cv::Rect inner = rectangle_of(region);
  const cv::Rect outer = touched_area(patch, region, {photo.width(), photo.height()});
  cv::Mat hole = cv::Mat::zeros(outer.size(), CV_8UC1);
  as_mat(region.pixels.view()).copyTo(hole(inner - outer.tl()));
  cv::Mat result;
  switch (blend) {
    case BlendMode::feather:
      result = blend_feather(patch, hole, as_mat(holes.view())(outer), outer, workers, photo);
      break;
    case BlendMode::poisson:
      result = blend_poisson(unwarp_painted(patch, outer), rgb_of(photo, outer), hole);
      break;
    case BlendMode::none:
      result = unwarp_painted(patch, outer);
      break;
  }
  write_pixels(result, hole, outer, photo);
}

}  // namespace demask::imaging
