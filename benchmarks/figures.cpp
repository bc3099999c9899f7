// SPDX-License-Identifier: Apache-2.0
#include "figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "bare_modules.hpp"
#include "caller.hpp"
#include "demask/error.hpp"
#include "demask/face_reconstructor.hpp"
#include "demask/image_io.hpp"
#include "demask/video_reconstructor.hpp"
#include "fresh_process.hpp"
#include "imaging/preprocess.hpp"
#include "large_allocations.hpp"
#include "scene.hpp"
#include "timing.hpp"

namespace demask::benchmarks {
namespace {

constexpr int many_faces = 8;
// Enough that two callers seldom wait for each other.
constexpr int photos_of_a_caller = 4;
constexpr SceneOptions one_face_scene{1280, 720, 1, 256};
constexpr SceneOptions many_faces_scene{1280, 720, many_faces, 160};
// A camera that sways by `camera_reach` pixels sees 1280 x 720 of it.
constexpr int camera_reach = 16;
constexpr SceneOptions filmed_scene{1280 + 2 * camera_reach, 720 + 2 * camera_reach, 1, 256};
// Two periods of the default interval between runs of the detector.
constexpr int clip_frames = 30;
constexpr double frames_a_second = 30.0;
constexpr SceneOptions large_scene{4000, 3000, 1, 800};

FaceReconstructor load(const std::filesystem::path& models, int threads,
                       DType dtype = DType::fp32) {
  RuntimeOptions options;
  options.threads = threads;
  options.dtype = dtype;
  return FaceReconstructor(ModelBundle::open(models), options);
}

// Returns nothing if the processor does not compute in bfloat16.
std::optional<FaceReconstructor> load_bf16(const BenchOptions& options) {
  FaceReconstructor reconstructor = load(options.models, options.threads, DType::bf16);
  try {
    reconstructor.load_all();
  } catch (const Error& error) {
    if (error.code() == ErrorCode::device_unavailable) {
      return std::nullopt;
    }
    throw;
  }
  return reconstructor;
}

// The detector's inputs: the photo, and the photo at half the size if large faces need it.
std::vector<cv::Mat> detector_pictures(const ModelSpec& spec, const Image& photo) {
  std::vector<int> sides = {spec.input_size};
  if (spec.largest_face > 0.0F) {
    sides.push_back(spec.input_size / 2);
  }
  std::vector<cv::Mat> pictures;
  for (const int side : sides) {
    pictures.push_back(imaging::warp_to_letterbox(
        photo.view(), imaging::letterbox({photo.width(), photo.height()}, side)));
  }
  return pictures;
}

// The networks for a photo with `faces` faces, with their inputs.
std::vector<BareModule> networks(const ModelBundle& bundle, const Image& photo,
                                 std::int64_t faces) {
  using Shapes = std::vector<std::vector<std::int64_t>>;
  std::vector<BareModule> modules;
  for (const cv::Mat& boxed : detector_pictures(bundle.spec(Stage::face_detector), photo)) {
    modules.emplace_back(bundle, Stage::face_detector, Shapes{{1, 3, boxed.rows, boxed.cols}});
    modules.back().set_picture(boxed);
  }
  for (const Stage stage : {Stage::landmark_detector, Stage::segmenter, Stage::gender_classifier,
                            Stage::inpainter_female}) {
    const ModelSpec& spec = bundle.spec(stage);
    const std::int64_t passes = spec.mirror_average ? 2 * faces : faces;
    modules.emplace_back(bundle, stage, face_inputs(stage, passes, spec.input_size));
  }
  return modules;
}

// The paper's networks for a photo with one face. Mask R-CNN takes the photo, fits it into a square
// itself, and finds the face by its mask.
std::vector<BareModule> paper_networks(const ModelBundle& bundle, const Image& photo) {
  using Shapes = std::vector<std::vector<std::int64_t>>;
  const cv::Size scaled =
      imaging::letterbox({photo.width(), photo.height()}, bundle.spec(Stage::segmenter).input_size)
          .scaled;
  std::vector<BareModule> modules;
  modules.emplace_back(bundle, Stage::segmenter, Shapes{{3, scaled.height, scaled.width}});
  for (const Stage stage :
       {Stage::landmark_detector, Stage::gender_classifier, Stage::inpainter_female}) {
    modules.emplace_back(bundle, stage, face_inputs(stage, 1, bundle.spec(stage).input_size));
  }
  return modules;
}

// Makes a scene in which every face is found and painted.
Image make_whole_scene(const Image& photo, const FaceReconstructor& reconstructor,
                       const SceneOptions& options) {
  Image scene = make_scene(photo.view(), reconstructor, options);
  const Result result = reconstructor.reconstruct(scene.view());
  const auto painted = std::count_if(
      result.faces.begin(), result.faces.end(),
      [](const FaceResult& face) { return face.status == FaceStatus::reconstructed; });
  if (painted != options.faces) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("photo: {} of {} copies of its largest face are found and painted; "
                            "choose a photo with a face that is easier to find",
                            painted, options.faces));
  }
  return scene;
}

