// SPDX-License-Identifier: Apache-2.0
#include "model_results.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <opencv2/imgproc.hpp>

#include "../support/synthetic_landmarks.hpp"
#include "demask/alignment.hpp"
#include "demask/error.hpp"
#include "demask/face_reconstructor.hpp"
#include "imaging/mat.hpp"
#include "imaging/preprocess.hpp"
#include "runtime/script_model.hpp"
#include "stages/model_input.hpp"

namespace demask::test {
namespace {

constexpr int grid_step = 4;   // Between the samples of a map, in px.
constexpr int block_side = 8;  // Of the averaged blocks of the reconstructed photo, in px.

// From the canonical face to the portrait, from the position of the eyes and the turn of the head.
const Similarity face_place(0.5615, 0.0337, 156.9, 38.5);

// The part of the portrait that contains the face.
const cv::Rect face_square(144, 32, 160, 160);

// A worn mask on the canonical face.
constexpr std::array<Point, 6> mask_outline = {{{42.0F, 128.0F},
                                                {128.0F, 112.0F},
                                                {214.0F, 128.0F},
                                                {200.0F, 205.0F},
                                                {128.0F, 240.0F},
                                                {56.0F, 205.0F}}};
const cv::Scalar mask_colour(150, 190, 210);

RuntimeOptions one_thread() {
  RuntimeOptions options;
  options.threads = 1;
  return options;
}

void fill_mask(cv::Mat& image, const Similarity& from_canonical, const cv::Scalar& colour) {
  std::vector<cv::Point> outline;
  for (const Point& corner : mask_outline) {
    const Point p = from_canonical(corner);
    outline.emplace_back(cvRound(p.x), cvRound(p.y));
  }
  cv::fillPoly(image, std::vector<std::vector<cv::Point>>{outline}, colour);
}

Image wear_mask(const Image& portrait) {
  Image photo = portrait;
  cv::Mat pixels = imaging::as_mat(photo);
  fill_mask(pixels, face_place, mask_colour);
  return photo;
}

float longer_side(const Box& box) { return std::max(box.width, box.height); }

void add_place(std::vector<double>& values, Point p, float side) {
  values.push_back(static_cast<double>(p.x / side));
  values.push_back(static_cast<double>(p.y / side));
}

void detect(const ModelBundle& bundle, const Image& photo, Results& results) {
  for (const Detection& face : bundle.load_face_detector(one_thread())->detect(photo)) {
    results["face_detector.score"].push_back(static_cast<double>(face.score));
    const float side = longer_side(face.box);
    std::vector<double>& places = results["face_detector.places"];
    add_place(places, {face.box.x, face.box.y}, side);
    add_place(places, {face.box.right(), face.box.bottom()}, side);
    for (const Point& point : face.points) {
      add_place(places, point, side);
    }
  }
}

void find_landmarks(const ModelBundle& bundle, const Image& photo, Results& results) {
  FaceRegion region;
  region.photo = photo;
  region.box = bounding_box(face_landmarks(face_place).points);
  region.roll = static_cast<float>(face_place.rotation());
  const Landmarks found = bundle.load_landmark_detector(one_thread())->detect(region);
  for (const Point& point : found.points) {
    add_place(results["landmark_detector.points"], point, longer_side(region.box));
  }
  results["landmark_detector.confidence"].assign(found.confidence.begin(), found.confidence.end());
}

void segment(const ModelBundle& bundle, const Image& face, Results& results) {
  const std::vector<MaskInstance> masks = bundle.load_segmenter(one_thread())->segment(face);
  for (const MaskInstance& mask : masks) {
    results["segmenter.score"].push_back(static_cast<double>(mask.score));
    for (int y = 0; y < mask.probability.height; y += grid_step) {
      for (int x = 0; x < mask.probability.width; x += grid_step) {
        results["segmenter.probability"].push_back(static_cast<double>(mask.probability.at(x, y)));
      }
    }
  }
}

double female_probability(const GenderEstimate& estimate) {
  const auto probability = static_cast<double>(estimate.probability);
  return estimate.gender == Gender::female ? probability : 1.0 - probability;
}

void classify(const ModelBundle& bundle, const Image& face, Results& results) {
  results["gender_classifier.female"] = {
      female_probability(bundle.load_gender_classifier(one_thread())->classify(face))};
}

// The stage returns colors in 8 bits, so the network is called directly.
void inpaint(const ModelBundle& bundle, const ModelSpec& spec, const Image& photo,
             Results& results) {
  const int side = spec.input_size;
  Image face = canonical_face(photo, face_landmarks(face_place), side);
  cv::Mat pixels = imaging::as_mat(face);
  const Similarity to_side(static_cast<double>(side) / canonical_size, 0.0, 0.0, 0.0);
  cv::Mat hole(side, side, CV_8UC1, cv::Scalar(0));
  fill_mask(hole, to_side, cv::Scalar(255));
  pixels.setTo(cv::Scalar::all(0), hole);
  const cv::Mat lines = imaging::draw_landmark_map(face_landmarks(to_side), side);
  const runtime::ScriptModel model(to_string(spec.stage), {bundle.folder() / spec.file, nullptr, 0},
                                   one_thread());
  const core::Workers alone(1);
  const std::vector<runtime::Tensor> outputs =
      model.run({stages::make_batch({pixels}, alone), stages::make_batch({hole}, alone),
                 stages::make_batch({lines}, alone)});
  const std::string set = spec.variant.empty() ? std::string() : "." + spec.variant;
  std::vector<double>& colours = results[to_string(spec.stage) + set + ".colour"];
  for (std::int64_t channel = 0; channel < 3; ++channel) {
    const cv::Mat plane = runtime::get_plane(outputs.at(0), 0, channel);
    for (int y = 0; y < side; y += grid_step) {
      for (int x = 0; x < side; x += grid_step) {
        colours.push_back(static_cast<double>(plane.at<float>(y, x)));
      }
    }
  }
}

// Means of blocks, which average out the rounding to 8 bits.
std::vector<double> block_means(const cv::Mat& image) {
  cv::Mat colours;
  image.convertTo(colours, CV_32F, 1.0 / 255.0);
  cv::Mat means;
  cv::resize(colours, means, {image.cols / block_side, image.rows / block_side}, 0.0, 0.0,
             cv::INTER_AREA);
  const float* values = means.ptr<float>();
  return {values, values + means.total() * static_cast<std::size_t>(means.channels())};
}

void reconstruct(const ModelBundle& bundle, const Image& photo, Results& results) {
  const Result result = FaceReconstructor(bundle, one_thread()).reconstruct(photo);
  const auto face = std::find_if(
      result.faces.begin(), result.faces.end(),
      [](const FaceResult& candidate) { return candidate.status == FaceStatus::reconstructed; });
  if (face == result.faces.end()) {
    throw Error(ErrorCode::invalid_argument,
                "portrait: no masked face is found in it; move face_place to where its face is");
  }
  for (const Point& point : face->landmarks.points) {
    add_place(results["reconstruction.landmarks"], point, longer_side(face->box));
  }
  results["reconstruction.female"] = {female_probability(face->gender.value())};
  results["reconstruction.hole"] = {cv::mean(imaging::as_mat(face->aligned_mask))[0] / 255.0};
  results["reconstruction.face"] = block_means(imaging::as_mat(face->aligned_after));
  results["reconstruction.photo"] = block_means(imaging::as_mat(result.photo)(face_square));
}

}  // namespace

Results model_results(const ModelBundle& bundle, const Image& portrait) {
  const Image photo = wear_mask(portrait);
  const Image face = canonical_face(photo, face_landmarks(face_place));
  Results results;
  detect(bundle, photo, results);
  find_landmarks(bundle, photo, results);
  segment(bundle, face, results);
  classify(bundle, face, results);
  for (const ModelSpec& spec : bundle.models()) {
    if (is_inpainter(spec.stage)) {
      inpaint(bundle, spec, photo, results);
    }
  }
  reconstruct(bundle, photo, results);
  return results;
}

}  // namespace demask::test
