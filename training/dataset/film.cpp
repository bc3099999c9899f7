// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <opencv2/imgproc.hpp>
#include <opencv2/videoio.hpp>

#include "augment/canonical_sampling.hpp"
#include "augment/virtual_camera.hpp"
#include "core/landmarks.hpp"
#include "data/csv.hpp"
#include "data/face_annotator.hpp"
#include "dataset/commands.hpp"
#include "dataset/landmark_file.hpp"
#include "demask/error.hpp"
#include "demask/image_io.hpp"
#include "imaging/mat.hpp"

namespace demask::training {
namespace {

std::vector<std::string> truth_header() {
  std::vector<std::string> header = {"frame", "seconds", "face", "box_x",
                                     "box_y", "box_w",   "box_h"};
  for (int i = 0; i < 68; ++i) {
    header.push_back(fmt::format("x{}", i));
    header.push_back(fmt::format("y{}", i));
  }
  return header;
}

std::vector<std::string> truth_row(int frame, double seconds, std::size_t face,
                                   const Landmarks& landmarks) {
  const Box box = bounding_box(landmarks.points);
  std::vector<std::string> row = {std::to_string(frame), fmt::format("{:.4f}", seconds),
                                  std::to_string(face)};
  for (const float value : {box.x, box.y, box.width, box.height}) {
    row.push_back(fmt::format("{:.2f}", value));
  }
  for (const Point& p : landmarks.points) {
    row.push_back(fmt::format("{:.2f}", p.x));
    row.push_back(fmt::format("{:.2f}", p.y));
  }
  return row;
}

cv::VideoWriter open_writer(const FilmOptions& options) {
  cv::VideoWriter writer;
  // Every build of OpenCV has Motion JPEG, and each of its frames is coded independently.
  const bool is_open =
      writer.open(options.out.string(), cv::VideoWriter::fourcc('M', 'J', 'P', 'G'),
                  options.frame_rate, {options.width, options.height});
  if (!is_open) {
    throw Error(ErrorCode::unwritable_file,
                fmt::format("{}: cannot be written; give an .avi file in a folder that exists",
                            options.out.string()));
  }
  return writer;
}

}  // namespace

void film(const FilmOptions& options) {
  const Image photo = convert(read_image(options.photo), PixelFormat::rgb);
  const std::vector<Landmarks> faces = options.landmarks.empty()
                                           ? find_landmarks(photo, options.models)
                                           : read_landmark_file(options.landmarks);
  if (faces.empty()) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("{}: no face was found; give a photo with larger faces, or --landmarks",
                            options.photo.string()));
  }
  const cv::Size size(options.width, options.height);
  CameraMotion motion;
  motion.seed = options.seed;
  const VirtualCamera camera(
      imaging::as_mat(photo.view()), size,
      centered_view(bounding_box(faces.front().points), options.face_side, size), motion);
  cv::VideoWriter writer = open_writer(options);
  std::vector<std::vector<std::string>> truth;
  for (int frame = 0; frame < options.frames; ++frame) {
    const double seconds = frame / options.frame_rate;
    cv::Mat picture = camera.frame(seconds);
    add_sensor_noise(picture, options.noise, options.seed + static_cast<unsigned>(frame));
    cv::cvtColor(picture, picture, cv::COLOR_RGB2BGR);
    writer.write(picture);
    for (std::size_t face = 0; face < faces.size(); ++face) {
      truth.push_back(
          truth_row(frame, seconds, face, core::transformed(faces[face], camera.view(seconds))));
    }
  }
  if (!options.truth.empty()) {
    write_csv(options.truth, truth_header(), truth);
  }
  fmt::print("{}: {} frames of {} x {}\n", options.out.string(), options.frames, options.width,
             options.height);
}

}  // namespace demask::training
