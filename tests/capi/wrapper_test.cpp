// SPDX-License-Identifier: Apache-2.0

// The C++ wrapper on the toy world of make_bundle.py, in C++11 and without a test framework, so
// that any compiler and standard can build it.
//
//   wrapper_test TOY WORK

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "demask_capi.hpp"

namespace capi = demask::capi;

namespace {

int failures = 0;

#define CHECK(condition)                                                                \
  do {                                                                                  \
    if (!(condition)) {                                                                 \
      std::cerr << __FILE__ << ":" << __LINE__ << ": not true: " << #condition << "\n"; \
      ++failures;                                                                       \
    }                                                                                   \
  } while (false)

template <typename Body>
void check_error(demask_status status, const std::string& text, const Body& body) {
  try {
    body();
    const bool has_failed = false;
    CHECK(has_failed);
  } catch (const capi::Error& error) {
    CHECK(error.status() == status);
    CHECK(std::string(error.what()).find(text) != std::string::npos);
  }
}

using Color = std::array<int, 3>;
const Color green = {{0, 255, 0}};
const Color yellow = {{255, 255, 0}};
const Color tan = {{92, 90, 88}};
const capi::Box face_box = {24.0F, 50.0F, 80.0F, 80.0F};

Color color_at(const capi::ImageView& image, int x, int y) {
  const std::int64_t channels = image.format() == DEMASK_PIXEL_GRAY ? 1 : 3;
  const std::int64_t stride = image.stride() != 0 ? image.stride() : channels * image.width();
  const std::uint8_t* pixel = image.data() + y * stride + x * channels;
  return {{pixel[0], pixel[channels / 2], pixel[channels - 1]}};
}

Color mouth(const capi::ImageView& image) { return color_at(image, 64, 110); }

capi::ReconstructOptions pasted() {
  capi::ReconstructOptions options;
  options.values.blend = DEMASK_BLEND_NONE;
  return options;
}

class Test {
 public:
  Test(std::string toy, std::string work)
      : toy_(std::move(toy)), work_(std::move(work)), bundle_(toy_ + "/bundle") {}

  void run() const {
    images();
    bundles();
    results();
    variants();
    options();
    files_and_batches();
    callbacks();
    stages();
    video();
    log();
    errors();
  }

 private:
  capi::Image photo(const char* name = "masked.png") const {
    return capi::Image::read(toy_ + "/" + name);
  }

  capi::Landmarks landmarks() const {
    return capi::LandmarkDetector(bundle_).detect(photo().view(), face_box);
  }

  void images() const {
    const capi::Image bgr = capi::Image::convert(photo().view(), DEMASK_PIXEL_BGR);
    CHECK((mouth(bgr.view()) == Color{{30, 30, 250}}));
    const capi::ImageView view = bgr.view();
    const capi::ImageView part(view.data() + 24 * 3, 80, view.height(), DEMASK_PIXEL_BGR,
                               view.stride());
    capi::EncodeOptions encoding;
    CHECK(encoding.jpeg_quality == 95 && !encoding.synthetic);
    encoding.synthetic = true;
    capi::write_image(work_ + "/part.png", part, encoding);
    CHECK(capi::is_marked_as_synthetic(work_ + "/part.png"));
    const capi::Image read = capi::Image::read(work_ + "/part.png");
    CHECK(read.view().width() == 80 && read.view().format() == DEMASK_PIXEL_RGB);
    CHECK((color_at(read.view(), 40, 110) == Color{{250, 30, 30}}));
    capi::write_image(work_ + "/plain.png", part);
    CHECK(!capi::is_marked_as_synthetic(work_ + "/plain.png"));
    capi::mark_as_synthetic(work_ + "/plain.png");
    CHECK(capi::is_marked_as_synthetic(work_ + "/plain.png"));
    const std::vector<std::uint8_t> bytes = contents(work_ + "/plain.png");
    CHECK(capi::Image::decode(bytes.data(), bytes.size()).view().width() == 80);
    CHECK(capi::ImageView().empty());
    static_assert(!std::is_copy_constructible<capi::Image>::value, "images have one owner");
    static_assert(std::is_nothrow_move_constructible<capi::Image>::value, "and another in turn");
  }

