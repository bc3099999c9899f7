// SPDX-License-Identifier: Apache-2.0
#include "video_reader.hpp"

extern "C" {
#include <libavutil/mastering_display_metadata.h>
}

#include <fmt/format.h>

#include <cstdint>
#include <cstring>
#include <limits>
#include <new>
#include <utility>
#include <vector>

#include "demask/error.hpp"
#include "video_libav.hpp"
#include "video_parts.hpp"
#include "video_picture.hpp"

namespace demask::program {
namespace {

namespace fs = std::filesystem;

/// What a stream says about all of its frames, in the form of `type`; null if it says nothing.
const std::uint8_t* side_data(const AVStream& stream, AVPacketSideDataType type) {
#if LIBAVFORMAT_VERSION_INT >= AV_VERSION_INT(60, 15, 100)
  const AVPacketSideData* const data = av_packet_side_data_get(
      stream.codecpar->coded_side_data, stream.codecpar->nb_coded_side_data, type);
  return data == nullptr ? nullptr : data->data;
#else
  return av_stream_get_side_data(&stream, type, nullptr);
#endif
}

/// Gives a frame what its stream says about the brightness of the screen, unless the frame itself
/// says it.
void add_screen_data(AVFrame& frame, const AVStream& stream) {
  struct Kind {
    AVPacketSideDataType of_stream;
    AVFrameSideDataType of_frame;
    std::size_t size;
  };
  const Kind kinds[] = {
      {AV_PKT_DATA_MASTERING_DISPLAY_METADATA, AV_FRAME_DATA_MASTERING_DISPLAY_METADATA,
       sizeof(AVMasteringDisplayMetadata)},
      {AV_PKT_DATA_CONTENT_LIGHT_LEVEL, AV_FRAME_DATA_CONTENT_LIGHT_LEVEL,
       sizeof(AVContentLightMetadata)}};
  for (const Kind& kind : kinds) {
    const std::uint8_t* const bytes = side_data(stream, kind.of_stream);
    if (bytes == nullptr || av_frame_get_side_data(&frame, kind.of_frame) != nullptr) {
      continue;
    }
    AVFrameSideData* const data = av_frame_new_side_data(&frame, kind.of_frame, kind.size);
    if (data == nullptr) {
      throw std::bad_alloc();
    }
    std::memcpy(data->data, bytes, kind.size);
  }
}

std::int64_t duration_of(const AVFrame& frame) {
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(57, 30, 100)
  return frame.duration;
#else
  return frame.pkt_duration;
#endif
}

/// The formats of full-range YUV whose names say so are those of YUV with a tag.
void replace_range_formats(AVFrame& frame) {
  const std::vector<std::pair<AVPixelFormat, AVPixelFormat>> formats = {
      {AV_PIX_FMT_YUVJ420P, AV_PIX_FMT_YUV420P},
      {AV_PIX_FMT_YUVJ422P, AV_PIX_FMT_YUV422P},
      {AV_PIX_FMT_YUVJ444P, AV_PIX_FMT_YUV444P},
      {AV_PIX_FMT_YUVJ440P, AV_PIX_FMT_YUV440P},
      {AV_PIX_FMT_YUVJ411P, AV_PIX_FMT_YUV411P}};
  for (const auto& [old_format, format] : formats) {
    if (frame.format == old_format) {
      frame.format = format;
      frame.color_range = AVCOL_RANGE_JPEG;
    }
  }
}

/// Gray without a tag has the full range, unlike YUV.
void tag_gray(AVFrame& frame) {
  const AVPixFmtDescriptor& description =
      *av_pix_fmt_desc_get(static_cast<AVPixelFormat>(frame.format));
  if (description.nb_components < 3 && (description.flags & AV_PIX_FMT_FLAG_PAL) == 0 &&
      frame.color_range == AVCOL_RANGE_UNSPECIFIED) {
    frame.color_range = AVCOL_RANGE_JPEG;
  }
}

/// Tags that RGB frames lose when they become YUV.
void tag_as_yuv(AVFrame& frame, const AVFrame& source) {
  const bool was_rgb = (av_pix_fmt_desc_get(static_cast<AVPixelFormat>(source.format))->flags &
                        (AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL)) != 0;
  if (was_rgb) {
    frame.colorspace = AVCOL_SPC_UNSPECIFIED;
    frame.color_range = AVCOL_RANGE_UNSPECIFIED;
  }
}

}  // namespace

class VideoReader::Implementation {
 public:
  explicit Implementation(const fs::path& path)
      : path_(path), input_(path), decoder_(avcodec_alloc_context3(&input_.decoder())) {
    if (!decoder_) {
      throw std::bad_alloc();
    }
    const AVStream& stream = input_.video();
    for (unsigned i = 0; i < input_.context().nb_streams; ++i) {
      AVStream& other = *input_.context().streams[i];
      other.discard = &other == &stream ? other.discard : AVDISCARD_ALL;
    }
    decoder_->pkt_timebase = stream.time_base;
    decoder_->thread_count = libav::codec_threads();
    int result = avcodec_parameters_to_context(decoder_.get(), stream.codecpar);
    if (result >= 0) {
      result = avcodec_open2(decoder_.get(), &input_.decoder(), nullptr);
    }
    if (result < 0) {
      throw Error(ErrorCode::unreadable_file,
                  fmt::format("{}: cannot be decoded ({}); check that it is a complete video",
                              path.string(), libav::error_text(result)));
    }
  }