void forward_all(const std::vector<BareModule>& modules) {
  for (const BareModule& module : modules) {
    module.forward();
  }
}

double total_gmac(const std::vector<BareModule>& modules) {
  double sum = 0.0;
  for (const BareModule& module : modules) {
    sum += module.gmac();
  }
  return sum;
}

// For its lifetime, OpenCV uses one thread, as in hosts that divide the work among their own
// threads.
class OneOpenCvThread {
 public:
  OneOpenCvThread() { cv::setNumThreads(1); }
  ~OneOpenCvThread() { cv::setNumThreads(before_); }
  OneOpenCvThread(const OneOpenCvThread&) = delete;
  OneOpenCvThread& operator=(const OneOpenCvThread&) = delete;

 private:
  int before_ = cv::getNumThreads();
};

// An endless 720p clip of a scene, filmed by a swaying camera.
class Clip {
 public:
  Clip(const FaceReconstructor& reconstructor, const Image& scene)
      : scene_(scene), video_(reconstructor) {}

  // Reconstructs the next `frames`, `together` at once, with one OpenCV thread like `demask video`.
  void play(int frames, int together) {
    const OneOpenCvThread one_thread;
    for (int done = 0; done < frames; done += together) {
      std::vector<TimedFrame> frames_together;
      for (int i = 0; i < std::min(together, frames - done); ++i, ++frame_) {
        frames_together.push_back({view(), frame_ / frames_a_second});
      }
      static_cast<void>(video_.reconstruct(frames_together));
    }
  }

 private:
  ImageView view() const {
    const double turn = 0.2 * frame_;
    const int x = camera_reach + static_cast<int>(std::lround(camera_reach * std::sin(turn)));
    const int y = camera_reach + static_cast<int>(std::lround(camera_reach * std::cos(0.7 * turn)));
    ImageView frame = scene_.view();
    frame.data = scene_.row(y) + std::ptrdiff_t{x} * channels(scene_.format());
    frame.stride = scene_.stride();
    frame.width -= 2 * camera_reach;
    frame.height -= 2 * camera_reach;
    return frame;
  }

  const Image& scene_;
  VideoReconstructor video_;
  int frame_ = 0;
};

// The inputs and workloads that measure_speed() times.
class SpeedBench {
 public:
  explicit SpeedBench(const BenchOptions& options);
  SpeedBench(const SpeedBench&) = delete;
  SpeedBench& operator=(const SpeedBench&) = delete;

  std::vector<Figure> measure();

 private:
  using Milliseconds = std::map<std::string, double>;

  void call();
  Workload workload();
  void add_paper(Workload& work);
  void add_variants(Workload& work);
  void add_bf16(Workload& work);
  std::vector<Figure> ratios(const Milliseconds& ms) const;

