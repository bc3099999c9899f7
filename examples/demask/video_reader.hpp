// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Reads the frames of a video file.

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "video_frame.hpp"

namespace demask::program {

/// Reads the frames of a file in the order in which they are shown, turned upright.
class VideoReader {
 public:
  /// @throws Error unreadable_file.
  explicit VideoReader(const std::filesystem::path& path);
  ~VideoReader();
  VideoReader(const VideoReader&) = delete;
  VideoReader& operator=(const VideoReader&) = delete;

  /// Returns the next frame; nothing at the end of the file, or where a truncated file breaks off.
  /// Frames that cannot be decoded are left out. A frame whose time is not after that of the frame
  /// before gets the next possible time.
  std::optional<FilmFrame> read();
  /// Number of frames, estimated from the duration if the file does not say; 0 if unknown.
  std::size_t frame_count() const;
  /// What is missing of the frames read so far, such as "is cut off: ends after 6 of 10 frames;
  /// these are written"; empty if nothing is. Call it after the last frame.
  std::string damage() const;

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace demask::program