  std::optional<FilmFrame> read() {
    while (true) {
      libav::Frame frame = libav::make_frame();
      const int result = avcodec_receive_frame(decoder_.get(), frame.get());
      if (result == 0) {
        return film_frame(std::move(frame));
      }
      if (result == AVERROR_EOF || (is_at_end_ && result != AVERROR(EAGAIN))) {
        return std::nullopt;
      }
      if (result != AVERROR(EAGAIN)) {
        ++damaged_packets_;
      }
      feed_decoder();
    }
  }

  std::size_t frame_count() const {
    const AVStream& stream = input_.video();
    if (stream.nb_frames > 0) {
      return static_cast<std::size_t>(stream.nb_frames);
    }
    const double seconds =
        static_cast<double>(input_.context().duration) / static_cast<double>(AV_TIME_BASE);
    const double count = seconds * av_q2d(stream.avg_frame_rate);
    constexpr double max_count = 1e9;
    return count > 0.0 && count < max_count ? static_cast<std::size_t>(count) : 0;
  }

  std::string damage() const {
    if (is_at_end_ && (read_error_ != AVERROR_EOF || is_cut_off(path_))) {
      const std::size_t promised = frame_count();
      const std::string total = promised > frames_ ? fmt::format(" of {}", promised) : "";
      return fmt::format("is cut off: ends after {}{} frames; these are written", frames_, total);
    }
    return damaged_packets_ > 0 ? fmt::format("{} damaged frames are left out", damaged_packets_)
                                : std::string();
  }

 private:
  /// Hands the next packet of the stream to the decoder or, at the end, asks it for the frames that
  /// it still holds.
  void feed_decoder() {
    const libav::Packet packet = libav::make_packet();
    while (!is_at_end_) {
      read_error_ = input_.read(*packet);
      if (read_error_ < 0) {
        is_at_end_ = true;
        avcodec_send_packet(decoder_.get(), nullptr);
        return;
      }
      const bool is_picture = packet->stream_index == input_.video().index;
      if (is_picture) {
        if (avcodec_send_packet(decoder_.get(), packet.get()) < 0) {
          ++damaged_packets_;
        }
      }
      av_packet_unref(packet.get());
      if (is_picture) {
        return;
      }
    }
  }

