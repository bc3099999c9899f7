// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "augment/masked_photo.hpp"
#include "augment/put_masks_on.hpp"
#include "augment/virtual_camera.hpp"
#include "core/landmarks.hpp"
#include "demask/video_reconstructor.hpp"
#include "evaluate/evaluation.hpp"
#include "evaluate/split_faces.hpp"
#include "imaging/mat.hpp"
#include "metrics/flicker.hpp"
#include "metrics/landmark_error.hpp"
#include "programs/progress_line.hpp"

namespace demask::training {
namespace {

const cv::Size frame_size(1280, 720);
constexpr float face_side = 256.0F;
constexpr int clip_frames = 50;
constexpr double frames_a_second = 25.0;
constexpr double sensor_noise = 2.0;
constexpr std::size_t default_clips = 8;
// Number of frames after which loading and startup are complete.
constexpr int warm_up_frames = 5;
// Number of frames that are reconstructed together, as in the program demask.
constexpr int max_together = 8;

// Figures of one method of reconstruction over the clips.
struct Figures {
  Mean flicker_levels;
  Mean landmark_nme;
  Mean uncovered;
  Mean found;
  Mean milliseconds;
};

// The previous frame of one method of reconstruction.
struct Earlier {
  cv::Mat photo;
  cv::Mat changed;  // changed pixels within the true mask
};

// A frame of a clip and its ground truth.
struct ClipFrame {
  cv::Mat rgb;
  cv::Mat mask;  // CV_8UC1, 255 on the mask.
  Landmarks landmarks;
  Similarity motion;  // from the previous frame
};

// The reconstructed face where the true one is, or null.
const FaceResult* find_face(const Result& result, const Box& truth) {
  constexpr float min_overlap = 0.3F;
  for (const FaceResult& face : result.faces) {
    if (face.status == FaceStatus::reconstructed &&
        intersection_over_union(bounding_box(face.landmarks.points), truth) >= min_overlap) {
      return &face;
    }
  }
  return nullptr;
}

void judge(const ClipFrame& frame, const Result& result, Earlier& earlier, Figures& figures) {
  const cv::Mat photo = imaging::as_mat(result.photo.view()).clone();
  const cv::Mat changed = imaging::as_mat(result.changed.view()) & frame.mask;
  const FaceResult* face = find_face(result, bounding_box(frame.landmarks.points));
  figures.found.add(face != nullptr ? 1.0 : 0.0);
  if (face != nullptr) {
    figures.landmark_nme.add(normalized_mean_error(to_ibug68(face->landmarks), frame.landmarks));
    figures.uncovered.add(100.0 * cv::countNonZero(frame.mask & ~changed) /
                          std::max(1, cv::countNonZero(frame.mask)));
  }
  if (!earlier.photo.empty()) {
    const auto levels = flicker(earlier.photo, earlier.changed, photo, changed, frame.motion);
    if (levels) {
      figures.flicker_levels.add(*levels);
    }
  }
  earlier = {photo, changed};
}

template <typename Work>
double milliseconds_of(const Work& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
      .count();
}

// A face of the split with a mask on, filmed by a moving camera.
class Clip {
 public:
  Clip(const SplitFace& face, const synthesis::MaskSynthesizer& synthesizer, std::uint64_t seed)
      : landmarks_(face.record.landmarks), seed_(seed + face.index) {
    const PhotoWithMasks photo =
        put_masks_on(read_rgb(face.record.file), {landmarks_}, synthesizer, seed_);
    CameraMotion motion;
    motion.seed = seed_;
    const Similarity at_rest = centered_view(face.record.box, face_side, frame_size);
    camera_.emplace(photo.rgb, frame_size, at_rest, motion);
    mask_ = photo.mask;
  }

  ClipFrame frame(int index) const {
    const VirtualCamera& camera = *camera_;
    const double seconds = index / frames_a_second;
    const Similarity view = camera.view(seconds);
    ClipFrame result;
    result.rgb = camera.frame(seconds);
    add_sensor_noise(result.rgb, sensor_noise, seed_ * clip_frames + static_cast<unsigned>(index));
    cv::warpAffine(mask_, result.mask, imaging::as_mat(view), frame_size, cv::INTER_LINEAR);
    result.mask = result.mask > 127;
    result.landmarks = core::transformed(landmarks_, view);
    result.motion = view * camera.view(seconds - 1.0 / frames_a_second).inverse();
    return result;
  }

