#include "stage_commands.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>
#include <opencv2/imgproc.hpp>

#include "demask/opencv.hpp"
#include "exit_codes.hpp"
#include "model_errors.hpp"
#include "photo_files.hpp"
#include "report.hpp"

namespace demask::program {
namespace {

using nlohmann::json;

/// What a command adds to a photo's entry.
using PhotoWork = std::function<json(const PhotoJob&, const Image&)>;

/// Runs `work` over every photo and prints what it returns; a photo that fails is named on stderr.
int for_each_photo(const StageArguments& arguments, const ModelBundle& bundle,
                   const PhotoWork& work) {
  OutputRequest request;
  request.output = arguments.output;
  request.keep_extension = false;
  const PhotoPlan plan = plan_photos(arguments.photos, request);
  json photos = json::array();
  bool has_failed = false;
  for (const PhotoJob& job : plan.jobs) {
    json entry{{"input", job.input.string()}, {"error", nullptr}, {"faces", json::array()}};
    try {
      const Image photo = read_image(job.input, arguments.max_pixels);
      if (plan.to_folder) make_folder(job.output.parent_path());
      entry.update(work(job, photo));
    } catch (const Error& error) {
      has_failed = true;
      entry["error"] = to_json(error);
      std::fputs(fmt::format("demask: {}\n", error.what()).c_str(), stderr);
    }
    photos.push_back(entry);
  }
  std::fputs(document(std::move(photos), bundle).c_str(), stdout);
  return has_failed ? ExitCode::some_failed : ExitCode::all_done;
}

/// The stages before the one asked for.
class FaceFinder {
 public:
  FaceFinder(const StageArguments& arguments, const ModelBundle& bundle)
      : least_size_(arguments.min_face_size),
        detector_(
            with_models([&] { return bundle.load_face_detector(arguments.model.runtime()); })) {
    detect_options_.score_threshold = arguments.threshold;
  }

  std::vector<Detection> find(const Image& photo) const {
    std::vector<Detection> faces =
        with_models([&] { return detector_->detect(photo.view(), detect_options_); });
    const auto is_small = [this](const Detection& face) {
      return std::max(face.box.width, face.box.height) < least_size_;
    };
    faces.erase(std::remove_if(faces.begin(), faces.end(), is_small), faces.end());
    return faces;
  }

 private:
  float least_size_;
  std::unique_ptr<FaceDetector> detector_;
  DetectOptions detect_options_;
};

/// Faces with their landmarks.
class LandmarkFinder {
 public:
  LandmarkFinder(const StageArguments& arguments, const ModelBundle& bundle)
      : finder_(arguments, bundle), detector_(with_models([&] {
          return bundle.load_landmark_detector(arguments.model.runtime());
        })) {}

  struct Face {
    Detection detection;
    Landmarks landmarks;
  };

  std::vector<Face> find(const Image& photo) const {
    std::vector<Face> faces;
    std::vector<FaceRegion> regions;
    for (const Detection& detection : finder_.find(photo)) {
      const Point right_eye = detection.points[0];
      const Point left_eye = detection.points[1];
      const float roll = std::atan2(left_eye.y - right_eye.y, left_eye.x - right_eye.x);
      faces.push_back({detection, {}});
      regions.push_back({photo, detection.box, roll});
    }
    std::vector<Landmarks> found = with_models([&] { return detector_->detect(regions); });
    for (std::size_t i = 0; i < faces.size(); ++i) faces[i].landmarks = std::move(found[i]);
    return faces;
  }

