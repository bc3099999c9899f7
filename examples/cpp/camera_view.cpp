// SPDX-License-Identifier: Apache-2.0

// Shows a camera in a window: the original on the left, the reconstructed faces on the right. Any
// key ends the program.
//
//   camera_view [CAMERA [PICTURE]]
//
// CAMERA is the number of a camera (0 by default) or the name of a video file. With PICTURE, for
// machines without a display, the program opens no window and writes the last view to that file.
#include <chrono>
#include <demask/demask.hpp>
#include <demask/opencv.hpp>
#include <exception>
#include <iostream>
#include <opencv2/highgui.hpp>
#include <opencv2/videoio.hpp>
#include <stdexcept>
#include <string>

namespace {

constexpr const char* window = "a plausible guess, not an identification";

cv::VideoCapture open_camera(const std::string& name) {
  const bool is_number = name.find_first_not_of("0123456789") == std::string::npos;
  cv::VideoCapture camera;
  if (is_number ? !camera.open(std::stoi(name)) : !camera.open(name)) {
    throw std::runtime_error("camera " + name + ": cannot be opened");
  }
  return camera;
}

// Returns both pictures side by side, in OpenCV's channel order.
cv::Mat side_by_side(const cv::Mat& before, const cv::Mat& after) {
  cv::Mat view;
  cv::hconcat(before, after, view);
  return view;
}

struct View {
  cv::Mat picture;
  bool is_edited = false;  // whether it shows a reconstructed face
};

// Shows every frame of the camera and returns the last view.
View watch(cv::VideoCapture& camera, bool has_window) {
  const demask::FaceReconstructor reconstructor;
  reconstructor.load_all();  // Otherwise the first frame would wait for it.
  demask::VideoReconstructor video(reconstructor);
  const auto start = std::chrono::steady_clock::now();
  cv::Mat frame;
  View view;
  while (camera.read(frame)) {
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
    demask::VideoFrame done =
        video.reconstruct(demask::as_view(frame, demask::PixelFormat::bgr), elapsed.count());
    view.picture = side_by_side(frame, demask::as_mat(done.result.photo));
    view.is_edited = demask::any_reconstructed(done.result);
    if (has_window) {
      cv::imshow(window, view.picture);
      if (cv::waitKey(1) >= 0) {
        break;
      }
    }
  }
  return view;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 3) {
    std::cerr << "usage: camera_view [CAMERA [PICTURE]]\n";
    return 2;
  }
  try {
    cv::VideoCapture camera = open_camera(argc > 1 ? argv[1] : "0");
    const View last = watch(camera, argc < 3);
    if (last.picture.empty()) {
      throw std::runtime_error("the camera returned no picture");
    }
    if (argc == 3) {
      demask::EncodeOptions encoding;
      encoding.synthetic = last.is_edited;
      demask::write_image(argv[2], demask::as_view(last.picture, demask::PixelFormat::bgr),
                          encoding);
    }
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "camera_view: " << error.what() << '\n';
    return 1;
  }
}