  void bundles() const {
    CHECK(bundle_.name() == "toy" && bundle_.version() == "1.0.0");
    CHECK(bundle_.license() == "CC0-1.0" && bundle_.folder() == toy_ + "/bundle");
    CHECK(bundle_.has(DEMASK_STAGE_SEGMENTER));
    bundle_.verify();
    const std::vector<capi::ModelInfo> models = bundle_.models();
    CHECK(models.size() == 8);
    std::map<std::string, std::vector<std::uint8_t>> files;
    files["manifest.json"] = contents(toy_ + "/bundle/manifest.json");
    for (const capi::ModelInfo& model : models) {
      files[model.file] = contents(toy_ + "/bundle/" + model.file);
      CHECK(model.size_bytes == files[model.file].size() && model.sha256.size() == 64);
      if (model.stage == DEMASK_STAGE_FACE_DETECTOR) CHECK(model.metrics.at("recall") == 1.0);
      if (model.stage == DEMASK_STAGE_GENDER_CLASSIFIER) CHECK(model.class_names.at(1) == "male");
    }
    CHECK(bundle_.variants() == std::vector<std::string>{"swapped"} && bundle_.variant().empty());
    const capi::Bundle swapped = bundle_.with_variant("swapped");
    CHECK(swapped.variant() == "swapped");
    CHECK(mouth(capi::Reconstructor(swapped).reconstruct(photo().view(), pasted()).photo()) ==
          yellow);
    capi::BundleLimits limits;
    limits.max_file_bytes = 100;
    check_error(DEMASK_ERROR_BUNDLE_INVALID, "", [&] { capi::Bundle(toy_ + "/bundle", limits); });
    check_error(DEMASK_ERROR_BUNDLE_INVALID, "raise the limits",
                [&] { capi::Bundle::from_memory(files, limits); });
    check_error(DEMASK_ERROR_BUNDLE_INVALID, "raise the limits",
                [&] { capi::Bundle::open_default(limits); });
    CHECK(capi::Bundle::open_default(capi::BundleLimits()).name() == "toy");
    CHECK(bundle_.training_artifacts().empty());
    const capi::Bundle from_memory = capi::Bundle::from_memory(files);
    CHECK(from_memory.folder().empty());
    CHECK(capi::Reconstructor(from_memory).reconstruct(photo().view()).face_count() == 1);
    CHECK(capi::Bundle().name() == "toy");  // DEMASK_MODELS is set.
  }

  void results() const {
    capi::RuntimeOptions runtime;
    CHECK(runtime.device == "cpu" && runtime.threads == 0);
    runtime.threads = 1;
    const capi::Reconstructor reconstructor(bundle_, runtime);
    reconstructor.load_all();
    const capi::Result result = reconstructor.reconstruct(photo().view(), pasted());
    CHECK(mouth(result.photo()) == green);
    CHECK(mouth(result.changed())[0] == 255 && color_at(result.changed(), 0, 0)[0] == 0);
    CHECK(result.alternative_photo().empty());
    CHECK(result.detect_milliseconds() >= 0.0 && result.face_count() == 1);
    const demask_face face = result.face(0);
    CHECK(face.status == DEMASK_FACE_RECONSTRUCTED && face.gender == DEMASK_GENDER_FEMALE);
    CHECK(std::abs(face.box[0] - face_box.x) < 1e-3F);
    CHECK(result.landmarks(0).points.size() == 136);
    std::int32_t x = 0;
    std::int32_t y = 0;
    const capi::ImageView mask = result.mask(0, x, y);
    CHECK(color_at(mask, 64 - x, 110 - y)[0] == 255);
    CHECK(color_at(result.aligned_before(0), 128, 200)[0] == 250);
    CHECK(color_at(result.aligned_mask(0), 128, 200)[0] == 255);
    CHECK(color_at(result.aligned_after(0), 128, 200) == green);
    CHECK(result.aligned_alternative(0).empty());
    CHECK(result.milliseconds(0, DEMASK_STEP_INPAINT) >= 0.0);
    check_error(DEMASK_ERROR_INVALID_ARGUMENT, "index", [&] { result.face(1); });
  }

