// SPDX-License-Identifier: Apache-2.0
#include "video_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <limits>
#include <new>
#include <optional>
#include <string_view>
#include <utility>

#include "demask/error.hpp"
#include "demask/opencv.hpp"
#include "io/sidecar.hpp"
#include "io/whole_file.hpp"
#include "video_encoder.hpp"
#include "video_libav.hpp"
#include "video_mark.hpp"
#include "video_picture.hpp"
#include "video_streams.hpp"

namespace demask::program {
namespace {

namespace fs = std::filesystem;

const Container& require_container(const fs::path& path) {
  const Container* container = container_of(path);
  if (container == nullptr) {
    throw Error(ErrorCode::unsupported_format,
                fmt::format("{}: is not a video format that can be written; give .mp4, .m4v, .mov, "
                            ".mkv, .webm or .avi",
                            path.string()));
  }
  return *container;
}

/// Adds a description of a stream to an output.
void add_side_data(AVStream& stream, AVPacketSideDataType type, const AVFrameSideData& data) {
#if LIBAVFORMAT_VERSION_INT >= AV_VERSION_INT(60, 15, 100)
  AVPacketSideData* const added = av_packet_side_data_new(
      &stream.codecpar->coded_side_data, &stream.codecpar->nb_coded_side_data, type, data.size, 0);
  std::uint8_t* const bytes = added == nullptr ? nullptr : added->data;
#else
  std::uint8_t* const bytes = av_stream_new_side_data(&stream, type, data.size);
#endif
  if (bytes == nullptr) {
    throw std::bad_alloc();
  }
  std::memcpy(bytes, data.data, data.size);
}

/// Copies what a frame says about the brightness of the screen that it was made for.
void copy_screen_data(AVStream& to, const AVFrame& from) {
  const std::pair<AVFrameSideDataType, AVPacketSideDataType> types[] = {
      {AV_FRAME_DATA_MASTERING_DISPLAY_METADATA, AV_PKT_DATA_MASTERING_DISPLAY_METADATA},
      {AV_FRAME_DATA_CONTENT_LIGHT_LEVEL, AV_PKT_DATA_CONTENT_LIGHT_LEVEL}};
  for (const auto& [frame_type, type] : types) {
    const AVFrameSideData* const data = av_frame_get_side_data(&from, frame_type);
    if (data != nullptr) {
      add_side_data(to, type, *data);
    }
  }
}

/// Whether metadata have names in reverse domain style, which ISO files hold only in a form of
/// their own.
bool has_long_names(const AVDictionary* metadata) {
  return av_dict_get(metadata, "com.", nullptr, AV_DICT_IGNORE_SUFFIX) != nullptr;
}

}  // namespace

bool has_video_extension(const fs::path& path) { return container_of(path) != nullptr; }

class VideoWriter::Implementation {
 public:
  Implementation(const fs::path& path, const fs::path& input, Tell tell)
      : path_(path),
        container_(require_container(path)),
        tell_(std::move(tell)),
        file_(path),
        streams_(input, path, container_, tell_),
        is_input_marked_(holds_video_mark(input)) {
    // Checked here, because nobody wants to lose a finished video to it.
    if (!is_iso_container()) {
      io::check_markable(path);
    }
  }

  ~Implementation() { close(); }
  Implementation(const Implementation&) = delete;
  Implementation& operator=(const Implementation&) = delete;

  void write(const FilmFrame& frame, const Image& photo, const Image& changed) {
    CodedFrame& coded = *frame.coded;
    paint(*coded.pixels, as_mat(photo.view()), as_mat(changed.view()), from_bgr_);
    if (output_ == nullptr) {
      open(*coded.pixels);
    }
    const AVRational base = streams_.input().video().time_base;
    streams_.copy_until(coded.pixels->pts, base, *output_, copied());
    encoder_->encode(coded, encoded());
    end_ = coded.pixels->pts + std::max<std::int64_t>(coded.duration, 1);
  }

  void finish(bool synthetic, bool is_cut) {
    encoder_->finish(encoded());
    if (is_cut) {
      streams_.copy_until(end_, streams_.input().video().time_base, *output_, copied());
    } else {
      streams_.copy_rest(*output_, copied());
    }
    check(av_write_trailer(output_));
    check(output_->pb->error);
    check(avio_closep(&output_->pb));
    commit(synthetic || is_input_marked_);
  }