  const BenchOptions& options_;
  ModelBundle bundle_;
  Image photo_;
  FaceReconstructor reconstructor_;
  FaceReconstructor single_;  // uses one thread per call
  Image one_;
  Image many_;
  Image filmed_;
  Clip clip_;
  std::vector<ImageView> eight_photos_;
  std::vector<BareModule> for_one_;
  std::vector<BareModule> for_many_;
  PeakConvolution peak_;
  Caller other_;
  std::vector<BareModule> paper_;
  std::optional<FaceReconstructor> bf16_;
  std::optional<Clip> bf16_clip_;
};

SpeedBench::SpeedBench(const BenchOptions& options)
    : options_(options),
      bundle_(ModelBundle::open(options.models)),
      photo_(read_image(options.photo)),
      reconstructor_(load(options.models, options.threads)),
      single_(load(options.models, 1)),
      one_(make_whole_scene(photo_, reconstructor_, one_face_scene)),
      many_(make_whole_scene(photo_, reconstructor_, many_faces_scene)),
      filmed_(make_whole_scene(photo_, reconstructor_, filmed_scene)),
      clip_(reconstructor_, filmed_),
      eight_photos_(many_faces, one_.view()),
      for_one_(networks(bundle_, one_, 1)),
      for_many_(networks(bundle_, many_, many_faces)),
      other_([this] { call(); }) {}

void SpeedBench::call() {
  for (int i = 0; i < photos_of_a_caller; ++i) {
    static_cast<void>(single_.reconstruct(one_.view()));
  }
}

Workload SpeedBench::workload() {
  return {
      {"one_face", [this] { static_cast<void>(reconstructor_.reconstruct(one_.view())); }},
      {"one_face_networks", [this] { forward_all(for_one_); }},
      {"many_faces", [this] { static_cast<void>(reconstructor_.reconstruct(many_.view())); }},
      {"many_faces_networks", [this] { forward_all(for_many_); }},
      {"clip", [this] { clip_.play(clip_frames, options_.threads); }},
      {"batch", [this] { static_cast<void>(reconstructor_.reconstruct(eight_photos_)); }},
      {"peak_convolution", [this] { peak_.forward(); }},
      {"one_caller",
       [this] {
         const OneOpenCvThread one_thread;
         call();
       }},
      {"two_callers",
       [this] {
         const OneOpenCvThread one_thread;
         other_.start();
         call();
         other_.wait();
       }},
  };
}

void SpeedBench::add_paper(Workload& work) {
  if (!options_.paper_models) {
    return;
  }
  paper_ = paper_networks(ModelBundle::open(*options_.paper_models), one_);
  work.emplace_back("paper_networks", [this] { forward_all(paper_); });
}

void SpeedBench::add_variants(Workload& work) {
  if (!bundle_.has(Stage::shape_model)) {
    return;
  }
  work.emplace_back("eight_variants", [this] {
    ReconstructOptions options;
    options.variants = 8;
    static_cast<void>(reconstructor_.reconstruct(one_.view(), options));
  });
}

void SpeedBench::add_bf16(Workload& work) {
  bf16_ = load_bf16(options_);
  if (!bf16_) {
    return;
  }
  bf16_clip_.emplace(*bf16_, filmed_);
  work.emplace_back("one_face_bf16",
                    [this] { static_cast<void>(bf16_->reconstruct(one_.view())); });
  work.emplace_back("batch_bf16", [this] { static_cast<void>(bf16_->reconstruct(eight_photos_)); });
  work.emplace_back("clip_bf16", [this] { bf16_clip_->play(clip_frames, options_.threads); });
}

