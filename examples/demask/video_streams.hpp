// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Carries over what a video file holds besides its pictures: sound, subtitles, data, cover
/// pictures, chapters and metadata, without encoding anything again.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "video_encoder.hpp"
#include "video_libav.hpp"

namespace demask::program {

/// Reads the input a second time, for all but the pictures.
class StreamCopier {
 public:
  using Tell = std::function<void(const std::string&)>;
  using Sink = std::function<int(AVPacket&)>;

  /// @param tell  Is told once which streams the kind of file cannot hold.
  /// @throws Error unreadable_file.
  StreamCopier(const std::filesystem::path& input, const std::filesystem::path& output,
               const Container& container, Tell tell);

  libav::Input& input() { return input_; }

  /// Adds the streams that are carried over to an output whose stream of pictures exists, and
  /// copies chapters and metadata. @throws std::bad_alloc.
  void add_streams(AVFormatContext& output, AVStream& video);

  /// Copies packets up to a time.
  /// @param time  In units of `base`.
  /// @param sink  Writes a packet whose times are in the time base of its output stream; a stream
  /// of
  ///              which it refuses a packet is not copied further.
  void copy_until(std::int64_t time, AVRational base, const AVFormatContext& output,
                  const Sink& sink);
  /// Copies all packets that are left.
  void copy_rest(const AVFormatContext& output, const Sink& sink);

 private:
  bool is_takeable(const AVStream& stream) const;
  void add_stream(AVFormatContext& output, const AVStream& stream);
  void add_chapters(AVFormatContext& output) const;
  bool next_packet();
  bool is_due(std::int64_t time, AVRational base) const;
  void copy_packet(const AVFormatContext& output, const Sink& sink);
  bool prepare(AVPacket& packet, const AVStream& from, const AVStream& to);

  libav::Input input_;
  std::filesystem::path output_;
  const Container& container_;
  Tell tell_;
  libav::Packet packet_;
  bool has_packet_ = false;
  bool is_at_end_ = false;
  std::map<int, int> targets_;              ///< From streams of the input to those of the output.
  std::map<int, std::int64_t> last_times_;  ///< Of decoding, by stream of the output.
};

}  // namespace demask::program
