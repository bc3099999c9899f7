// SPDX-License-Identifier: Apache-2.0

// Reconstructs the faces under the masks of a video, with tracked faces and steady painting.
//
//   video INPUT OUTPUT.avi
//
// INPUT is anything that cv::VideoCapture opens: a video file, or the pictures of a folder, named
// FOLDER/%03d.png. The sound is not carried over. OUTPUT.avi.xmp gets the mark of edited videos; if
// other software wrote a file of that name, the program ends before it writes anything.
#include <demask/demask.hpp>
#include <demask/opencv.hpp>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <opencv2/videoio.hpp>
#include <sstream>
#include <stdexcept>
#include <string>

namespace {

double frame_rate_of(const cv::VideoCapture& capture) {
  const double rate = capture.get(cv::CAP_PROP_FPS);
  return rate >= 1.0 ? rate : 25.0;
}

struct Outcome {
  int frames = 0;
  bool is_edited = false;  // whether any face was reconstructed
};

Outcome reconstruct_frames(cv::VideoCapture& input, const std::string& output) {
  const demask::FaceReconstructor reconstructor;
  demask::VideoReconstructor video(reconstructor);  // Remembers the faces of this one video.
  const double frame_rate = frame_rate_of(input);
  cv::VideoWriter writer;
  cv::Mat frame;
  Outcome outcome;
  for (; input.read(frame); ++outcome.frames) {
    // Reads OpenCV's pixels in place; the view names their channel order.
    demask::VideoFrame done = video.reconstruct(demask::as_view(frame, demask::PixelFormat::bgr),
                                                outcome.frames / frame_rate);
    if (!writer.isOpened() && !writer.open(output, cv::VideoWriter::fourcc('M', 'J', 'P', 'G'),
                                           frame_rate, frame.size())) {
      throw std::runtime_error(output + ": cannot be written");
    }
    writer.write(demask::as_mat(done.result.photo));
    outcome.is_edited |= demask::any_reconstructed(done.result);
  }
  return outcome;
}

// The file beside a video that holds its mark, because AVI files cannot contain it.
std::string mark_of(const std::string& output) { return output + ".xmp"; }

// Refuses to replace a file that holds anything but the mark.
void check_mark(const std::string& output) {
  if (!std::filesystem::exists(mark_of(output))) {
    return;
  }
  std::ifstream file(mark_of(output));
  std::ostringstream content;
  content << file.rdbuf();
  if (content.str() != demask::synthetic_xmp_packet()) {
    throw std::runtime_error(mark_of(output) + ": other software wrote it; choose another OUTPUT");
  }
}

// Writes the mark of an edited video, or removes that of an earlier one.
void write_mark(const std::string& output, bool is_edited) {
  if (!is_edited) {
    std::filesystem::remove(mark_of(output));
    return;
  }
  std::ofstream file(mark_of(output));
  file << demask::synthetic_xmp_packet();
  file.close();
  if (!file) {
    throw std::runtime_error(mark_of(output) + ": cannot be written");
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: video INPUT OUTPUT.avi\n";
    return 2;
  }
  try {
    cv::VideoCapture input(argv[1]);
    if (!input.isOpened()) {
      throw std::runtime_error(std::string(argv[1]) + ": cannot be read as a video");
    }
    check_mark(argv[2]);
    const Outcome outcome = reconstruct_frames(input, argv[2]);
    if (outcome.frames == 0) {
      throw std::runtime_error(std::string(argv[1]) + ": has no frames that can be read");
    }
    write_mark(argv[2], outcome.is_edited);
    std::cout << outcome.frames << " frames\n";
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "video: " << error.what() << '\n';
    return 1;
  }
}