  void variants() const {
    const capi::Reconstructor reconstructor{capi::Bundle(toy_ + "/shape_bundle")};
    capi::ReconstructOptions options = pasted();
    options.values.variants = 2;
    options.values.diversity = 1.0F;
    const capi::Result result = reconstructor.reconstruct(photo().view(), options);
    CHECK(result.variant_count() == 2 && result.face(0).variant_count == 2);
    CHECK(mouth(result.variant_photo(0)) == mouth(result.photo()));
    CHECK(result.variant_aligned(0, 1).width() == result.aligned_after(0).width());
    CHECK(result.variant_landmarks(0, 0).points != result.variant_landmarks(0, 1).points);
    CHECK(result.variant_likelihood(0, 0) == 1.0F && result.variant_likelihood(0, 1) < 1.0F);
    check_error(DEMASK_ERROR_INVALID_ARGUMENT, "variant", [&] { result.variant_photo(2); });
  }

  void options() const {
    const capi::Reconstructor reconstructor(bundle_);
    capi::ReconstructOptions options = pasted();
    options.values.both_when_uncertain = 1;
    const capi::Result both = reconstructor.reconstruct(photo("male.png").view(), options);
    CHECK(mouth(both.photo()) == yellow && mouth(both.alternative_photo()) == green);
    CHECK(color_at(both.aligned_alternative(0), 128, 200) == green);

    const capi::Image bare = photo("bare.png");
    options = pasted();
    options.boxes = {face_box, {140.0F, 60.0F, 80.0F, 80.0F}};
    const capi::Result boxes = reconstructor.reconstruct(bare.view(), options);
    CHECK(boxes.face_count() == 2 && boxes.face(1).status == DEMASK_FACE_NO_MASK);

    std::vector<std::uint8_t> covered(std::size_t{256} * 192, 0);
    for (std::size_t row = 90; row < 130; ++row) {
      std::fill_n(covered.begin() + static_cast<std::ptrdiff_t>(row * 256 + 24), 80, 255);
    }
    options = pasted();
    options.mask = capi::ImageView(covered.data(), 256, 192, DEMASK_PIXEL_GRAY);
    options.landmarks = {landmarks()};
    options.values.gender = DEMASK_GENDER_MALE;
    const capi::Result own = reconstructor.reconstruct(bare.view(), options);
    CHECK(mouth(own.photo()) == yellow && color_at(own.photo(), 200, 110) == tan);
  }

  void files_and_batches() const {
    const capi::Reconstructor reconstructor;
    const capi::Result result =
        reconstructor.reconstruct_file(toy_ + "/masked.png", work_ + "/out.png", pasted());
    CHECK(result.face_count() == 1);
    CHECK(mouth(capi::Image::read(work_ + "/out.png").view()) == green);
    CHECK(capi::is_marked_as_synthetic(work_ + "/out.png"));

    const capi::Image masked = photo();
    const capi::Image two = photo("two.png");
    capi::ReconstructOptions options = pasted();
    options.values.max_pixels = 256 * 192;
    const std::vector<std::uint8_t> large(std::size_t{400} * 400, 0);
    const capi::Batch batch = reconstructor.reconstruct_batch(
        {masked.view(), two.view(), capi::ImageView(large.data(), 400, 400, DEMASK_PIXEL_GRAY)},
        options);
    CHECK(batch.count() == 3);
    CHECK(batch.result(0).face_count() == 1 && batch.result(1).face_count() == 2);
    CHECK(mouth(batch.result(1).photo()) == green);
    check_error(DEMASK_ERROR_IMAGE_TOO_LARGE, "", [&] { batch.result(2); });
  }

