// SPDX-License-Identifier: Apache-2.0
#include "video_picture.hpp"

extern "C" {
#include <libavutil/opt.h>
}

#include <algorithm>
#include <cstdlib>
#include <new>
#include <opencv2/imgproc.hpp>
#include <utility>
#include <vector>

namespace demask::program {
namespace {

/// Bytes of a row of pixels are padded to this, which swscale's fast paths may write.
constexpr int row_alignment = 64;

/// A plane of a frame: brightness or color.
struct Plane {
  int shift_x = 0;  ///< Samples are 2^shift_x pixels wide.
  int shift_y = 0;
  cv::Mat samples;
};

/// The planes of a planar YUV frame, without copying.
std::array<Plane, 3> planes_of(const AVFrame& frame) {
  const auto format = static_cast<AVPixelFormat>(frame.format);
  const AVPixFmtDescriptor& description = *av_pix_fmt_desc_get(format);
  const int type = depth_of(format) > 8 ? CV_16UC1 : CV_8UC1;
  std::array<Plane, 3> planes;
  for (std::size_t i = 0; i < planes.size(); ++i) {
    const int shift_x = i == 0 ? 0 : description.log2_chroma_w;
    const int shift_y = i == 0 ? 0 : description.log2_chroma_h;
    planes[i] = {
        shift_x, shift_y,
        cv::Mat(AV_CEIL_RSHIFT(frame.height, shift_y), AV_CEIL_RSHIFT(frame.width, shift_x), type,
                frame.data[i], static_cast<std::size_t>(frame.linesize[i]))};
  }
  return planes;
}

/// The formats that frames are worked on in: by chroma sampling, then depth.
AVPixelFormat planar_of(int shift_x, int shift_y, bool is_deep) {
  if (shift_x >= 1 && shift_y >= 1) {
    return is_deep ? AV_PIX_FMT_YUV420P10 : AV_PIX_FMT_YUV420P;
  }
  if (shift_x == 1) {
    return is_deep ? AV_PIX_FMT_YUV422P10 : AV_PIX_FMT_YUV422P;
  }
  return is_deep ? AV_PIX_FMT_YUV444P10 : AV_PIX_FMT_YUV444P;
}

/// The matrix by which a frame's colors are coded, as its tag says or, without one that swscale
/// knows, as players guess it from the size.
AVColorSpace matrix_of(const AVFrame& frame) {
  switch (frame.colorspace) {
    case AVCOL_SPC_BT709:
    case AVCOL_SPC_FCC:
    case AVCOL_SPC_BT470BG:
    case AVCOL_SPC_SMPTE170M:
    case AVCOL_SPC_SMPTE240M:
    case AVCOL_SPC_BT2020_NCL:
      return frame.colorspace;
    case AVCOL_SPC_BT2020_CL:
      return AVCOL_SPC_BT2020_NCL;
    default:
      break;
  }
  constexpr int hd_width = 1280;
  constexpr int max_sd_height = 576;
  // Upright and turned clips alike.
  const bool is_hd = std::max(frame.width, frame.height) >= hd_width ||
                     std::min(frame.width, frame.height) > max_sd_height;
  return is_hd ? AVCOL_SPC_BT709 : AVCOL_SPC_SMPTE170M;
}

/// The samples of a plane that lie over any changed pixel.
cv::Mat changed_samples(const cv::Mat& changed, const Plane& plane) {
  if (plane.shift_x == 0 && plane.shift_y == 0) {
    return changed;
  }
  const cv::Size size = plane.samples.size();
  const int width = size.width << plane.shift_x;
  const int height = size.height << plane.shift_y;
  cv::Mat padded;
  cv::copyMakeBorder(changed, padded, 0, height - changed.rows, 0, width - changed.cols,
                     cv::BORDER_REPLICATE);
  cv::Mat mean;
  cv::resize(padded, mean, size, 0.0, 0.0, cv::INTER_AREA);
  return mean;
}

/// A rectangle around all changed pixels, in steps of a few pixels so that its size rarely changes.
cv::Rect changed_area(const cv::Mat& changed) {
  constexpr int step = 32;
  const cv::Rect tight = cv::boundingRect(changed);
  if (tight.empty()) {
    return {};
  }
  const cv::Point top_left(tight.x / step * step, tight.y / step * step);
  const cv::Rect steps(top_left, cv::Size((tight.br().x - top_left.x + step - 1) / step * step,
                                          (tight.br().y - top_left.y + step - 1) / step * step));
  return steps & cv::Rect({0, 0}, changed.size());
}

}  // namespace

Orientation orientation_of(const std::int32_t* display_matrix) {
  // A pixel (x, y) is shown at (a x + c y, b x + d y).
  const std::int64_t a = display_matrix[0];
  const std::int64_t b = display_matrix[1];
  const std::int64_t c = display_matrix[3];
  const std::int64_t d = display_matrix[4];
  if (std::abs(a) + std::abs(d) >= std::abs(b) + std::abs(c)) {
    return {false, a < 0, d < 0};
  }
  return {true, c < 0, b < 0};
}

int depth_of(AVPixelFormat format) { return av_pix_fmt_desc_get(format)->comp[0].depth; }

AVPixelFormat planar_format(AVPixelFormat format) {
  const AVPixFmtDescriptor& description = *av_pix_fmt_desc_get(format);
  const bool is_deep = description.comp[0].depth > 8;
  if ((description.flags & (AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL)) != 0) {
    return planar_of(0, 0, is_deep);
  }
  if (description.nb_components < 3) {
    return planar_of(1, 1, is_deep);
  }
  const bool is_subsampled_oddly = description.log2_chroma_w > 1 && description.log2_chroma_h == 0;
  return is_subsampled_oddly
             ? planar_of(0, 0, is_deep)
             : planar_of(description.log2_chroma_w, description.log2_chroma_h, is_deep);
}

AVPixelFormat full_chroma_format(AVPixelFormat planar) {
  return planar_of(0, 0, depth_of(planar) > 8);
}

PixelConverter::Side PixelConverter::side_of(const AVFrame& frame, const AVFrame& whole) {
  return {frame.format, frame.width, frame.height, matrix_of(whole),
          frame.color_range == AVCOL_RANGE_JPEG};
}

PixelConverter::Side PixelConverter::bgr_side(const cv::Mat& bgr) {
  return {AV_PIX_FMT_BGR24, bgr.cols, bgr.rows, AVCOL_SPC_SMPTE170M, true};
}

SwsContext& PixelConverter::context(const Side& from, const Side& to) {
  if (context_ && from == from_ && to == to_) {
    return *context_;
  }
  context_.reset(sws_alloc_context());
  // swscale chooses its path by the ranges, so these are set before it starts.
  const std::vector<std::pair<const char*, int>> options = {
      {"srcw", from.width},
      {"srch", from.height},
      {"src_format", from.format},
      {"src_range", from.full_range ? 1 : 0},
      {"dstw", to.width},
      {"dsth", to.height},
      {"dst_format", to.format},
      {"dst_range", to.full_range ? 1 : 0},
      {"sws_flags", SWS_BILINEAR | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT}};
  bool is_usable = context_ != nullptr;
  for (const auto& [name, value] : options) {
    is_usable = is_usable && av_opt_set_int(context_.get(), name, value, 0) >= 0;
  }
  constexpr int one = 1 << 16;
  is_usable = is_usable && sws_init_context(context_.get(), nullptr, nullptr) >= 0 &&
              sws_setColorspaceDetails(context_.get(), sws_getCoefficients(from.matrix),
                                       from.full_range ? 1 : 0, sws_getCoefficients(to.matrix),
                                       to.full_range ? 1 : 0, 0, one, one) >= 0;
  if (!is_usable) {
    context_.reset();
    throw std::bad_alloc();
  }
  from_ = from;
  to_ = to;
  return *context_;
}

void PixelConverter::convert(const AVFrame& from, AVFrame& to) {
  SwsContext& tables = context(side_of(from, from), side_of(to, to));
  if (sws_scale(&tables, from.data, from.linesize, 0, from.height, to.data, to.linesize) < 0) {
    throw std::bad_alloc();
  }
}

cv::Mat PixelConverter::to_bgr(const AVFrame& from) {
  const int columns = (from.width + row_alignment - 1) / row_alignment * row_alignment;
  cv::Mat bgr = cv::Mat(from.height, columns, CV_8UC3)(cv::Rect(0, 0, from.width, from.height));
  SwsContext& tables = context(side_of(from, from), bgr_side(bgr));
  std::uint8_t* const rows[] = {bgr.data};
  const int steps[] = {static_cast<int>(bgr.step[0])};
  if (sws_scale(&tables, from.data, from.linesize, 0, from.height, rows, steps) < 0) {
    throw std::bad_alloc();
  }
  return bgr;
}

void PixelConverter::from_bgr(const cv::Mat& bgr, AVFrame& to, const AVFrame& whole) {
  SwsContext& tables = context(bgr_side(bgr), side_of(to, whole));
  const std::uint8_t* const rows[] = {bgr.data};
  const int steps[] = {static_cast<int>(bgr.step[0])};
  if (sws_scale(&tables, rows, steps, 0, bgr.rows, to.data, to.linesize) < 0) {
    throw std::bad_alloc();
  }
}

libav::Frame turned(const AVFrame& frame, const Orientation& orientation) {
  const bool is_transposed = orientation.is_transposed;
  libav::Frame upright = libav::make_frame(static_cast<AVPixelFormat>(frame.format),
                                           is_transposed ? frame.height : frame.width,
                                           is_transposed ? frame.width : frame.height, frame);
  if (is_transposed && frame.sample_aspect_ratio.num > 0) {
    upright->sample_aspect_ratio = av_inv_q(frame.sample_aspect_ratio);
  }
  const std::array<Plane, 3> from = planes_of(frame);
  const std::array<Plane, 3> to = planes_of(*upright);
  for (std::size_t i = 0; i < from.size(); ++i) {
    cv::Mat samples = from[i].samples;
    if (is_transposed) {
      cv::Mat transposed;
      cv::transpose(samples, transposed);
      samples = transposed;
    }
    if (orientation.mirrors_x && orientation.mirrors_y) {
      cv::flip(samples, to[i].samples, -1);
    } else if (orientation.mirrors_x || orientation.mirrors_y) {
      cv::flip(samples, to[i].samples, orientation.mirrors_x ? 1 : 0);
    } else {
      samples.copyTo(to[i].samples);
    }
  }
  return upright;
}

void paint(AVFrame& frame, const cv::Mat& bgr, const cv::Mat& changed, PixelConverter& converter) {
  const cv::Rect area = changed_area(changed);
  if (area.empty()) {
    return;
  }
  if (av_frame_make_writable(&frame) < 0) {
    throw std::bad_alloc();
  }
  const libav::Frame patch =
      libav::make_frame(static_cast<AVPixelFormat>(frame.format), area.width, area.height, frame);
  converter.from_bgr(bgr(area), *patch, frame);
  const std::array<Plane, 3> from = planes_of(*patch);
  const std::array<Plane, 3> to = planes_of(frame);
  for (std::size_t i = 0; i < from.size(); ++i) {
    const cv::Rect samples(area.x >> to[i].shift_x, area.y >> to[i].shift_y, from[i].samples.cols,
                           from[i].samples.rows);
    from[i].samples.copyTo(to[i].samples(samples), changed_samples(changed(area), from[i]));
  }
}

}  // namespace demask::program
