// SPDX-License-Identifier: Apache-2.0
#include "video_command.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <future>
#include <system_error>
#include <vector>

#include "demask/opencv.hpp"
#include "exit_codes.hpp"
#include "interrupt_handler.hpp"
#include "model_errors.hpp"
#include "programs/bounded_queue.hpp"
#include "programs/progress_line.hpp"
#include "video_file.hpp"

namespace demask::program {
namespace {

namespace fs = std::filesystem;

/// Frames that wait between two threads: enough to even out delays, few enough to bound memory.
constexpr std::size_t queue_length = 4;
/// Maximum number of frames that are reconstructed at once, which bounds memory.
constexpr int max_frames_together = 8;

void check_arguments(const VideoArguments& arguments) {
  if (!has_video_extension(arguments.output)) {
    throw UsageError(
        fmt::format("{}: is not a video format that can be written; give .mp4, .m4v, .mov, "
                    ".mkv or .avi",
                    arguments.output.string()));
  }
  std::error_code error;
  if (fs::equivalent(arguments.input, arguments.output, error)) {
    throw UsageError(fmt::format("{}: is the input and would be overwritten; name another output",
                                 arguments.output.string()));
  }
}

/// One run of the command: one thread decodes, the calling thread reconstructs, and a third
/// encodes.
class Run {
 public:
  explicit Run(const VideoArguments& arguments, const VideoOptions& options)
      : arguments_(arguments),
        reader_(arguments.input),
        reconstructor_(arguments.model.open_bundle(), arguments.model.runtime()),
        video_(reconstructor_, with_quality(arguments, reconstructor_, options)),
        progress_(reader_.frame_count(), "frames") {}

  int run() {
    std::future<void> reading = std::async(std::launch::async, [this] { read_frames(); });
    std::future<void> writing = std::async(std::launch::async, [this] { write_frames(); });
    try {
      reconstruct_frames();
    } catch (...) {
      decoded_.close();
      has_failed_ = true;
      encoded_.close();
      throw;
    }
    encoded_.close();
    decoded_.close();
    reading.get();
    writing.get();
    tell_outcome();
    return is_interrupted() ? ExitCode::interrupted : ExitCode::all_done;
  }

 private:
  void read_frames() {
    try {
      while (!is_interrupted()) {
        std::optional<cv::Mat> frame = reader_.read();
        if (!frame || !decoded_.push(std::move(*frame))) {
          break;
        }
      }
    } catch (...) {
      decoded_.close();
      throw;
    }
    decoded_.close();
  }

  /// Returns the next frames, one for each thread; fewer at the end of the video, then none.
  std::vector<cv::Mat> next_frames() {
    const auto wanted =
        static_cast<std::size_t>(std::clamp(arguments_.model.threads, 1, max_frames_together));
    std::vector<cv::Mat> frames;
    while (frames.size() < wanted) {
      std::optional<cv::Mat> frame = decoded_.pop();
      if (!frame) {
        break;
      }
      frames.push_back(std::move(*frame));
    }
    return frames;
  }

  void reconstruct_frames() {
    for (std::vector<cv::Mat> frames = next_frames(); !frames.empty(); frames = next_frames()) {
      std::vector<TimedFrame> timed;
      for (const cv::Mat& frame : frames) {
        timed.push_back({as_view(frame, PixelFormat::bgr),
                         static_cast<double>(frames_ + timed.size()) / reader_.frame_rate()});
      }
      std::vector<VideoFrame> outputs = with_models([&] { return video_.reconstruct(timed); });
      for (VideoFrame& output : outputs) {
        ++frames_;
        if (any_reconstructed(output.result)) {
          ++edited_frames_;
        }
        if (!encoded_.push(std::move(output.result.photo))) {
          return;
        }
        progress_.advance();
      }
    }
  }

  /// Creates the file when the size of the first frame is known, and finishes it after the last.
  void write_frames() {
    try {
      std::optional<VideoWriter> writer;
      while (std::optional<Image> frame = encoded_.pop()) {
        const cv::Mat pixels = as_mat(*frame);
        if (!writer) {
          writer.emplace(arguments_.output, pixels.size(), reader_.frame_rate());
        }
        writer->write(pixels);
      }
      if (writer && !has_failed_) {
        writer->finish(edited_frames_ > 0);
      }
    } catch (...) {
      encoded_.close();
      throw;
    }
  }

  void tell_outcome() {
    if (frames_ == 0) {
      if (is_interrupted()) {
        return;
      }
      throw Error(ErrorCode::unreadable_file,
                  fmt::format("{}: has no frame that can be decoded; check that it is complete",
                              arguments_.input.string()));
    }
    if (frames_ < reader_.frame_count() && !is_interrupted()) {
      progress_.message(fmt::format("demask: {}: ends after {} of {} frames; these are written",
                                    arguments_.input.string(), frames_, reader_.frame_count()));
    }
    const std::string pace = fmt::format("{:.1f} frames/s", progress_.rate());
    std::fputs(fmt::format("{}: {} frames, {} with a reconstructed face, {}\n",
                           arguments_.output.string(), frames_, edited_frames_, pace)
                   .c_str(),
               stdout);
  }

  const VideoArguments& arguments_;
  VideoReader reader_;
  FaceReconstructor reconstructor_;
  VideoReconstructor video_;
  programs::ProgressLine progress_;
  programs::BoundedQueue<cv::Mat> decoded_{queue_length};
  programs::BoundedQueue<Image> encoded_{queue_length};
  std::size_t frames_ = 0;
  std::atomic<std::size_t> edited_frames_{0};
  std::atomic<bool> has_failed_{false};
};

}  // namespace

int run_video(const VideoArguments& arguments) {
  check_arguments(arguments);
  // Frames are small: OpenCV's threads would gain little and take cores from the networks.
  cv::setNumThreads(1);
  VideoOptions options = arguments.options;
  select_tracks(arguments.faces, options);
  const InterruptHandler handler;
  return Run(arguments, options).run();
}

}  // namespace demask::program
