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
#include "reference_files.hpp"
#include "video_reader.hpp"
#include "video_writer.hpp"

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
                    ".mkv, .webm or .avi",
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
      reconstructed_.close();
      throw;
    }
    reconstructed_.close();
    decoded_.close();
    reading.get();
    writing.get();
    tell_outcome();
    return is_interrupted() ? ExitCode::interrupted : ExitCode::all_done;
  }

 private:
  /// A frame on its way to the encoder.
  struct Reconstructed {
    FilmFrame frame;
    Image photo;
    Image changed;
  };

  void read_frames() {
    try {
      while (!is_interrupted()) {
        std::optional<FilmFrame> frame = reader_.read();
        if (!frame || !decoded_.push(std::move(*frame))) {
          break;
        }
      }
    } catch (...) {
      has_failed_ = true;
      decoded_.close();
      throw;
    }
    decoded_.close();
  }

  /// Returns the next frames, one for each thread; fewer at the end of the video, then none.
  std::vector<FilmFrame> next_frames() {
    const auto wanted =
        static_cast<std::size_t>(std::clamp(arguments_.model.threads, 1, max_frames_together));
    std::vector<FilmFrame> frames;
    while (frames.size() < wanted) {
      std::optional<FilmFrame> frame = decoded_.pop();
      if (!frame) {
        break;
      }
      frames.push_back(std::move(*frame));
    }
    return frames;
  }

  void reconstruct_frames() {
    for (std::vector<FilmFrame> frames = next_frames(); !frames.empty(); frames = next_frames()) {
      std::vector<TimedFrame> timed;
      timed.reserve(frames.size());
      for (const FilmFrame& frame : frames) {
        timed.push_back({as_view(frame.pixels, PixelFormat::bgr), frame.seconds});
      }
      std::vector<VideoFrame> outputs = with_models([&] { return video_.reconstruct(timed); });
      for (std::size_t i = 0; i < outputs.size(); ++i) {
        Result& result = outputs[i].result;
        ++frames_;
        if (any_reconstructed(result)) {
          ++edited_frames_;
        }
        frames[i].pixels.release();
        if (!reconstructed_.push(
                {std::move(frames[i]), std::move(result.photo), std::move(result.changed)})) {
          return;
        }
        progress_.advance();
      }
    }
  }

  /// Creates the file with the first frame, and finishes it after the last.
  void write_frames() {
    try {
      std::optional<VideoWriter> writer;
      while (const std::optional<Reconstructed> item = reconstructed_.pop()) {
        if (!writer) {
          writer.emplace(arguments_.output, arguments_.input,
                         [this](const std::string& note) { progress_.message("demask: " + note); });
        }
        writer->write(item->frame, item->photo, item->changed);
      }
      if (writer && !has_failed_) {
        writer->finish(edited_frames_ > 0, is_interrupted());
      }
    } catch (...) {
      reconstructed_.close();
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
    const std::string damage = reader_.damage();
    if (!damage.empty()) {
      progress_.message(fmt::format("demask: {}: {}", arguments_.input.string(), damage));
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
  programs::BoundedQueue<FilmFrame> decoded_{queue_length};
  programs::BoundedQueue<Reconstructed> reconstructed_{queue_length};
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
  const ReferenceFiles references(arguments.references, options.reconstruct.max_pixels);
  references.add_to(options.reconstruct);
  const InterruptHandler handler;
  return Run(arguments, options).run();
}

}  // namespace demask::program