 private:
  Landmarks landmarks_;
  std::uint64_t seed_;
  cv::Mat mask_;
  std::optional<VirtualCamera> camera_;
};

// Frames of a clip that are reconstructed together.
struct Group {
  Group(const Clip& clip, int first, int count) {
    for (int index = first; index < first + count; ++index) {
      frames.push_back(clip.frame(index));
    }
    for (std::size_t i = 0; i < frames.size(); ++i) {
      timed.push_back({imaging::as_view(frames[i].rgb, PixelFormat::rgb),
                       (first + static_cast<int>(i)) / frames_a_second});
    }
  }

  std::vector<ClipFrame> frames;
  std::vector<TimedFrame> timed;  // views of `frames`
};

// Figures of both methods over all clips.
struct Comparison {
  Figures tracked;  // VideoReconstructor
  Figures single;   // FaceReconstructor, frame by frame
  Mean detector_runs;
  Mean tracks;
};

// The previous frames of both methods, and the track ids so far.
struct ClipState {
  Earlier tracked;
  Earlier single;
  std::set<std::int64_t> ids;
};

void compare_group(const Group& group, const FaceReconstructor& reconstructor,
                   VideoReconstructor& video, bool warm, ClipState& state, Comparison& comparison) {
  std::vector<VideoFrame> outputs;
  const double tracked_time = milliseconds_of([&] { outputs = video.reconstruct(group.timed); }) /
                              static_cast<double>(group.frames.size());
  for (std::size_t k = 0; k < group.frames.size(); ++k) {
    Result alone;
    const double single_time =
        milliseconds_of([&] { alone = reconstructor.reconstruct(group.timed[k].image); });
    judge(group.frames[k], outputs[k].result, state.tracked, comparison.tracked);
    judge(group.frames[k], alone, state.single, comparison.single);
    state.ids.insert(outputs[k].track_ids.begin(), outputs[k].track_ids.end());
    comparison.detector_runs.add(outputs[k].detector_ran ? 1.0 : 0.0);
    if (warm) {
      comparison.tracked.milliseconds.add(tracked_time);
      comparison.single.milliseconds.add(single_time);
    }
  }
}

void report_comparison(const Comparison& comparison, Report& report) {
  const Figures& tracked = comparison.tracked;
  const Figures& single = comparison.single;
  report.add("video.flicker", tracked.flicker_levels.value() / single.flicker_levels.value(),
             tracked.flicker_levels.count());
  report.add("video.flicker_levels", tracked.flicker_levels);
  report.add("video.flicker_levels_single", single.flicker_levels);
  report.add("video.landmark_nme", tracked.landmark_nme);
  report.add("video.landmark_nme_single", single.landmark_nme);
  report.add("video.mask_uncovered", tracked.uncovered);
  report.add("video.mask_uncovered_single", single.uncovered);
  report.add("video.found", tracked.found);
  report.add("video.found_single", single.found);
  report.add("video.tracks_per_face", comparison.tracks);
  report.add("video.detector_share", comparison.detector_runs);
  report.add("video.fps", 1000.0 / tracked.milliseconds.value(), tracked.milliseconds.count());
  report.add("video.fps_single", 1000.0 / single.milliseconds.value(), single.milliseconds.count());
  report.add("video.time_ratio", tracked.milliseconds.value() / single.milliseconds.value(),
             tracked.milliseconds.count());
}

}  // namespace

void evaluate_video(const Evaluation& evaluation) {
  EvaluationOptions options = evaluation.options;
  if (options.limit == 0) {
    options.limit = default_clips;
  }
  const FaceReconstructor reconstructor(evaluation.bundle, options.runtime);
  reconstructor.load_all();
  const synthesis::MaskSynthesizer synthesizer = make_synthesizer(options.data);
  const std::vector<SplitFace> faces = read_split_faces(options, true);
  const int together = std::clamp(options.runtime.threads, 1, max_together);
  Comparison comparison;
  programs::ProgressLine progress;
  for (std::size_t i = 0; i < faces.size(); ++i) {
    progress.show_fraction(static_cast<double>(i) / static_cast<double>(faces.size()), "video");
    const Clip clip(faces[i], synthesizer, options.seed);
    VideoReconstructor video(reconstructor);
    ClipState state;
    for (int first = 0; first < clip_frames; first += together) {
      const Group group(clip, first, std::min(together, clip_frames - first));
      compare_group(group, reconstructor, video, first >= warm_up_frames, state, comparison);
    }
    comparison.tracks.add(static_cast<double>(state.ids.size()));
  }
  report_comparison(comparison, evaluation.report);
}

}  // namespace demask::training
