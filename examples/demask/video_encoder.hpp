// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Chooses and runs the encoder of a video.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "video_libav.hpp"
#include "video_picture.hpp"

namespace demask::program {

/// A kind of video file.
struct Container {
  std::string_view extension;
  const char* name;         ///< FFmpeg's name of the muxer.
  const char* description;  ///< For messages.
  bool has_start_times;     ///< Whether a stream may start later than at 0.
  bool takes_negative_times;
  int time_unit;  ///< Times are whole multiples of 1/time_unit seconds; 0: any unit.
};

/// The kind of file that an extension stands for; null if it cannot be written.
const Container* container_of(const std::filesystem::path& path);

/// Takes frames and gives compressed packets.
class VideoEncoder {
 public:
  using Tell = std::function<void(const std::string&)>;
  using Sink = std::function<void(AVPacket&)>;

  /// Opens the first encoder for the kind of file that this build of libavcodec has and that takes
  /// the frames.
  /// @param first   A frame with the size, format and color tags of the video.
  /// @param stream  The stream of the input: its time base and frame rate.
  /// @param global_header  Whether the file has its codec headers in one place.
  /// @param tell    Is told what the encoder cannot keep.
  /// @throws Error unwritable_file.
  VideoEncoder(const std::filesystem::path& path, const Container& container, const AVFrame& first,
               const AVStream& stream, bool global_header, const Tell& tell);

  const AVCodecContext& context() const { return *context_; }

  /// Encodes a frame, whose `pts` is in the time base of the input's stream.
  /// @param sink  Gets the packets that are ready, in the encoder's time base.
  /// @throws Error unwritable_file.
  void encode(const CodedFrame& frame, const Sink& sink);
  /// Hands over the packets of the frames that are still being encoded.
  /// @throws Error unwritable_file.
  void finish(const Sink& sink);

 private:
  struct Choice;
  static std::vector<Choice> choices_of(const Container& container, bool is_deep);
  bool open(const Choice& choice, const AVFrame& first, const AVStream& stream, bool global_header);
  AVRational time_base_for(const Choice& choice, const AVStream& stream) const;
  void tell_losses(const AVFrame& first, const Tell& tell) const;
  void send(const AVFrame* frame, const Sink& sink);
  libav::Frame in_encoder_format(const AVFrame& frame);
  std::int64_t next_time(std::int64_t time);

  std::filesystem::path path_;
  const Container& container_;
  AVRational input_time_base_;
  libav::Codec context_;
  PixelConverter converter_;
  std::int64_t last_time_ = 0;
  bool has_frames_ = false;
  std::map<std::int64_t, std::int64_t> durations_;  ///< By time, of frames being encoded.
};

}  // namespace demask::program
