// SPDX-License-Identifier: Apache-2.0
#include "video_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <opencv2/core/utils/logger.hpp>
#include <opencv2/imgproc.hpp>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "demask/error.hpp"
#include "io/sidecar.hpp"
#include "video_mark.hpp"

namespace demask::program {
namespace {

namespace fs = std::filesystem;

constexpr double default_frame_rate = 25.0;
constexpr double max_frame_rate = 1000.0;

struct Container {
  std::string_view extension;
  std::array<std::string_view, 2> codecs;  ///< Four-character codes, the preferred one first.
  bool holds_mark;                         ///< Whether the mark is written into the file.
};

constexpr std::array<Container, 5> containers = {{{".mp4", {"avc1", "mp4v"}, true},
                                                  {".m4v", {"avc1", "mp4v"}, true},
                                                  {".mov", {"avc1", "mp4v"}, true},
                                                  {".mkv", {"X264", "mp4v"}, false},
                                                  {".avi", {"MJPG", "XVID"}, false}}};

std::string extension_of(const fs::path& path) {
  std::string extension = path.extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
  return extension;
}

const Container* container_of(const fs::path& path) {
  const std::string extension = extension_of(path);
  const auto* const found =
      std::find_if(containers.begin(), containers.end(),
                   [&](const Container& container) { return container.extension == extension; });
  return found == containers.end() ? nullptr : found;
}

[[noreturn]] void throw_unwritable(const fs::path& path, const std::string& reason) {
  throw Error(ErrorCode::unwritable_file,
              fmt::format("{}: cannot be written ({}); check that the folder exists, may be "
                          "written to and has space",
                          path.string(), reason));
}

const Container& require_container(const fs::path& path) {
  const Container* container = container_of(path);
  if (container == nullptr) {
    throw Error(ErrorCode::unsupported_format,
                fmt::format("{}: is not a video format that can be written; give .mp4, .m4v, .mov, "
                            ".mkv or .avi",
                            path.string()));
  }
  return *container;
}

int four_character_code(std::string_view code) {
  return cv::VideoWriter::fourcc(code[0], code[1], code[2], code[3]);
}

}  // namespace

void silence_opencv() { cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT); }

VideoReader::VideoReader(const fs::path& path) {
  silence_opencv();
  std::error_code error;
  if (!fs::is_regular_file(path, error)) {
    throw Error(ErrorCode::unreadable_file,
                fmt::format("{}: is not a file; give a video file", path.string()));
  }
  if (!capture_.open(path.string(), cv::CAP_FFMPEG)) {
    throw Error(ErrorCode::unreadable_file,
                fmt::format("{}: cannot be read as a video; check that it is a complete video",
                            path.string()));
  }
  const double rate = capture_.get(cv::CAP_PROP_FPS);
  frame_rate_ = rate > 0.0 && rate <= max_frame_rate ? rate : default_frame_rate;
  const double count = capture_.get(cv::CAP_PROP_FRAME_COUNT);
  frame_count_ = count > 0.0 && count < 1e9 ? static_cast<std::size_t>(count) : 0;
}

std::optional<cv::Mat> VideoReader::read() {
  cv::Mat frame;
  if (!capture_.read(frame) || frame.empty()) {
    return std::nullopt;
  }
  return frame;
}

bool has_video_extension(const fs::path& path) { return container_of(path) != nullptr; }

VideoWriter::VideoWriter(const fs::path& path, cv::Size size, double frame_rate)
    : path_(path),
      // OpenCV chooses the container by the extension.
      file_(path, path.extension().string()),
      size_(size) {
  silence_opencv();
  const Container& container = require_container(path);
  // Checked here, because nobody wants to lose a finished video to it.
  if (!container.holds_mark) {
    io::check_markable(path);
  }
  for (const std::string_view codec : container.codecs) {
    if (writer_.open(file_.path().string(), cv::CAP_FFMPEG, four_character_code(codec), frame_rate,
                     size_)) {
      return;
    }
  }
  throw_unwritable(path_, fmt::format("no encoder of OpenCV takes frames of {} x {}", size_.width,
                                      size_.height));
}

void VideoWriter::write(const cv::Mat& frame) {
  if (frame.size() == size_) {
    writer_.write(frame);
  } else {
    cv::Mat scaled;
    cv::resize(frame, scaled, size_, 0.0, 0.0, cv::INTER_AREA);
    writer_.write(scaled);
  }
  ++frames_;
}

void VideoWriter::check_whole() const {
  // OpenCV does not report whether a frame was written. A truncated file has no index or lacks its
  // last frames.
  cv::VideoCapture written;
  const bool is_open = written.open(file_.path().string(), cv::CAP_FFMPEG);
  std::size_t count = 0;
  while (is_open && written.grab()) {
    ++count;
  }
  if (count < frames_) {
    throw_unwritable(path_, fmt::format("{} of {} frames are in the file", count, frames_));
  }
}

void VideoWriter::finish(bool synthetic) {
  writer_.release();
  check_whole();
  if (synthetic && !embed_mark(file_.path(), path_)) {
    io::write_with_marked_sidecar(path_, [this] { file_.commit(); });
    return;
  }
  file_.commit();
  if (!synthetic) {
    io::remove_marked_sidecar(path_);
  }
}

}  // namespace demask::program