  void callbacks() const {
    const capi::Reconstructor reconstructor(bundle_);
    const capi::Image image = photo();
    capi::ReconstructOptions options;
    int reports = 0;
    options.progress = [&](demask_pipeline_step, std::int32_t done, std::int32_t total) {
      CHECK(done >= 0 && done <= total);
      ++reports;
    };
    reconstructor.reconstruct(image.view(), options);
    CHECK(reports >= 6);
    options.cancelled = [] { return true; };
    check_error(DEMASK_ERROR_CANCELLED, "",
                [&] { reconstructor.reconstruct(image.view(), options); });
    options.cancelled = []() -> bool { throw std::runtime_error("of mine"); };
    check_thrown([&] { reconstructor.reconstruct(image.view(), options); });
    options.cancelled = nullptr;
    options.progress = [](demask_pipeline_step, std::int32_t, std::int32_t) {
      throw std::runtime_error("of mine");
    };
    check_thrown([&] { reconstructor.reconstruct_batch({image.view()}, options); });
  }

  void stages() const {
    const capi::Image image = photo();
    const capi::FaceDetector detector(bundle_);
    CHECK(detector.detect(image.view()).size() == 1);
    CHECK(detector.detect(image.view(), 0.95F).empty());
    const capi::Landmarks points = landmarks();
    CHECK(capi::to_ibug68(points).points == points.points);
    CHECK(points.scheme == DEMASK_LANDMARKS_IBUG68 && points.confidence.size() == 68);
    const std::array<double, 6> matrix = capi::canonical_similarity(points);
    CHECK(std::abs(matrix[0] - 3.2) < 1e-3 && std::abs(matrix[1]) < 1e-3);
    const capi::Image face = capi::canonical_face(image.view(), points);
    CHECK((color_at(face.view(), 128, 200) == Color{{250, 30, 30}}));

    const capi::Segmenter segmenter(bundle_);
    CHECK(segmenter.input() == DEMASK_SEGMENTER_CANONICAL_FACE && segmenter.threshold() == 0.5F);
    const std::vector<capi::Mask> masks = segmenter.segment(face.view());
    CHECK(masks.size() == 1 && masks[0].probability.size() == std::size_t{256} * 256);
    std::vector<std::uint8_t> covered;
    for (const float p : masks[0].probability) covered.push_back(p >= 0.5F ? 255 : 0);

    const capi::GenderEstimate estimate = capi::GenderClassifier(bundle_).classify(face.view());
    CHECK(estimate.gender == DEMASK_GENDER_FEMALE && estimate.probability > 0.8F);
    capi::Landmarks canonical = points;
    for (std::size_t i = 0; i < canonical.points.size(); i += 2) {
      const double x = points.points[i];
      const double y = points.points[i + 1];
      canonical.points[i] = static_cast<float>(matrix[0] * x + matrix[1] * y + matrix[2]);
      canonical.points[i + 1] = static_cast<float>(matrix[3] * x + matrix[4] * y + matrix[5]);
    }
    const capi::Inpainter inpainter(bundle_, DEMASK_GENDER_MALE);
    const capi::Image painted = inpainter.inpaint(
        face.view(), capi::ImageView(covered.data(), 256, 256, DEMASK_PIXEL_GRAY), canonical);
    CHECK(color_at(painted.view(), 128, 200) == yellow);
    CHECK(color_at(painted.view(), 128, 20) == tan);
  }

