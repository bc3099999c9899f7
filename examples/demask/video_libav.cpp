// SPDX-License-Identifier: Apache-2.0
#include "video_libav.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <new>
#include <system_error>
#include <thread>

#include "demask/error.hpp"
#include "video_build.hpp"

namespace demask::program::libav {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void throw_unreadable(const fs::path& path, const std::string& reason) {
  throw Error(ErrorCode::unreadable_file,
              fmt::format("{}: cannot be read as a video ({}); check that it is a complete video",
                          path.string(), reason));
}

/// Refuses to open a file that the file being read refers to.
int refuse_to_open(AVFormatContext* /*context*/, AVIOContext** /*file*/, const char* /*url*/,
                   int /*flags*/, AVDictionary** /*options*/) {
  return AVERROR(EACCES);
}

}  // namespace

Frame make_frame() {
  Frame frame(av_frame_alloc());
  if (!frame) {
    throw std::bad_alloc();
  }
  return frame;
}

Frame make_frame(AVPixelFormat format, int width, int height, const AVFrame& like) {
  Frame frame = make_frame();
  frame->format = format;
  frame->width = width;
  frame->height = height;
  if (av_frame_get_buffer(frame.get(), 0) < 0 || av_frame_copy_props(frame.get(), &like) < 0) {
    throw std::bad_alloc();
  }
  return frame;
}

Packet make_packet() {
  Packet packet(av_packet_alloc());
  if (!packet) {
    throw std::bad_alloc();
  }
  return packet;
}

std::string error_text(int error) {
  std::array<char, AV_ERROR_MAX_STRING_SIZE> text{};
  av_strerror(error, text.data(), text.size());
  return text.data();
}

std::string url_of(const fs::path& path) { return "file:" + path.string(); }

int codec_threads() {
  constexpr unsigned max_threads = 4;
  return static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1U, max_threads));
}

Input::Input(const fs::path& path) {
  std::error_code error;
  if (!fs::is_regular_file(path, error)) {
    throw Error(ErrorCode::unreadable_file,
                fmt::format("{}: is not a file; give a video file", path.string()));
  }
  // The program itself says what fails.
  av_log_set_level(AV_LOG_QUIET);
  const std::string url = url_of(path);
  int result = avio_open(&file_, url.c_str(), AVIO_FLAG_READ);
  if (result < 0) {
    throw_unreadable(path, error_text(result));
  }
  context_ = avformat_alloc_context();
  if (context_ == nullptr) {
    avio_closep(&file_);
    throw std::bad_alloc();
  }
  context_->pb = file_;
  context_->io_open = refuse_to_open;
  // Demuxers that open files by themselves ask this list.
  context_->protocol_whitelist = av_strdup("none");
  result = avformat_open_input(&context_, url.c_str(), nullptr, nullptr);
  if (result >= 0) {
    result = avformat_find_stream_info(context_, nullptr);
  }
  try {
    if (result < 0) {
      throw_unreadable(path, error_text(result));
    }
    find_video(path);
  } catch (...) {
    avformat_close_input(&context_);
    avio_closep(&file_);
    throw;
  }
}

Input::~Input() {
  avformat_close_input(&context_);
  avio_closep(&file_);
}

void Input::find_video(const fs::path& path) {
  const int index = av_find_best_stream(context_, AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0);
  if (index < 0 || (context_->streams[index]->disposition & AV_DISPOSITION_ATTACHED_PIC) != 0) {
    throw_unreadable(path, "it has no stream of pictures");
  }
  video_ = context_->streams[index];
  decoder_ = avcodec_find_decoder(video_->codecpar->codec_id);
  if (decoder_ == nullptr) {
    throw_unreadable(path, fmt::format("FFmpeg's libavcodec has no decoder for {}",
                                       avcodec_get_name(video_->codecpar->codec_id)));
  }
}

std::int64_t Input::time_origin(const AVStream& stream) const {
  const bool is_broadcast = (context_->iformat->flags & AVFMT_TS_DISCONT) != 0;
  if (!is_broadcast || context_->start_time == AV_NOPTS_VALUE) {
    return 0;
  }
  return av_rescale_q(context_->start_time, {1, AV_TIME_BASE}, stream.time_base);
}

int Input::read(AVPacket& packet) {
  const int result = av_read_frame(context_, &packet);
  if (result >= 0 && (packet.flags & AV_PKT_FLAG_CORRUPT) != 0 && avio_feof(file_) != 0) {
    av_packet_unref(&packet);
    return AVERROR_INVALIDDATA;
  }
  return result;
}

}  // namespace demask::program::libav

namespace demask::program {

std::string video_build_info() {
  const unsigned version = avcodec_version();
  return fmt::format("with FFmpeg's libavcodec {}.{}.{} ({}), for `demask video`.\n",
                     AV_VERSION_MAJOR(version), AV_VERSION_MINOR(version),
                     AV_VERSION_MICRO(version), avcodec_license());
}

}  // namespace demask::program
