// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Writes a video file.

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "demask/image.hpp"
#include "video_frame.hpp"

namespace demask::program {

/// Whether a name has an extension that VideoWriter can write: .mp4, .m4v, .mov, .mkv, .webm and
/// .avi.
bool has_video_extension(const std::filesystem::path& path);

/// Writes the frames of a video under a temporary name, with the sound, other streams and metadata
/// of the input, and renames the file when it is complete. finish() can mark it as partly made by a
/// model: MP4 and QuickTime files in the file, others in an XMP file beside them, with .xmp
/// appended to the name.
class VideoWriter {
 public:
  /// Is told in a sentence what the output cannot hold; called by write() and finish().
  using Tell = std::function<void(const std::string&)>;

  /// @param input  The file that the frames come from.
  /// @throws Error unwritable_file (the folder, or an XMP file of other software where the mark
  ///         belongs), unreadable_file (the input), unsupported_format.
  VideoWriter(const std::filesystem::path& path, const std::filesystem::path& input, Tell tell);
  /// Removes the unfinished file unless finish() was called.
  ~VideoWriter();
  VideoWriter(const VideoWriter&) = delete;
  VideoWriter& operator=(const VideoWriter&) = delete;

  /// Adds a frame; one of another size than the first is scaled to it.
  /// @param photo    Its reconstruction, BGR, of its size.
  /// @param changed  Gray: not 0 where `photo` is written; all other pixels are written as they
  ///                 were coded.
  /// @throws Error unwritable_file.
  void write(const FilmFrame& frame, const Image& photo, const Image& changed);
  /// Completes the file, which has at least one frame, and renames it into place.
  /// @param synthetic  Whether to mark it as partly made by a model. If not, and if the input is
  ///                   not marked, an XMP file beside it that holds nothing but the mark is
  ///                   removed.
  /// @param is_cut     Whether the sound ends with the last frame, because the run was interrupted.
  /// @throws Error unwritable_file, such as for a full disk.
  void finish(bool synthetic, bool is_cut);

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace demask::program
