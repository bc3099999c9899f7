// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Video files, read and written with OpenCV.

#include <filesystem>
#include <opencv2/core.hpp>
#include <opencv2/videoio.hpp>
#include <optional>

#include "io/whole_file.hpp"

namespace demask::program {

/// Turns off OpenCV's messages about readers, writers and cameras that it tries in turn; the
/// program itself reports what fails.
void silence_opencv();

/// Reads the frames of a file, upright, in OpenCV's channel order: BGR.
class VideoReader {
 public:
  /// @throws Error unreadable_file.
  explicit VideoReader(const std::filesystem::path& path);

  /// Returns the next frame; nothing at the end of the file, or where a truncated file breaks off.
  std::optional<cv::Mat> read();
  /// Frames per second according to the file; 25 if it does not say.
  double frame_rate() const { return frame_rate_; }
  /// Number of frames according to the file; 0 if unknown. A truncated file has fewer.
  std::size_t frame_count() const { return frame_count_; }

 private:
  cv::VideoCapture capture_;
  double frame_rate_ = 0.0;
  std::size_t frame_count_ = 0;
};

/// Whether a name has an extension that VideoWriter can write: .mp4, .m4v, .mov, .mkv and .avi.
bool has_video_extension(const std::filesystem::path& path);

/// Writes a video under a temporary name and renames it when it is complete. finish() can mark it
/// as partly made by a model: MP4 and QuickTime files in the file, others in an XMP file beside
/// them, with .xmp appended to the name.
class VideoWriter {
 public:
  /// @throws Error unwritable_file (the folder, no encoder for the format, or an XMP file of other
  ///         software where the mark belongs), unsupported_format.
  VideoWriter(const std::filesystem::path& path, cv::Size size, double frame_rate);
  /// Removes the unfinished file unless finish() was called.
  ~VideoWriter() = default;
  VideoWriter(const VideoWriter&) = delete;
  VideoWriter& operator=(const VideoWriter&) = delete;

  /// Adds a BGR frame; a frame of another size is scaled to that of the video.
  void write(const cv::Mat& frame);
  /// Completes the file, checks that it can be read to its last frame, and renames it into place.
  /// @param synthetic  Whether to mark it as partly made by a model. If not, an XMP file beside it
  ///                   that holds nothing but the mark is removed.
  /// @throws Error unwritable_file, such as for a full disk.
  void finish(bool synthetic);

 private:
  void check_whole() const;

  std::filesystem::path path_;
  io::PartialFile file_;
  cv::Size size_;
  cv::VideoWriter writer_;  // after `file_`: closed before the file is removed
  std::size_t frames_ = 0;
};

}  // namespace demask::program