 private:
  bool is_iso_container() const {
    const std::string_view name = container_.name;
    return name == "mp4" || name == "mov";
  }

  [[noreturn]] void fail(int error) const {
    throw Error(ErrorCode::unwritable_file,
                fmt::format("{}: cannot be written ({}); check that the folder exists, may be "
                            "written to and has space",
                            path_.string(), libav::error_text(error)));
  }

  void check(int result) const {
    if (result < 0) {
      fail(result);
    }
  }

  void open(const AVFrame& first) {
    check(avformat_alloc_output_context2(&output_, nullptr, container_.name, nullptr));
    check(avio_open(&output_->pb, libav::url_of(file_.path()).c_str(), AVIO_FLAG_WRITE));
    const AVStream& source = streams_.input().video();
    const bool global_header = (output_->oformat->flags & AVFMT_GLOBALHEADER) != 0;
    encoder_.emplace(path_, container_, first, source, global_header, tell_);
    AVStream* const video = avformat_new_stream(output_, nullptr);
    if (video == nullptr ||
        avcodec_parameters_from_context(video->codecpar, &encoder_->context()) < 0) {
      throw std::bad_alloc();
    }
    video->time_base = encoder_->context().time_base;
    video->sample_aspect_ratio = first.sample_aspect_ratio;
    if (av_cmp_q(source.avg_frame_rate, source.r_frame_rate) == 0) {
      video->avg_frame_rate = source.avg_frame_rate;
    }
    copy_screen_data(*video, first);
    streams_.add_streams(*output_, *video);
    // Some sound and subtitles that files hold count as experimental.
    output_->strict_std_compliance = FF_COMPLIANCE_EXPERIMENTAL;
    AVDictionary* options = nullptr;
    if (is_iso_container() && has_long_names(output_->metadata)) {
      av_dict_set(&options, "movflags", "use_metadata_tags", 0);
    }
    const int result = avformat_write_header(output_, &options);
    av_dict_free(&options);
    check(result);
  }

  VideoEncoder::Sink encoded() {
    return [this](AVPacket& packet) {
      const AVStream& stream = *output_->streams[0];
      av_packet_rescale_ts(&packet, encoder_->context().time_base, stream.time_base);
      packet.stream_index = 0;
      // Rounding to a coarser unit must not make two frames one.
      packet.dts = std::max(packet.dts, last_time_ + 1);
      packet.pts = std::max(packet.pts, packet.dts);
      last_time_ = packet.dts;
      check(av_interleaved_write_frame(output_, &packet));
    };
  }

  StreamCopier::Sink copied() {
    return [this](AVPacket& packet) {
      const int result = av_interleaved_write_frame(output_, &packet);
      // A full disk is no fault of the stream.
      check(output_->pb->error);
      return result;
    };
  }

  void commit(bool is_marked) {
    if (is_marked && !embed_mark(file_.path(), path_)) {
      io::write_with_marked_sidecar(path_, [this] { file_.commit(); });
      return;
    }
    file_.commit();
    if (!is_marked) {
      io::remove_marked_sidecar(path_);
    }
  }

  void close() {
    if (output_ == nullptr) {
      return;
    }
    if (output_->pb != nullptr) {
      avio_closep(&output_->pb);
    }
    avformat_free_context(output_);
    output_ = nullptr;
  }

  fs::path path_;
  const Container& container_;
  Tell tell_;
  io::PartialFile file_;
  StreamCopier streams_;
  bool is_input_marked_;
  PixelConverter from_bgr_;
  AVFormatContext* output_ = nullptr;
  std::optional<VideoEncoder> encoder_;
  std::int64_t end_ = 0;  ///< Of the last frame, in the time base of the input's stream.
  std::int64_t last_time_ = std::numeric_limits<std::int64_t>::min() / 2;
};

VideoWriter::VideoWriter(const fs::path& path, const fs::path& input, Tell tell)
    : implementation_(std::make_unique<Implementation>(path, input, std::move(tell))) {}

VideoWriter::~VideoWriter() = default;

void VideoWriter::write(const FilmFrame& frame, const Image& photo, const Image& changed) {
  implementation_->write(frame, photo, changed);
}

void VideoWriter::finish(bool synthetic, bool is_cut) {
  implementation_->finish(synthetic, is_cut);
}

}  // namespace demask::program
