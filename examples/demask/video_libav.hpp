// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// FFmpeg's libraries in C++: objects that free themselves, errors as text, and files that are
/// opened for reading. Only the video_*.cpp files of the program include this header.

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/avutil.h>
#include <libavutil/pixdesc.h>
}

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "video_frame.hpp"

namespace demask::program::libav {

struct Free {
  void operator()(AVFrame* frame) const noexcept { av_frame_free(&frame); }
  void operator()(AVPacket* packet) const noexcept { av_packet_free(&packet); }
  void operator()(AVCodecContext* context) const noexcept { avcodec_free_context(&context); }
};

using Frame = std::unique_ptr<AVFrame, Free>;
using Packet = std::unique_ptr<AVPacket, Free>;
using Codec = std::unique_ptr<AVCodecContext, Free>;

/// @throws std::bad_alloc.
Frame make_frame();
/// A frame with pixels, and with the properties of `like`: time, colors, shape of a pixel.
/// @throws std::bad_alloc.
Frame make_frame(AVPixelFormat format, int width, int height, const AVFrame& like);
/// @throws std::bad_alloc.
Packet make_packet();

/// What an error code of FFmpeg means.
std::string error_text(int error);

/// The name under which FFmpeg opens exactly this file, whatever characters its path has.
std::string url_of(const std::filesystem::path& path);

/// Threads that decoding and encoding may each use; the networks need the cores more.
int codec_threads();

/// A file that is open for reading. Files that it refers to, such as the parts of a playlist, are
/// not opened.
class Input {
 public:
  /// @throws Error unreadable_file.
  explicit Input(const std::filesystem::path& path);
  ~Input();
  Input(const Input&) = delete;
  Input& operator=(const Input&) = delete;

  AVFormatContext& context() const { return *context_; }
  /// The stream of pictures, never a cover picture.
  AVStream& video() const { return *video_; }
  const AVCodec& decoder() const { return *decoder_; }
  /// What is subtracted from the times of a stream, in its time base: broadcasts count time from an
  /// arbitrary start.
  std::int64_t time_origin(const AVStream& stream) const;
  /// Reads the next packet of any stream that is not discarded.
  /// @returns 0, AVERROR_EOF, or the error that ends a damaged file. A last packet of which a part
  ///          is missing is left out.
  int read(AVPacket& packet);

 private:
  void find_video(const std::filesystem::path& path);

  AVFormatContext* context_ = nullptr;
  AVIOContext* file_ = nullptr;
  AVStream* video_ = nullptr;
  const AVCodec* decoder_ = nullptr;
};

}  // namespace demask::program::libav

namespace demask::program {

/// The pixels as they are coded, upright, with their time and colors.
struct CodedFrame {
  libav::Frame pixels;        ///< `pts` is the time, in the time base of the input's stream.
  std::int64_t duration = 0;  ///< In the same unit; 0 if unknown.
};

}  // namespace demask::program
