// SPDX-License-Identifier: Apache-2.0
#include "levers.hpp"

#include <algorithm>
#include <chrono>
#include <map>

#include "bare_modules.hpp"
#include "imaging/mat.hpp"
#include "imaging/preprocess.hpp"
#include "timing.hpp"

namespace demask::benchmarks {
namespace {

const cv::Size photo_size(1280, 720);
const cv::Size large_photo(4000, 3000);
constexpr int face_size = 800;  // in the large photo, in pixels
// Input side that the landmark detector and the inpainter would get without smaller squares.
constexpr int full_square = 256;
constexpr int fresh_starts = 5;
constexpr std::int64_t max_batch = 4;

using Shapes = std::vector<std::vector<std::int64_t>>;
using Times = std::map<std::string, double>;

Shapes shapes_of(const ModelBundle& bundle, Stage stage, std::int64_t side) {
  if (stage == Stage::face_detector) {
    const cv::Size padded =
        imaging::letterbox(photo_size, bundle.spec(Stage::face_detector).input_size).padded;
    return {{1, 3, padded.height, padded.width}};
  }
  return face_inputs(stage, 1, side);
}

std::vector<BareModule> networks(const ModelBundle& bundle, Preparation preparation) {
  std::vector<BareModule> modules;
  for (const Stage stage : {Stage::face_detector, Stage::landmark_detector, Stage::segmenter,
                            Stage::gender_classifier, Stage::inpainter_female}) {
    modules.emplace_back(bundle, stage, shapes_of(bundle, stage, bundle.spec(stage).input_size),
                         preparation);
  }
  return modules;
}

void forward_all(const std::vector<BareModule>& modules) {
  for (const BareModule& module : modules) {
    module.forward();
  }
}

// Median milliseconds that a freshly loaded network takes for batches of 1, 2, 3 and 4.
double first_calls(const ModelBundle& bundle, Executor executor) {
  using Clock = std::chrono::steady_clock;
  std::vector<double> times;
  for (int i = 0; i < fresh_starts; ++i) {
    const Stage stage = Stage::segmenter;
    BareModule module(bundle, stage, shapes_of(bundle, stage, bundle.spec(stage).input_size));
    const Clock::time_point start = Clock::now();
    for (std::int64_t batch = 1; batch <= max_batch; ++batch) {
      module.set_batch(batch);
      module.forward(executor);
    }
    times.push_back(std::chrono::duration<double, std::milli>(Clock::now() - start).count());
  }
  std::nth_element(times.begin(), times.begin() + fresh_starts / 2, times.end());
  return times[fresh_starts / 2];
}

// Samples the square of a face in a large BGR photo, converting only the pixels of the face.
void crop_face(const cv::Mat& bgr) {
  const double scale = static_cast<double>(canonical_size) / face_size;
  const Similarity to_square(scale, 0.0, -scale * 0.5 * bgr.cols, -scale * 0.5 * bgr.rows);
  imaging::warp_to_square(imaging::as_view(bgr, PixelFormat::bgr), to_square, canonical_size);
}

void convert_and_crop_face(const cv::Mat& bgr) {
  crop_face(imaging::to_rgb(imaging::as_view(bgr, PixelFormat::bgr)).clone());
}

}  // namespace

std::vector<Figure> measure_levers(const BenchOptions& options) {
  const ModelBundle bundle = ModelBundle::open(options.models);
  const std::vector<BareModule> loaded = networks(bundle, Preparation::loaded);
  const std::vector<BareModule> frozen = networks(bundle, Preparation::frozen);
  const std::vector<BareModule> channels_last = networks(bundle, Preparation::channels_last);
  const std::vector<BareModule> optimized = networks(bundle, Preparation::optimized);
  const auto single = [&](Stage stage, std::int64_t side) {
    return BareModule(bundle, stage, shapes_of(bundle, stage, side));
  };
  const Stage landmarks = Stage::landmark_detector;
  const Stage inpainter = Stage::inpainter_female;
  const BareModule small_landmarks = single(landmarks, bundle.spec(landmarks).input_size);
  const BareModule full_landmarks = single(landmarks, full_square);
  const BareModule small_inpainter = single(inpainter, bundle.spec(inpainter).input_size);
  const BareModule full_inpainter = single(inpainter, full_square);
  const cv::Mat photo(large_photo, CV_8UC3, cv::Scalar::all(128));

  set_threads(options.threads);
  const Times ms = time_each({{"loaded", [&] { forward_all(loaded); }},
                              {"frozen", [&] { forward_all(frozen); }},
                              {"channels_last", [&] { forward_all(channels_last); }},
                              {"optimized", [&] { forward_all(optimized); }},
                              {"small_landmarks", [&] { small_landmarks.forward(); }},
                              {"full_landmarks", [&] { full_landmarks.forward(); }},
                              {"small_inpainter", [&] { small_inpainter.forward(); }},
                              {"full_inpainter", [&] { full_inpainter.forward(); }},
                              {"crop", [&] { crop_face(photo); }},
                              {"convert_and_crop", [&] { convert_and_crop_face(photo); }}},
                             options.repetitions);
  return {
      {"lever.freeze", ms.at("loaded") / ms.at("frozen"), ""},
      {"lever.channels_last", ms.at("frozen") / ms.at("channels_last"), ""},
      {"lever.optimize_for_inference", ms.at("frozen") / ms.at("optimized"), ""},
      {"lever.fixed_graph",
       first_calls(bundle, Executor::profiling) / first_calls(bundle, Executor::fixed_graph), ""},
      {"lever.landmarks_square", ms.at("full_landmarks") / ms.at("small_landmarks"), ""},
      {"lever.inpainter_square", ms.at("full_inpainter") / ms.at("small_inpainter"), ""},
      {"lever.crop_only", ms.at("convert_and_crop") / ms.at("crop"), ""}};
}

}  // namespace demask::benchmarks
