#pragma once

/// @file
/// Video files and cameras, by OpenCV.

#include <filesystem>
#include <opencv2/core.hpp>
#include <opencv2/videoio.hpp>
#include <optional>

#include "io/whole_file.hpp"

namespace demask::program {

/// OpenCV tries its readers, writers and cameras loudly; what fails in the end is told by this
/// program.
void silence_opencv();

/// Frames of a file, upright, in the order of their pixels that OpenCV has: BGR.
class VideoReader {
 public:
  /// @throws Error unreadable_file.
  explicit VideoReader(const std::filesystem::path& path);

  /// The next frame; nothing at the end, and where a truncated file ends.
  std::optional<cv::Mat> read();
  /// Frames a second, as the file says; 25 if it does not.
  double frame_rate() const { return frame_rate_; }
  /// What the file says; 0 if unknown. A truncated file has fewer.
  std::size_t frame_count() const { return frame_count_; }

 private:
  cv::VideoCapture capture_;
  double frame_rate_ = 0.0;
  std::size_t frame_count_ = 0;
};

/// True for the extensions that VideoWriter knows: .mp4, .m4v, .mov, .mkv and .avi.
bool has_video_extension(const std::filesystem::path& path);

/// Writes a video under a temporary name beside its own, and renames it when it is whole.
/// What is written is marked as made in part by a model: MP4 and QuickTime files in themselves,
/// others by an XMP file of the same name with .xmp behind it.
class VideoWriter {
 public:
  /// @throws Error unwritable_file (the folder, or no encoder for the format), unsupported_format.
  VideoWriter(const std::filesystem::path& path, cv::Size size, double frame_rate);
  /// Leaves nothing behind unless finish() was called.
  ~VideoWriter() = default;
  VideoWriter(const VideoWriter&) = delete;
  VideoWriter& operator=(const VideoWriter&) = delete;

  /// Adds a frame, BGR; one of another size is scaled to that of the video.
  void write(const cv::Mat& frame);
  /// Ends the file, checks that it can be played to its last frame, and renames it into place.
  /// @param synthetic  mark it.
  /// @throws Error unwritable_file, as for a full disk.
  void finish(bool synthetic);

 private:
  void check_whole() const;

  std::filesystem::path path_;
  io::PartialFile file_;
  cv::Size size_;
  cv::VideoWriter writer_;  // last but for the count: it is closed before the file goes
  std::size_t frames_ = 0;
};

}  // namespace demask::program
