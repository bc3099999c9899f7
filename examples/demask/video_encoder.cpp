// SPDX-License-Identifier: Apache-2.0
#include "video_encoder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <new>

#include "demask/error.hpp"
#include "file_names.hpp"

namespace demask::program {
namespace {

namespace fs = std::filesystem;

constexpr std::array<Container, 6> containers = {
    {{".mp4", "mp4", "MP4", true, true, 0},
     {".m4v", "mp4", "MP4", true, true, 0},
     {".mov", "mov", "QuickTime", true, true, 0},
     {".mkv", "matroska", "Matroska", true, false, 1000},
     {".webm", "webm", "WebM", true, false, 1000},
     {".avi", "avi", "AVI", false, false, 0}}};

[[noreturn]] void throw_unwritable(const fs::path& path, const std::string& reason) {
  throw Error(
      ErrorCode::unwritable_file,
      fmt::format("{}: cannot be encoded ({}); write another kind of file", path.string(), reason));
}

/// The format of those that an encoder takes that loses least of another one.
AVPixelFormat nearest_format(const AVCodec& codec, AVPixelFormat wanted) {
  if (codec.pix_fmts == nullptr) {
    return wanted;
  }
  for (const AVPixelFormat* format = codec.pix_fmts; *format != AV_PIX_FMT_NONE; ++format) {
    if (*format == wanted) {
      return wanted;
    }
  }
  return avcodec_find_best_pix_fmt_of_list(codec.pix_fmts, wanted, 0, nullptr);
}

bool is_hdr(const AVFrame& frame) {
  return frame.color_trc == AVCOL_TRC_SMPTE2084 || frame.color_trc == AVCOL_TRC_ARIB_STD_B67;
}

/// Copies what tells players how to show the pixels.
void copy_look(AVCodecContext& context, const AVFrame& frame, const AVStream& stream) {
  context.sample_aspect_ratio = frame.sample_aspect_ratio;
  context.color_primaries = frame.color_primaries;
  context.color_trc = frame.color_trc;
  context.colorspace = frame.colorspace;
  context.color_range = frame.color_range;
  context.chroma_sample_location = frame.chroma_location;
  const AVFieldOrder order = stream.codecpar->field_order;
  if (order != AV_FIELD_UNKNOWN && order != AV_FIELD_PROGRESSIVE &&
      context.codec_id == AV_CODEC_ID_H264) {
    context.field_order = order;
    context.flags |= AV_CODEC_FLAG_INTERLACED_DCT | AV_CODEC_FLAG_INTERLACED_ME;
  }
}

}  // namespace

/// An encoder and its settings.
struct VideoEncoder::Choice {
  const char* name;         ///< FFmpeg's name.
  const char* description;  ///< For messages.
  bool needs_even_sizes;    ///< With 4:2:0 chroma.
  int max_time_base;        ///< The shortest unit of time is 1/max_time_base seconds; 0: any.
  unsigned tag;             ///< The name of the codec in the file; 0: the usual one.
  bool is_jfif;             ///< Whether it knows only the colors of JFIF: BT.601, full range.
  std::vector<std::pair<const char*, const char*>> options;
};

const Container* container_of(const fs::path& path) {
  const std::string extension = lower_extension(path);
  const auto* const found =
      std::find_if(containers.begin(), containers.end(),
                   [&](const Container& container) { return container.extension == extension; });
  return found == containers.end() ? nullptr : found;
}

std::vector<VideoEncoder::Choice> VideoEncoder::choices_of(const Container& container,
                                                           bool is_deep) {
  constexpr int mpeg4_time_base = 60000;
  const Choice mpeg4 = {"mpeg4", "MPEG-4 Part 2",  false, mpeg4_time_base, 0,
                        false,   {{"qscale", "2"}}};
  const std::string_view name = container.name;
  if (name == "avi") {
    constexpr int avi_time_base = 1000;
    return {{"mjpeg", "Motion JPEG", false, avi_time_base, 0, true, {{"qscale", "2"}}}, mpeg4};
  }
  if (name == "webm") {
    return {{"libvpx-vp9",
             "VP9",
             false,
             0,
             0,
             false,
             {{"crf", "20"}, {"b", "0"}, {"deadline", "good"}, {"cpu-used", "5"}, {"row-mt", "1"}}},
            {"libvpx", "VP8", false, 0, 0, false, {{"crf", "6"}, {"b", "40M"}, {"cpu-used", "4"}}}};
  }
  const bool is_iso = name != "matroska";
  std::vector<Choice> choices;
  if (is_deep) {
    // Players that know 10 bits know them in HEVC rather than in H.264.
    choices.push_back({"libx265",
                       "HEVC",
                       true,
                       0,
                       is_iso ? MKTAG('h', 'v', 'c', '1') : 0U,
                       false,
                       {{"preset", "veryfast"}, {"crf", "18"}, {"x265-params", "log-level=none"}}});
  }
  choices.push_back(
      {"libx264", "H.264", true, 0, 0, false, {{"preset", "veryfast"}, {"crf", "18"}}});
  choices.push_back(mpeg4);
  return choices;
}

VideoEncoder::VideoEncoder(const fs::path& path, const Container& container, const AVFrame& first,
                           const AVStream& stream, bool global_header, const Tell& tell)
    : path_(path), container_(container), input_time_base_(stream.time_base) {
  const bool is_deep = depth_of(static_cast<AVPixelFormat>(first.format)) > 8;
  const std::vector<Choice> choices = choices_of(container, is_deep);
  for (const Choice& choice : choices) {
    if (!open(choice, first, stream, global_header)) {
      continue;
    }
    if (&choice != choices.data()) {
      tell(fmt::format("{}: is encoded as {}, because libavcodec has no encoder of {} for it",
                       path.string(), choice.description, choices.front().description));
    }
    tell_losses(first, tell);
    return;
  }
  throw_unwritable(path, fmt::format("libavcodec has no encoder for frames of {} x {} in {} files",
                                     first.width, first.height, container.description));
}

bool VideoEncoder::open(const Choice& choice, const AVFrame& first, const AVStream& stream,
                        bool global_header) {
  const AVCodec* const codec = avcodec_find_encoder_by_name(choice.name);
  if (codec == nullptr) {
    return false;
  }
  auto wanted = static_cast<AVPixelFormat>(first.format);
  if (choice.needs_even_sizes && (first.width % 2 != 0 || first.height % 2 != 0)) {
    wanted = full_chroma_format(wanted);
  }
  context_.reset(avcodec_alloc_context3(codec));
  if (!context_) {
    throw std::bad_alloc();
  }
  AVCodecContext& context = *context_;
  context.width = first.width;
  context.height = first.height;
  context.pix_fmt = nearest_format(*codec, wanted);
  copy_look(context, first, stream);
  if (choice.is_jfif) {
    context.colorspace = AVCOL_SPC_BT470BG;
    context.color_range = AVCOL_RANGE_JPEG;
  }
  context.time_base = time_base_for(choice, stream);
  context.framerate = stream.avg_frame_rate;
  context.thread_count = libav::codec_threads();
  context.codec_tag = choice.tag;
  context.flags |= global_header ? AV_CODEC_FLAG_GLOBAL_HEADER : 0;
  AVDictionary* options = nullptr;
  for (const auto& [key, value] : choice.options) {
    if (std::string_view(key) == "qscale") {
      context.flags |= AV_CODEC_FLAG_QSCALE;
      context.global_quality = FF_QP2LAMBDA * std::stoi(value);
    } else {
      av_dict_set(&options, key, value, 0);
    }
  }
  const int result = avcodec_open2(&context, codec, &options);
  av_dict_free(&options);
  return result >= 0;
}

AVRational VideoEncoder::time_base_for(const Choice& choice, const AVStream& stream) const {
  const AVRational base = stream.time_base;
  if (container_.time_unit != 0) {
    return {1, container_.time_unit};
  }
  if (choice.max_time_base == 0) {
    return base;
  }
  if (!container_.has_start_times) {
    // Frames are counted: the unit is the frame rate of which all frames are whole multiples.
    const AVRational rate =
        stream.r_frame_rate.num > 0 ? stream.r_frame_rate : stream.avg_frame_rate;
    if (rate.num > 0 && rate.den > 0 && av_q2d(rate) <= choice.max_time_base) {
      return av_inv_q(rate);
    }
  }
  return base.den <= choice.max_time_base ? base : AVRational{1, choice.max_time_base};
}

void VideoEncoder::tell_losses(const AVFrame& first, const Tell& tell) const {
  const int depth = depth_of(static_cast<AVPixelFormat>(first.format));
  const std::string name = path_.string();
  if (depth_of(context_->pix_fmt) < depth) {
    tell(
        fmt::format("{}: is written with 8 bits a color instead of {}; .mp4, .mov and .mkv keep "
                    "them",
                    name, depth));
  }
  if (is_hdr(first)) {
    tell(
        fmt::format("{}: has HDR colors, for which the models were not made; faces may be missed "
                    "or painted too pale",
                    name));
  }
  const bool gains_chroma =
      context_->pix_fmt != first.format &&
      context_->pix_fmt == full_chroma_format(static_cast<AVPixelFormat>(first.format));
  if (gains_chroma) {
    tell(
        fmt::format("{}: {} x {} is odd, so the colors are written in full size (4:4:4), which "
                    "phones and browsers may not play",
                    name, first.width, first.height));
  }
}

libav::Frame VideoEncoder::in_encoder_format(const AVFrame& frame) {
  const AVCodecContext& context = *context_;
  libav::Frame output;
  if (frame.format == context.pix_fmt && frame.width == context.width &&
      frame.height == context.height && frame.colorspace == context.colorspace &&
      frame.color_range == context.color_range) {
    output = libav::make_frame();
    if (av_frame_ref(output.get(), &frame) < 0) {
      throw std::bad_alloc();
    }
  } else {
    output = libav::make_frame(context.pix_fmt, context.width, context.height, frame);
    output->colorspace = context.colorspace;
    output->color_range = context.color_range;
    converter_.convert(frame, *output);
  }
  // The encoder chooses the kinds of its frames itself.
  output->pict_type = AV_PICTURE_TYPE_NONE;
  return output;
}

std::int64_t VideoEncoder::next_time(std::int64_t time) {
  std::int64_t own = av_rescale_q(time, input_time_base_, context_->time_base);
  if (!has_frames_ && !container_.has_start_times) {
    // The first picture is shown from the start of the file on.
    own = 0;
  }
  if (has_frames_ && own <= last_time_) {
    own = last_time_ + 1;
  }
  has_frames_ = true;
  last_time_ = own;
  return own;
}

void VideoEncoder::encode(const CodedFrame& frame, const Sink& sink) {
  const libav::Frame output = in_encoder_format(*frame.pixels);
  output->pts = next_time(frame.pixels->pts);
  durations_[output->pts] = av_rescale_q(frame.duration, input_time_base_, context_->time_base);
  send(output.get(), sink);
}

void VideoEncoder::finish(const Sink& sink) { send(nullptr, sink); }

void VideoEncoder::send(const AVFrame* frame, const Sink& sink) {
  int result = avcodec_send_frame(context_.get(), frame);
  const libav::Packet packet = libav::make_packet();
  while (result >= 0) {
    result = avcodec_receive_packet(context_.get(), packet.get());
    if (result >= 0) {
      const auto duration = durations_.find(packet->pts);
      if (duration != durations_.end()) {
        packet->duration = duration->second;
        durations_.erase(duration);
      }
      sink(*packet);
      av_packet_unref(packet.get());
    }
  }
  if (result != AVERROR(EAGAIN) && result != AVERROR_EOF) {
    throw_unwritable(path_, libav::error_text(result));
  }
}

}  // namespace demask::program
