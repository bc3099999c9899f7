// SPDX-License-Identifier: Apache-2.0
#include "camera_command.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <opencv2/core/utils/logger.hpp>
#include <opencv2/highgui.hpp>
#include <opencv2/videoio.hpp>
#include <string>

#include "demask/opencv.hpp"
#include "exit_codes.hpp"
#include "interrupt_handler.hpp"
#include "model_errors.hpp"
#include "reference_files.hpp"
#include "split_view.hpp"

namespace demask::program {
namespace {

constexpr const char* window = "demask: a plausible guess, not an identification";
constexpr int escape_key = 27;

/// OpenCV ends the process if it opens a window without a display, so look for one first.
void require_display() {
  for (const char* name : {"DISPLAY", "WAYLAND_DISPLAY"}) {
    const char* value = std::getenv(name);
    if (value != nullptr && *value != '\0') {
      return;
    }
  }
  throw UsageError(
      "camera: there is no display to open a window on; run it in a desktop session, or use "
      "`demask video` with a file");
}

cv::VideoCapture open_camera(int index) {
  // OpenCV tells of every driver that it tries; the program itself says what fails.
  cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
  cv::VideoCapture camera;
  if (!camera.open(index)) {
    throw UsageError(
        fmt::format("camera {}: cannot be opened; check that it is plugged in, that "
                    "you may use it and that no other program uses it, or give another "
                    "--camera",
                    index));
  }
  // Buffer only one frame, because older ones would delay the view.
  camera.set(cv::CAP_PROP_BUFFERSIZE, 1);
  return camera;
}

bool is_window_open() { return cv::getWindowProperty(window, cv::WND_PROP_VISIBLE) >= 1.0; }

}  // namespace

int run_camera(const CameraArguments& arguments) {
  require_display();
  // Frames are small: OpenCV's threads would gain little and take cores from the networks.
  cv::setNumThreads(1);
  cv::VideoCapture camera = open_camera(arguments.camera);
  VideoOptions options = arguments.options;
  select_tracks(arguments.faces, options);
  const ReferenceFiles references(arguments.references, options.reconstruct.max_pixels);
  references.add_to(options.reconstruct);
  const FaceReconstructor reconstructor(arguments.model.open_bundle(), arguments.model.runtime());
  options = with_quality(arguments, reconstructor, options);
  with_models([&] { reconstructor.load_all(options.reconstruct.quality); });
  VideoReconstructor video(reconstructor, options);
  const InterruptHandler handler;
  cv::namedWindow(window, cv::WINDOW_NORMAL | cv::WINDOW_KEEPRATIO);
  const auto start = std::chrono::steady_clock::now();
  SplitView view = SplitView::split;
  cv::Mat frame;
  while (!is_interrupted() && camera.read(frame)) {
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
    VideoFrame output = video.reconstruct(as_view(frame, PixelFormat::bgr), elapsed.count());
    cv::imshow(window, show(view, frame, as_mat(output.result.photo)));
    const int key = cv::waitKey(1);
    if (key == ' ') {
      view = next(view);
    }
    if (key == 'q' || key == escape_key || !is_window_open()) {
      break;
    }
  }
  cv::destroyAllWindows();
  return is_interrupted() ? ExitCode::interrupted : ExitCode::all_done;
}

}  // namespace demask::program