std::vector<Figure> SpeedBench::ratios(const Milliseconds& ms) const {
  const double peak_rate = PeakConvolution::gmac() / ms.at("peak_convolution");
  const double gmac = total_gmac(for_one_);
  const double one_face = ms.at("one_face");
  std::vector<Figure> figures = {
      {"pipeline.overhead_1_face", one_face / ms.at("one_face_networks"), "<= 1.15"},
      {"pipeline.overhead_8_faces", ms.at("many_faces") / ms.at("many_faces_networks"), "<= 1.05"},
      {"pipeline.fps_two_cores", 1000.0 * clip_frames / ms.at("clip"), ">= 25"},
      {"pipeline.photos_a_second", 1000.0 / one_face, ""},
      {"batch.scaling", many_faces * one_face / ms.at("batch"), ">= 1.3"},
      {"lever.thread_per_caller", 2.0 * photos_of_a_caller * one_face / ms.at("two_callers"), ""},
      {"threads.scaling", 2.0 * ms.at("one_caller") / ms.at("two_callers"), ">= 1.9"},
      {"conv.efficiency", gmac / one_face / peak_rate, ">= 0.5"},
      {"pipeline.gmac", gmac, ""},
      {"peak.gflops", 2000.0 * peak_rate, ""},
  };
  if (!paper_.empty()) {
    figures.push_back({"pipeline.vs_paper_stack", ms.at("paper_networks") / one_face, ">= 40"});
  }
  if (ms.count("eight_variants") != 0) {
    figures.push_back({"variants.ratio_8", ms.at("eight_variants") / one_face, "<= 4"});
  }
  if (bf16_) {
    const double in_bf16 = ms.at("one_face_bf16");
    figures.push_back({"lever.bf16", one_face / in_bf16, ""});
    figures.push_back({"pipeline.fps_bf16", 1000.0 * clip_frames / ms.at("clip_bf16"), ">= 25"});
    figures.push_back({"batch.scaling_bf16", many_faces * in_bf16 / ms.at("batch_bf16"), ""});
  }
  return figures;
}

std::vector<Figure> SpeedBench::measure() {
  set_threads(options_.threads);
  Workload work = workload();
  add_paper(work);
  add_variants(work);
  add_bf16(work);
  const Milliseconds ms = time_each(work, options_.repetitions);
  std::vector<Figure> figures = ratios(ms);
  for (const auto& [name, time] : ms) {
    figures.push_back({"ms." + name, time, ""});
  }
  return figures;
}

}  // namespace

std::vector<Figure> measure_start(const BenchOptions& options) {
  // LibTorch's share: a process that loads it and runs one convolution.
  const Footprint torch_alone = in_fresh_process([] { PeakConvolution().forward(); });
  const Image photo = read_image(options.photo);
  const Footprint first_result = in_fresh_process(
      [&] { static_cast<void>(load(options.models, options.threads).reconstruct(photo)); });
  const Footprint large_photo = in_fresh_process([&] {
    const FaceReconstructor reconstructor = load(options.models, options.threads);
    const Image large = make_scene(photo.view(), reconstructor, large_scene);
    static_cast<void>(reconstructor.reconstruct(large));
  });
  return {{"load.ms", first_result.milliseconds, "<= 700"},
          {"rss.mb", large_photo.peak_megabytes - torch_alone.peak_megabytes, "<= 450"},
          {"rss.torch_mb", torch_alone.peak_megabytes, ""}};
}

std::vector<Figure> measure_speed(const BenchOptions& options) {
  return SpeedBench(options).measure();
}

std::vector<Figure> measure_copies(const BenchOptions& options) {
  const Image photo = read_image(options.photo);
  const FaceReconstructor reconstructor = load(options.models, options.threads);
  const Image large = make_scene(photo.view(), reconstructor, large_scene);
  const auto bytes =
      static_cast<std::size_t>(large.stride()) * static_cast<std::size_t>(large.height());
  const int count = count_large_allocations(
      bytes, [&] { static_cast<void>(reconstructor.reconstruct(large.view())); });
  return {{"copies", static_cast<double>(count), "<= 2"}};
}

}  // namespace demask::benchmarks