  FilmFrame film_frame(libav::Frame frame) {
    set_time(*frame);
    auto coded = std::make_shared<CodedFrame>();
    coded->duration = duration_of(*frame);
    coded->pixels = upright(std::move(frame));
    ++frames_;
    const double seconds =
        static_cast<double>(coded->pixels->pts) * av_q2d(input_.video().time_base);
    cv::Mat bgr = to_bgr_.to_bgr(*coded->pixels);
    return {std::move(coded), std::move(bgr), seconds};
  }

  void set_time(AVFrame& frame) {
    const std::int64_t step = std::max<std::int64_t>(duration_of(frame), 1);
    std::int64_t time = frame.best_effort_timestamp;
    if (time == AV_NOPTS_VALUE) {
      time = frames_ == 0 ? 0 : last_time_ + step;
    } else {
      time -= input_.time_origin(input_.video());
    }
    if (frames_ > 0 && time <= last_time_) {
      time = last_time_ + 1;
    }
    frame.pts = time;
    last_time_ = time;
  }

  /// Converts a decoded frame to a planar format and turns it upright.
  libav::Frame upright(libav::Frame frame) {
    replace_range_formats(*frame);
    tag_gray(*frame);
    AVStream& stream = input_.video();
    frame->sample_aspect_ratio =
        av_guess_sample_aspect_ratio(&input_.context(), &stream, frame.get());
    add_screen_data(*frame, stream);
    const Orientation orientation = orientation_of_frame(*frame);
    av_frame_remove_side_data(frame.get(), AV_FRAME_DATA_DISPLAYMATRIX);
    const AVPixelFormat format = planar_format(static_cast<AVPixelFormat>(frame->format));
    const bool needs_full_chroma = orientation.is_transposed && is_wide_chroma(format);
    frame = in_format(std::move(frame), needs_full_chroma ? full_chroma_format(format) : format);
    if (orientation.turns()) {
      frame = turned(*frame, orientation);
    }
    return in_format(std::move(frame), format);
  }

  Orientation orientation_of_frame(const AVFrame& frame) const {
    const auto* matrix =
        reinterpret_cast<const std::int32_t*>(side_data(input_.video(), AV_PKT_DATA_DISPLAYMATRIX));
    if (matrix == nullptr) {
      const AVFrameSideData* const data =
          av_frame_get_side_data(&frame, AV_FRAME_DATA_DISPLAYMATRIX);
      matrix = data == nullptr ? nullptr : reinterpret_cast<const std::int32_t*>(data->data);
    }
    return matrix == nullptr ? Orientation() : orientation_of(matrix);
  }

  static bool is_wide_chroma(AVPixelFormat format) {
    const AVPixFmtDescriptor& description = *av_pix_fmt_desc_get(format);
    return description.log2_chroma_w != description.log2_chroma_h;
  }

  libav::Frame in_format(libav::Frame frame, AVPixelFormat format) {
    if (frame->format == format) {
      return frame;
    }
    libav::Frame converted = libav::make_frame(format, frame->width, frame->height, *frame);
    tag_as_yuv(*converted, *frame);
    to_planar_.convert(*frame, *converted);
    return converted;
  }

  fs::path path_;
  libav::Input input_;
  libav::Codec decoder_;
  PixelConverter to_planar_;
  PixelConverter to_bgr_;
  bool is_at_end_ = false;
  int read_error_ = 0;
  std::int64_t damaged_packets_ = 0;
  std::size_t frames_ = 0;
  std::int64_t last_time_ = std::numeric_limits<std::int64_t>::min();
};

VideoReader::VideoReader(const fs::path& path)
    : implementation_(std::make_unique<Implementation>(path)) {}

VideoReader::~VideoReader() = default;

std::optional<FilmFrame> VideoReader::read() { return implementation_->read(); }

std::size_t VideoReader::frame_count() const { return implementation_->frame_count(); }

std::string VideoReader::damage() const { return implementation_->damage(); }

}  // namespace demask::program