  void video() const {
    capi::VideoOptions options;
    options.values.detect_interval = 2;
    options.reconstruct = pasted();
    bool fails = false;
    options.reconstruct.progress = [&](demask_pipeline_step, std::int32_t, std::int32_t) {
      if (fails) throw std::runtime_error("of mine");
    };
    capi::Video stream{capi::Reconstructor(bundle_), options};
    const capi::Image image = photo("two.png");
    const capi::FrameResult first = stream.reconstruct(image.view(), 0.0);
    const capi::FrameResult second = stream.reconstruct(image.view(), 0.04);
    CHECK(first.detector_ran && second.detector_ran && !second.scene_cut);
    CHECK((second.track_ids == std::vector<std::int64_t>{0, 1}));
    CHECK(mouth(second.result.photo()) == green);
    check_error(DEMASK_ERROR_INVALID_ARGUMENT, "", [&] { stream.reconstruct(image.view(), 0.0); });
    fails = true;
    check_thrown([&] { stream.reconstruct(image.view(), 1.0); });
    fails = false;
    stream.reset();
    const std::vector<capi::ImageView> views = {image.view(), image.view(), image.view()};
    const capi::Batch batch = stream.reconstruct(views, {0.0, 0.04, 0.08});
    CHECK(batch.count() == 3);
    CHECK((capi::Video::track_ids(batch.result(2)) == capi::Video::track_ids(batch.result(0))));
    CHECK(capi::Video::frame_info(batch.result(1)).detector_ran == 1);
    CHECK(capi::Video::frame_info(batch.result(2)).detector_ran == 0);
    CHECK(mouth(batch.result(2).photo()) == green);
    check_error(DEMASK_ERROR_INVALID_ARGUMENT, "one time", [&] { stream.reconstruct(views, {}); });
    stream.reset();
    CHECK(stream.reconstruct(image.view(), 0.0).result.face_count() == 2);

    options.reconstruct.values.selection = DEMASK_FACES_INDEX;
    options.reconstruct.values.face_index = 1;  // The id of a track.
    capi::Video of_one_track{capi::Reconstructor(bundle_), options};
    const capi::FrameResult chosen = of_one_track.reconstruct(image.view(), 0.0);
    CHECK(chosen.result.face(0).status == DEMASK_FACE_NOT_SELECTED);
    CHECK(chosen.result.face(1).status == DEMASK_FACE_RECONSTRUCTED);
    options.reconstruct.values.face_index = -1;
    check_error(DEMASK_ERROR_INVALID_ARGUMENT, "face_index",
                [&] { capi::Video(capi::Reconstructor(bundle_), options); });
  }

  void log() const {
    std::vector<std::string> messages;
    capi::set_log_callback([&](demask_log_level, const char* message) {
      messages.push_back(message);
      throw std::runtime_error("goes no further");
    });
    capi::Bundle(toy_ + "/bundle");
    capi::set_log_callback(nullptr);
    capi::Bundle(toy_ + "/bundle");
    CHECK(messages.size() == 1 && messages[0].find("toy") != std::string::npos);
  }

  void errors() const {
    check_error(DEMASK_ERROR_BUNDLE_NOT_FOUND, "/nowhere", [] { capi::Bundle("/nowhere"); });
    check_error(DEMASK_ERROR_UNREADABLE_FILE, "gone.png", [] { capi::Image::read("gone.png"); });
    capi::Landmarks unequal;
    unequal.points.resize(136);
    unequal.confidence.resize(3);
    check_error(DEMASK_ERROR_INVALID_ARGUMENT, "confidence",
                [&] { capi::canonical_similarity(unequal); });
    capi::RuntimeOptions runtime;
    runtime.device = "abacus";
    check_error(DEMASK_ERROR_INVALID_ARGUMENT, "abacus",
                [&] { capi::FaceDetector(bundle_, runtime); });
    CHECK(capi::version() == demask_version());
    CHECK(capi::build_info() == demask_build_info());
  }

  template <typename Body>
  static void check_thrown(const Body& body) {
    try {
      body();
      const bool has_thrown = false;
      CHECK(has_thrown);
    } catch (const std::runtime_error& error) {
      CHECK(std::string(error.what()) == "of mine");
    }
  }

  static std::vector<std::uint8_t> contents(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return std::vector<std::uint8_t>(std::istreambuf_iterator<char>(file),
                                     std::istreambuf_iterator<char>());
  }

  std::string toy_;
  std::string work_;
  capi::Bundle bundle_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  try {
    Test(argv[1], argv[2]).run();
  } catch (const std::exception& error) {
    std::cerr << "not expected: " << error.what() << "\n";
    return 1;
  }
  std::cout << failures << " checks failed\n";
  return failures == 0 ? 0 : 1;
}