 private:
  FaceFinder finder_;
  std::unique_ptr<LandmarkDetector> detector_;
};

json detection_entry(const Detection& detection) {
  return {{"box", to_json(detection.box)},
          {"score", detection.score},
          {"points", to_json({detection.points.begin(), detection.points.end()})}};
}

/// Sets the pixels of `mask` to 255 where the canonical face's probability reaches the threshold.
void add_canonical_mask(const ProbabilityMap& probability, const Landmarks& landmarks,
                        float threshold, Image& mask) {
  const cv::Mat canonical(probability.height, probability.width, CV_32FC1,
                          const_cast<float*>(probability.values.data()));
  const std::array<double, 6> to_canonical =
      canonical_similarity(landmarks, probability.width).matrix();
  const cv::Mat transform(2, 3, CV_64FC1, const_cast<double*>(to_canonical.data()));
  cv::Mat in_photo;
  cv::warpAffine(canonical, in_photo, transform, {mask.width(), mask.height()},
                 cv::INTER_LINEAR | cv::WARP_INVERSE_MAP, cv::BORDER_CONSTANT, cv::Scalar(0));
  as_mat(mask).setTo(255, in_photo >= threshold);
}

void add_photo_mask(const MaskInstance& instance, float threshold, Image& mask) {
  for (int y = 0; y < instance.probability.height; ++y) {
    for (int x = 0; x < instance.probability.width; ++x) {
      const bool is_inside = instance.x + x >= 0 && instance.x + x < mask.width() &&
                             instance.y + y >= 0 && instance.y + y < mask.height();
      if (is_inside && instance.probability.at(x, y) >= threshold) {
        mask.row(instance.y + y)[instance.x + x] = 255;
      }
    }
  }
}

/// Share of the map that the threshold is reached on.
double covered_share(const ProbabilityMap& map, float threshold) {
  const auto count = std::count_if(map.values.begin(), map.values.end(),
                                   [threshold](float value) { return value >= threshold; });
  return map.values.empty() ? 0.0
                            : static_cast<double>(count) / static_cast<double>(map.values.size());
}

/// Masks by a segmenter that sees whole photos.
json segment_photo(const Segmenter& segmenter, float threshold, const Image& photo, Image& mask) {
  json faces = json::array();
  for (const MaskInstance& instance :
       with_models([&] { return segmenter.segment(photo.view()); })) {
    add_photo_mask(instance, threshold, mask);
    faces.push_back(
        {{"mask_box",
          {instance.x, instance.y, instance.probability.width, instance.probability.height}},
         {"score", instance.score}});
  }
  return faces;
}

/// Masks by a segmenter that sees canonical faces.
json segment_faces(const Segmenter& segmenter, float threshold, const LandmarkFinder& finder,
                   const Image& photo, Image& mask) {
  json faces = json::array();
  for (const LandmarkFinder::Face& face : finder.find(photo)) {
    const Image canonical = canonical_face(photo, face.landmarks);
    json entry = detection_entry(face.detection);
    double share = 0.0;
    for (const MaskInstance& instance :
         with_models([&] { return segmenter.segment(canonical.view()); })) {
      add_canonical_mask(instance.probability, face.landmarks, threshold, mask);
      share = std::max(share, covered_share(instance.probability, threshold));
    }
    entry["mask_area"] = share;
    faces.push_back(entry);
  }
  return faces;
}

}  // namespace

int run_detect(const StageArguments& arguments) {
  const ModelBundle bundle = arguments.model.open_bundle();
  const FaceFinder finder(arguments, bundle);
  return for_each_photo(arguments, bundle, [&](const PhotoJob&, const Image& photo) {
    json faces = json::array();
    for (const Detection& detection : finder.find(photo)) {
      faces.push_back(detection_entry(detection));
    }
    return json{{"faces", faces}};
  });
}

int run_landmarks(const StageArguments& arguments) {
  const ModelBundle bundle = arguments.model.open_bundle();
  const LandmarkFinder finder(arguments, bundle);
  return for_each_photo(arguments, bundle, [&](const PhotoJob&, const Image& photo) {
    json faces = json::array();
    for (const LandmarkFinder::Face& face : finder.find(photo)) {
      faces.push_back(detection_entry(face.detection));
      add_landmarks(faces.back(), face.landmarks);
    }
    return json{{"faces", faces}};
  });
}

int run_gender(const StageArguments& arguments) {
  const ModelBundle bundle = arguments.model.open_bundle();
  const LandmarkFinder finder(arguments, bundle);
  const auto classifier =
      with_models([&] { return bundle.load_gender_classifier(arguments.model.runtime()); });
  return for_each_photo(arguments, bundle, [&](const PhotoJob&, const Image& photo) {
    json faces = json::array();
    for (const LandmarkFinder::Face& face : finder.find(photo)) {
      const Image canonical = canonical_face(photo, face.landmarks);
      const GenderEstimate estimate =
          with_models([&] { return classifier->classify(canonical.view()); });
      faces.push_back(detection_entry(face.detection));
      faces.back()["gender"] = to_string(estimate.gender);
      faces.back()["gender_probability"] = estimate.probability;
    }
    return json{{"faces", faces}};
  });
}

int run_segment(const StageArguments& arguments) {
  const ModelBundle bundle = arguments.model.open_bundle();
  const auto segmenter =
      with_models([&] { return bundle.load_segmenter(arguments.model.runtime()); });
  const bool sees_photos = segmenter->input() == SegmenterInput::photo;
  const float threshold =
      arguments.mask_threshold < 0.0F ? segmenter->threshold() : arguments.mask_threshold;
  std::unique_ptr<LandmarkFinder> finder;
  if (!sees_photos) finder = std::make_unique<LandmarkFinder>(arguments, bundle);
  return for_each_photo(arguments, bundle, [&](const PhotoJob& job, const Image& photo) {
    Image mask(photo.width(), photo.height(), PixelFormat::gray);
    const json faces = sees_photos ? segment_photo(*segmenter, threshold, photo, mask)
                                   : segment_faces(*segmenter, threshold, *finder, photo, mask);
    if (!job.output.empty()) write_image(job.output, mask);
    return json{{"mask_file", job.output.empty() ? json(nullptr) : json(job.output.string())},
                {"faces", faces}};
  });
}

}  // namespace demask::program
