// SPDX-License-Identifier: Apache-2.0
#include "video_streams.hpp"

extern "C" {
#include <libavutil/avstring.h>
}

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <new>
#include <string_view>
#include <utility>

namespace demask::program {
namespace {

namespace fs = std::filesystem;

/// Metadata of a file that describe how it is coded; the output has its own.
bool describes_coding(std::string_view key) {
  constexpr std::array<std::string_view, 4> names = {"major_brand", "minor_version",
                                                     "compatible_brands", "encoder"};
  return std::any_of(names.begin(), names.end(), [&](std::string_view name) {
    return key.size() == name.size() && av_strncasecmp(key.data(), name.data(), name.size()) == 0;
  });
}

/// Metadata of a stream that are only true of its packets.
bool counts_packets(std::string_view key) {
  constexpr std::array<std::string_view, 5> starts = {"BPS", "DURATION", "NUMBER_OF_",
                                                      "_STATISTICS_", "SOURCE_ID"};
  return std::any_of(starts.begin(), starts.end(),
                     [&](std::string_view start) { return key.substr(0, start.size()) == start; });
}

void copy_metadata(AVDictionary** to, const AVDictionary* from, bool is_encoded_anew) {
  const AVDictionaryEntry* entry = nullptr;
  while ((entry = av_dict_get(from, "", entry, AV_DICT_IGNORE_SUFFIX)) != nullptr) {
    if (!describes_coding(entry->key) && !(is_encoded_anew && counts_packets(entry->key))) {
      av_dict_set(to, entry->key, entry->value, 0);
    }
  }
}

/// Names the kind and codec of a stream, such as "sound (pcm_s16le)".
std::string describe(const AVStream& stream) {
  const char* kind = "data";
  switch (stream.codecpar->codec_type) {
    case AVMEDIA_TYPE_AUDIO:
      kind = "sound";
      break;
    case AVMEDIA_TYPE_SUBTITLE:
      kind = "subtitles";
      break;
    case AVMEDIA_TYPE_ATTACHMENT:
      kind = "attachment";
      break;
    case AVMEDIA_TYPE_VIDEO:
      kind = (stream.disposition & AV_DISPOSITION_ATTACHED_PIC) != 0 ? "cover picture"
                                                                     : "second video";
      break;
    default:
      break;
  }
  const AVCodecParameters& parameters = *stream.codecpar;
  if (parameters.codec_id == AV_CODEC_ID_NONE && parameters.codec_tag != 0) {
    std::array<char, AV_FOURCC_MAX_STRING_SIZE> name{};
    return fmt::format("{} ({})", kind, av_fourcc_make_string(name.data(), parameters.codec_tag));
  }
  return fmt::format("{} ({})", kind, avcodec_get_name(parameters.codec_id));
}

/// Keeps the name of the codec in the file where the kind of output knows the same one.
void set_tag(AVCodecParameters& parameters, const AVOutputFormat& format) {
  const std::uint32_t tag = parameters.codec_tag;
  unsigned other = 0;
  const bool is_same = format.codec_tag == nullptr ||
                       av_codec_get_id(format.codec_tag, tag) == parameters.codec_id ||
                       av_codec_get_tag2(format.codec_tag, parameters.codec_id, &other) == 0;
  parameters.codec_tag = is_same ? tag : 0;
}

AVStream& new_stream(AVFormatContext& output, const AVStream& from) {
  AVStream* const stream = avformat_new_stream(&output, nullptr);
  if (stream == nullptr || avcodec_parameters_copy(stream->codecpar, from.codecpar) < 0) {
    throw std::bad_alloc();
  }
  set_tag(*stream->codecpar, *output.oformat);
  if (from.codecpar->codec_id == AV_CODEC_ID_MP3 || from.codecpar->codec_id == AV_CODEC_ID_AC3) {
    // AVI files hold a number that other muxers misread.
    stream->codecpar->block_align = 0;
  }
  stream->time_base = from.time_base;
  stream->disposition = from.disposition;
  copy_metadata(&stream->metadata, from.metadata, false);
  return *stream;
}

/// Whether a muxer accepts a file with a stream like this one.
bool can_write_header(const char* muxer, const AVStream& stream) {
  AVFormatContext* context = nullptr;
  if (avformat_alloc_output_context2(&context, nullptr, muxer, nullptr) < 0) {
    throw std::bad_alloc();
  }
  bool is_accepted = false;
  if (avio_open_dyn_buf(&context->pb) >= 0) {
    new_stream(*context, stream);
    context->strict_std_compliance = FF_COMPLIANCE_EXPERIMENTAL;
    is_accepted = avformat_write_header(context, nullptr) >= 0;
    std::uint8_t* bytes = nullptr;
    avio_close_dyn_buf(context->pb, &bytes);
    av_free(bytes);
  }
  avformat_free_context(context);
  return is_accepted;
}

}  // namespace

StreamCopier::StreamCopier(const fs::path& input, const fs::path& output,
                           const Container& container, Tell tell)
    : input_(input),
      output_(output),
      container_(container),
      tell_(std::move(tell)),
      packet_(libav::make_packet()) {}

bool StreamCopier::is_takeable(const AVStream& stream) const {
  const AVCodecParameters& parameters = *stream.codecpar;
  if (parameters.codec_type == AVMEDIA_TYPE_VIDEO) {
    // Other muxers make a second video of a cover picture.
    const bool is_cover = (stream.disposition & AV_DISPOSITION_ATTACHED_PIC) != 0;
    return is_cover && std::string_view(container_.name) == "mp4";
  }
  if (parameters.codec_type == AVMEDIA_TYPE_DATA && parameters.codec_id == AV_CODEC_ID_NONE) {
    return false;
  }
  return can_write_header(container_.name, stream);
}

void StreamCopier::add_streams(AVFormatContext& output, AVStream& video) {
  AVFormatContext& context = input_.context();
  std::string left_out;
  for (unsigned i = 0; i < context.nb_streams; ++i) {
    AVStream& stream = *context.streams[i];
    // The demuxer has read these already: titles of chapters, and the timecode, which is metadata.
    const bool is_part =
        stream.discard == AVDISCARD_ALL || stream.codecpar->codec_tag == MKTAG('t', 'm', 'c', 'd');
    if (&stream == &input_.video() || is_part || !is_takeable(stream)) {
      if (&stream != &input_.video() && !is_part) {
        left_out += (left_out.empty() ? "" : ", ") + describe(stream);
      }
      stream.discard = AVDISCARD_ALL;
      continue;
    }
    add_stream(output, stream);
  }
  if (!left_out.empty()) {
    tell_(fmt::format("{}: {} files cannot hold these streams, which are left out: {}",
                      output_.string(), container_.description, left_out));
  }
  copy_metadata(&output.metadata, context.metadata, false);
  copy_metadata(&video.metadata, input_.video().metadata, true);
  video.disposition = input_.video().disposition;
  add_chapters(output);
}

void StreamCopier::add_stream(AVFormatContext& output, const AVStream& stream) {
  targets_[stream.index] = new_stream(output, stream).index;
}

void StreamCopier::add_chapters(AVFormatContext& output) const {
  const AVFormatContext& context = input_.context();
  if (context.nb_chapters == 0) {
    return;
  }
  output.chapters = static_cast<AVChapter**>(av_calloc(context.nb_chapters, sizeof(AVChapter*)));
  if (output.chapters == nullptr) {
    throw std::bad_alloc();
  }
  for (unsigned i = 0; i < context.nb_chapters; ++i) {
    const AVChapter& from = *context.chapters[i];
    auto* const chapter = static_cast<AVChapter*>(av_mallocz(sizeof(AVChapter)));
    if (chapter == nullptr) {
      throw std::bad_alloc();
    }
    chapter->id = from.id;
    chapter->time_base = from.time_base;
    chapter->start = from.start;
    chapter->end = from.end;
    copy_metadata(&chapter->metadata, from.metadata, false);
    output.chapters[i] = chapter;
    output.nb_chapters = i + 1;
  }
}

bool StreamCopier::next_packet() {
  while (!has_packet_ && !is_at_end_) {
    if (input_.read(*packet_) < 0) {
      is_at_end_ = true;
    } else if (targets_.count(packet_->stream_index) == 0) {
      av_packet_unref(packet_.get());
    } else {
      has_packet_ = true;
    }
  }
  return has_packet_;
}

bool StreamCopier::is_due(std::int64_t time, AVRational base) const {
  const AVStream& stream = *input_.context().streams[packet_->stream_index];
  const std::int64_t start = packet_->dts == AV_NOPTS_VALUE ? packet_->pts : packet_->dts;
  return start == AV_NOPTS_VALUE ||
         av_compare_ts(start - input_.time_origin(stream), stream.time_base, time, base) < 0;
}

void StreamCopier::copy_until(std::int64_t time, AVRational base, const AVFormatContext& output,
                              const Sink& sink) {
  while (!targets_.empty() && next_packet() && is_due(time, base)) {
    copy_packet(output, sink);
  }
}

void StreamCopier::copy_rest(const AVFormatContext& output, const Sink& sink) {
  while (!targets_.empty() && next_packet()) {
    copy_packet(output, sink);
  }
}

void StreamCopier::copy_packet(const AVFormatContext& output, const Sink& sink) {
  const int index = packet_->stream_index;
  const AVStream& from = *input_.context().streams[index];
  const AVStream& to = *output.streams[targets_.at(index)];
  has_packet_ = false;
  if (prepare(*packet_, from, to) && sink(*packet_) < 0) {
    tell_(fmt::format("{}: {} cannot be copied further; the rest of it is left out",
                      output_.string(), describe(from)));
    targets_.erase(index);
  }
  av_packet_unref(packet_.get());
}

bool StreamCopier::prepare(AVPacket& packet, const AVStream& from, const AVStream& to) {
  const std::int64_t origin = input_.time_origin(from);
  for (std::int64_t* time : {&packet.pts, &packet.dts}) {
    *time -= *time == AV_NOPTS_VALUE ? 0 : origin;
  }
  av_packet_rescale_ts(&packet, from.time_base, to.time_base);
  packet.stream_index = to.index;
  packet.pos = -1;
  const bool has_time = packet.pts != AV_NOPTS_VALUE && packet.dts != AV_NOPTS_VALUE;
  if (!container_.takes_negative_times && has_time && packet.pts < 0) {
    // What decoders need before the first sample would shift the times of the pictures.
    if (packet.pts + packet.duration <= 0) {
      return false;
    }
    packet.pts = 0;
    packet.dts = std::min<std::int64_t>(packet.dts, 0);
  }
  const auto last = last_times_.find(to.index);
  if (packet.dts == AV_NOPTS_VALUE) {
    packet.dts = packet.pts;
  }
  if (last != last_times_.end() && packet.dts != AV_NOPTS_VALUE && packet.dts <= last->second) {
    packet.dts = last->second + 1;
    packet.pts = std::max(packet.pts, packet.dts);
  }
  if (packet.dts != AV_NOPTS_VALUE) {
    last_times_[to.index] = packet.dts;
  }
  return true;
}

}  // namespace demask::program
