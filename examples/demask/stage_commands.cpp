// SPDX-License-Identifier: Apache-2.0
#include "stage_commands.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "exit_codes.hpp"
#include "file_names.hpp"
#include "model_errors.hpp"
#include "own_pictures.hpp"
#include "photo_files.hpp"
#include "report.hpp"
#include "stages/face_size.hpp"
#include "standard_streams.hpp"

namespace demask::program {
namespace {

using nlohmann::json;

/// Adds the output of a command to the entry of a photo.
using PhotoWork = std::function<json(const PhotoJob&, const Image&)>;

void print_lines(const std::vector<std::string>& lines) {
  for (const std::string& line : lines) {
    std::fputs((line + "\n").c_str(), stderr);
  }
}

/// Returns the entry of a photo: the output of `work`, or its error, which is printed too.
json entry_of(const PhotoJob& job, const std::function<json()>& work) {
  json entry{{"input", utf8_of(job.input)}, {"error", nullptr}, {"faces", json::array()}};
  try {
    entry.update(work());
  } catch (const Error& error) {
    const std::string text =
        job.source == job.input ? error.what() : with_stream_name(error.what(), job.source);
    entry["error"] = to_json(Error(error.code(), text));
    print_lines({"demask: " + text});
  }
  return entry;
}

/// Runs `work` on every photo and prints the entries; a photo that fails is named on stderr.
int for_each_photo(const StageArguments& arguments, const ModelBundle& bundle,
                   const PhotoWork& work) {
  OutputRequest request;
  request.output = arguments.output;
  request.keep_extension = false;
  PhotoPlan plan = plan_photos(arguments.photos, request);
  print_lines(search_messages(plan));
  require_photos(plan, arguments.photos);
  protect_models(plan, request, bundle.folder());
  json photos = json::array();
  bool has_failed = !plan.failures.empty();
  std::vector<LeftOut> made_by_models;
  for (const PhotoJob& job : plan.jobs) {
    if (is_made_by_a_model(job)) {
      made_by_models.push_back({job.input, LeftOutReason::synthetic});
      continue;
    }
    photos.push_back(entry_of(job, [&] {
      const Image photo = read_image(job.source, arguments.max_pixels);
      if (plan.to_folder) {
        make_folder(job.output.parent_path());
      }
      return work(job, photo);
    }));
    has_failed = has_failed || !photos.back()["error"].is_null();
  }
  for (const SearchFailure& failure : plan.failures) {
    json entry = failed_entry(failure.path, failure.error);
    entry.erase("output");
    photos.push_back(std::move(entry));
  }
  print_lines(describe(made_by_models));
  plan.left_out.insert(plan.left_out.end(), made_by_models.begin(), made_by_models.end());
  std::fputs(document(std::move(photos), plan.left_out, bundle).c_str(), stdout);
  return has_failed ? ExitCode::some_failed : ExitCode::all_done;
}

/// Returns the detected faces of a photo that have the minimum size of the command.
std::vector<Detection> find_faces(const FaceDetector& detector, const StageArguments& arguments,
                                  const Image& photo) {
  DetectOptions options;
  options.score_threshold = arguments.threshold;
  options.min_face_size = arguments.min_face_size;
  std::vector<Detection> faces = with_models([&] { return detector.detect(photo, options); });
  const float min_pixels = stages::face_size_in_pixels(options.min_face_size, photo.view());
  const auto is_small = [min_pixels](const Detection& face) {
    return std::max(face.box.width, face.box.height) < min_pixels;
  };
  faces.erase(std::remove_if(faces.begin(), faces.end(), is_small), faces.end());
  return faces;
}

/// Returns the landmarks of each detected face of a photo.
std::vector<Landmarks> find_landmarks(const LandmarkDetector& detector, const Image& photo,
                                      const std::vector<Detection>& faces) {
  std::vector<FaceRegion> regions;
  for (const Detection& face : faces) {
    regions.push_back(region_of(photo, face));
  }
  return with_models([&] { return detector.detect(regions); });
}

json detection_entry(const Detection& detection) {
  return {{"box", to_json(detection.box)},
          {"score", detection.score},
          {"points", to_json({detection.points.begin(), detection.points.end()})}};
}

/// Adds the output of a command to the entry of a face.
using FillEntry = std::function<void(const Landmarks&, json& entry)>;

/// The detectors of faces and of landmarks.
struct Detectors {
  std::unique_ptr<FaceDetector> faces;
  std::unique_ptr<LandmarkDetector> landmarks;
};

Detectors load_detectors(const StageArguments& arguments, const ModelBundle& bundle) {
  return with_models([&] {
    return Detectors{bundle.load_face_detector(arguments.model.runtime()),
                     bundle.load_landmark_detector(arguments.model.runtime())};
  });
}

/// Finds the faces of a photo with their landmarks, calls `fill` for each, and returns their
/// entries.
json for_each_face(const Detectors& detectors, const StageArguments& arguments, const Image& photo,
                   const FillEntry& fill) {
  const std::vector<Detection> found = find_faces(*detectors.faces, arguments, photo);
  const std::vector<Landmarks> landmarks = find_landmarks(*detectors.landmarks, photo, found);
  json faces = json::array();
  for (std::size_t i = 0; i < found.size(); ++i) {
    faces.push_back(detection_entry(found[i]));
    fill(landmarks[i], faces.back());
  }
  return faces;
}

/// Returns the fraction of a map that reaches the threshold.
double covered_fraction(const ProbabilityMap& map, float threshold) {
  const auto count = std::count_if(map.values.begin(), map.values.end(),
                                   [threshold](float value) { return value >= threshold; });
  return map.values.empty() ? 0.0
                            : static_cast<double>(count) / static_cast<double>(map.values.size());
}

/// Draws the masks that a segmenter of whole photos finds; returns an entry for each.
json segment_photo(const Segmenter& segmenter, float threshold, const Image& photo, Image& mask) {
  json faces = json::array();
  for (const MaskInstance& found : with_models([&] { return segmenter.segment(photo); })) {
    draw_mask(found, threshold, mask);
    faces.push_back(
        {{"mask_box", {found.x, found.y, found.probability.width, found.probability.height}},
         {"score", found.score}});
  }
  return faces;
}

/// Draws the mask that a segmenter of canonical faces finds in one; returns the fraction of the
/// canonical face that it covers.
double segment_face(const Segmenter& segmenter, float threshold, const Landmarks& landmarks,
                    const Image& photo, Image& mask) {
  const Image face = canonical_face(photo, landmarks);
  double fraction = 0.0;
  for (const MaskInstance& found : with_models([&] { return segmenter.segment(face); })) {
    draw_canonical_mask(found, threshold, landmarks, mask);
    fraction = std::max(fraction, covered_fraction(found.probability, threshold));
  }
  return fraction;
}

}  // namespace

int run_detect(const StageArguments& arguments) {
  const ModelBundle bundle = arguments.model.open_bundle();
  const auto detector =
      with_models([&] { return bundle.load_face_detector(arguments.model.runtime()); });
  return for_each_photo(arguments, bundle, [&](const PhotoJob&, const Image& photo) {
    json faces = json::array();
    for (const Detection& face : find_faces(*detector, arguments, photo)) {
      faces.push_back(detection_entry(face));
    }
    return json{{"faces", faces}};
  });
}

int run_landmarks(const StageArguments& arguments) {
  const ModelBundle bundle = arguments.model.open_bundle();
  const Detectors detectors = load_detectors(arguments, bundle);
  return for_each_photo(arguments, bundle, [&](const PhotoJob&, const Image& photo) {
    const auto add = [](const Landmarks& landmarks, json& entry) {
      add_landmarks(entry, landmarks);
    };
    return json{{"faces", for_each_face(detectors, arguments, photo, add)}};
  });
}

int run_gender(const StageArguments& arguments) {
  const ModelBundle bundle = arguments.model.open_bundle();
  const Detectors detectors = load_detectors(arguments, bundle);
  const auto classifier =
      with_models([&] { return bundle.load_gender_classifier(arguments.model.runtime()); });
  return for_each_photo(arguments, bundle, [&](const PhotoJob&, const Image& photo) {
    const auto classify = [&](const Landmarks& landmarks, json& entry) {
      const Image face = canonical_face(photo, landmarks);
      const GenderEstimate estimate = with_models([&] { return classifier->classify(face); });
      entry["gender"] = to_string(estimate.gender);
      entry["gender_probability"] = estimate.probability;
    };
    return json{{"faces", for_each_face(detectors, arguments, photo, classify)}};
  });
}

int run_segment(const StageArguments& arguments) {
  const ModelBundle bundle = arguments.model.open_bundle();
  const auto segmenter =
      with_models([&] { return bundle.load_segmenter(arguments.model.runtime()); });
  const bool sees_photos = segmenter->input() == SegmenterInput::photo;
  const float threshold = arguments.mask_threshold.value_or(segmenter->threshold());
  const Detectors detectors = sees_photos ? Detectors() : load_detectors(arguments, bundle);
  return for_each_photo(arguments, bundle, [&](const PhotoJob& job, const Image& photo) {
    Image mask(photo.width(), photo.height(), PixelFormat::gray);
    const auto segment = [&](const Landmarks& landmarks, json& entry) {
      entry["mask_area"] = segment_face(*segmenter, threshold, landmarks, photo, mask);
    };
    const json faces = sees_photos ? segment_photo(*segmenter, threshold, photo, mask)
                                   : for_each_face(detectors, arguments, photo, segment);
    if (!job.output.empty()) {
      write_own_picture(job.output, mask);
    }
    return json{{"mask_file", job.output.empty() ? json(nullptr) : json(utf8_of(job.output))},
                {"faces", faces}};
  });
}

}  // namespace demask::program
