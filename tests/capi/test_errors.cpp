// SPDX-License-Identifier: Apache-2.0
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include "support.hpp"

using namespace demask::test;

namespace {

struct NullCall {
  const char* names;  ///< What the error text must contain.
  std::function<demask_status()> call;
};

/// Calls with a NULL handle or parameter; none of them needs a model.
std::vector<NullCall> null_calls() {
  static Scene scene;
  static demask_image* image = nullptr;
  static demask_bundle* bundle = nullptr;
  static demask_image_view view = make_struct<demask_image_view>();
  static int32_t number = 0;
  static double real = 0.0;
  static float single = 0.0F;
  static const char* text = nullptr;
  const char* const path = "photo.png";
  return {
      {"options", [] { return demask_encode_default_options(nullptr); }},
      {"options", [] { return demask_runtime_default_options(nullptr); }},
      {"options", [] { return demask_reconstruct_default_options(nullptr); }},
      {"options", [] { return demask_detect_default_options(nullptr); }},
      {"path", [] { return demask_image_read(nullptr, 0, &image); }},
      {"image", [=] { return demask_image_read(path, 0, nullptr); }},
      {"bytes", [] { return demask_image_decode(nullptr, 4, "x", 0, &image); }},
      {"image", [] { return demask_image_decode(scene.pixels.data(), 4, "x", 0, nullptr); }},
      {"source", [] { return demask_image_convert(nullptr, DEMASK_PIXEL_GRAY, &image); }},
      {"image", [] { return demask_image_convert(&scene.photo, DEMASK_PIXEL_GRAY, nullptr); }},
      {"image", [] { return demask_image_get_view(nullptr, &view); }},
      {"path", [] { return demask_image_write(nullptr, &scene.photo, nullptr); }},
      {"image", [=] { return demask_image_write(path, nullptr, nullptr); }},
      {"target", [] { return demask_mark_as_synthetic(nullptr, nullptr); }},
      {"path", [] { return demask_is_marked_as_synthetic(nullptr, &number); }},
      {"marked", [=] { return demask_is_marked_as_synthetic(path, nullptr); }},
      {"folder", [] { return demask_bundle_open(nullptr, &bundle); }},
      {"bundle", [=] { return demask_bundle_open(path, nullptr); }},
      {"bundle", [] { return demask_bundle_open_default(nullptr); }},
      {"names", [] { return demask_bundle_from_memory(nullptr, nullptr, nullptr, 1, &bundle); }},
      {"bundle", [] { return demask_bundle_verify(nullptr); }},
      {"bundle",
       [] {
         auto info = make_struct<demask_model_info>();
         return demask_bundle_model(nullptr, 0, &info);
       }},
      {"bundle", [] { return demask_bundle_class_name(nullptr, 0, 0, &text); }},
      {"name", [] { return demask_bundle_class_name(nullptr, 0, 0, nullptr); }},
      {"bundle", [] { return demask_bundle_metric(nullptr, 0, 0, &text, &real); }},
      {"key", [] { return demask_bundle_metric(nullptr, 0, 0, nullptr, &real); }},
      {"value", [] { return demask_bundle_metric(nullptr, 0, 0, &text, nullptr); }},
      {"bundle",
       [] {
         demask_reconstructor* out = nullptr;
         return demask_reconstructor_create(nullptr, nullptr, &out);
       }},
      {"reconstructor", [] { return demask_reconstructor_create(nullptr, nullptr, nullptr); }},
      {"reconstructor", [] { return demask_reconstructor_load_all(nullptr); }},
      {"reconstructor",
       [] {
         demask_result* out = nullptr;
         return demask_reconstruct_view(nullptr, &scene.photo, nullptr, &out);
       }},
      {"result", [] { return demask_reconstruct_view(nullptr, &scene.photo, nullptr, nullptr); }},
      {"reconstructor",
       [=] { return demask_reconstruct_file(nullptr, path, path, nullptr, nullptr, nullptr); }},
      {"reconstructor",
       [] {
         demask_batch* out = nullptr;
         return demask_reconstruct_batch(nullptr, &scene.photo, 1, nullptr, &out);
       }},
      {"batch",
       [] { return demask_reconstruct_batch(nullptr, &scene.photo, 1, nullptr, nullptr); }},
      {"batch",
       [] {
         const demask_result* out = nullptr;
         return demask_batch_result(nullptr, 0, &out);
       }},
      {"result", [] { return demask_batch_result(nullptr, 0, nullptr); }},
      {"result", [] { return demask_result_photo(nullptr, &view); }},
      {"result", [] { return demask_result_changed(nullptr, &view); }},
      {"result", [] { return demask_result_alternative_photo(nullptr, &view); }},
      {"result",
       [] {
         auto face = make_struct<demask_face>();
         return demask_result_face(nullptr, 0, &face);
       }},
      {"result", [] { return demask_result_face_landmarks(nullptr, 0, &scene.landmarks); }},
      {"result", [] { return demask_result_face_mask(nullptr, 0, &number, &number, &view); }},
      {"x", [] { return demask_result_face_mask(nullptr, 0, nullptr, &number, &view); }},
      {"y", [] { return demask_result_face_mask(nullptr, 0, &number, nullptr, &view); }},
      {"result", [] { return demask_result_face_aligned_before(nullptr, 0, &view); }},
      {"result", [] { return demask_result_face_aligned_mask(nullptr, 0, &view); }},
      {"result", [] { return demask_result_face_aligned_after(nullptr, 0, &view); }},
      {"result", [] { return demask_result_face_aligned_alternative(nullptr, 0, &view); }},
      {"result", [] { return demask_result_variant_photo(nullptr, 0, &view); }},
      {"result", [] { return demask_result_face_variant_aligned(nullptr, 0, 0, &view); }},
      {"result",
       [] { return demask_result_face_variant_landmarks(nullptr, 0, 0, &scene.landmarks); }},
      {"result",
       [] {
         float likelihood = 0.0F;
         return demask_result_face_variant_likelihood(nullptr, 0, 0, &likelihood);
       }},
      {"likelihood", [] { return demask_result_face_variant_likelihood(nullptr, 0, 0, nullptr); }},
      {"result", [] { return demask_result_face_milliseconds(nullptr, 0, 0, &real); }},
      {"milliseconds", [] { return demask_result_face_milliseconds(nullptr, 0, 0, nullptr); }},
      {"matrix", [] { return demask_canonical_similarity(&scene.landmarks, 256, nullptr); }},
      {"landmarks", [] { return demask_canonical_similarity(nullptr, 256, &real); }},
      {"photo", [] { return demask_canonical_face(nullptr, &scene.landmarks, 256, &image); }},
      {"landmarks", [] { return demask_canonical_face(&scene.photo, nullptr, 256, &image); }},
      {"image", [] { return demask_canonical_face(&scene.photo, nullptr, 256, nullptr); }},
      {"bundle",
       [] {
         demask_face_detector* out = nullptr;
         return demask_face_detector_load(nullptr, nullptr, &out);
       }},
      {"detector", [] { return demask_face_detector_load(nullptr, nullptr, nullptr); }},
      {"detector",
       [] {
         demask_detections* out = nullptr;
         return demask_face_detector_detect(nullptr, &scene.photo, nullptr, &out);
       }},
      {"detections",
       [] {
         auto detection = make_struct<demask_detection>();
         return demask_detections_get(nullptr, 0, &detection);
       }},
      {"detector", [] { return demask_landmark_detector_load(nullptr, nullptr, nullptr); }},
      {"detector",
       [] {
         demask_landmark_set* out = nullptr;
         const float box[4] = {0, 0, 10, 10};
         return demask_landmark_detector_detect(nullptr, &scene.photo, box, 0.0F, &out);
       }},
      {"box",
       [] {
         demask_landmark_set* out = nullptr;
         return demask_landmark_detector_detect(nullptr, &scene.photo, nullptr, 0.0F, &out);
       }},
      {"set", [] { return demask_landmark_set_get(nullptr, &scene.landmarks); }},
      {"segmenter", [] { return demask_segmenter_load(nullptr, nullptr, nullptr); }},
      {"segmenter", [] { return demask_segmenter_get_input(nullptr, &number, &single); }},
      {"input", [] { return demask_segmenter_get_input(nullptr, nullptr, &single); }},
      {"threshold", [] { return demask_segmenter_get_input(nullptr, &number, nullptr); }},
      {"segmenter",
       [] {
         demask_masks* out = nullptr;
         return demask_segmenter_segment(nullptr, &scene.photo, &out);
       }},
      {"masks",
       [] {
         auto mask = make_struct<demask_mask>();
         return demask_masks_get(nullptr, 0, &mask);
       }},
      {"classifier", [] { return demask_gender_classifier_load(nullptr, nullptr, nullptr); }},
      {"classifier",
       [] { return demask_gender_classifier_classify(nullptr, &scene.photo, &number, &single); }},
      {"gender",
       [] { return demask_gender_classifier_classify(nullptr, &scene.photo, nullptr, &single); }},
      {"inpainter",
       [] { return demask_inpainter_load(nullptr, DEMASK_GENDER_MALE, nullptr, nullptr); }},
      {"inpainter",
       [] {
         return demask_inpainter_inpaint(nullptr, &scene.photo, &scene.mask, &scene.landmarks,
                                         &image);
       }},
      {"image",
       [] {
         return demask_inpainter_inpaint(nullptr, &scene.photo, &scene.mask, &scene.landmarks,
                                         nullptr);
       }},
  };
}

struct LogEntry {
  demask_log_level level;
  std::string message;
};

void append_to_log(void* log, demask_log_level level, const char* message) {
  static_cast<std::vector<LogEntry>*>(log)->push_back({level, message});
}

}  // namespace

TEST_CASE("a null pointer is an invalid argument that the error text names") {
  for (const NullCall& item : null_calls()) {
    CAPTURE(item.names);
    CHECK(item.call() == DEMASK_ERROR_INVALID_ARGUMENT);
    CHECK(last_error_contains(item.names));
    CHECK(last_error_contains("is NULL"));
  }
}

TEST_CASE("freeing NULL is allowed") {
  demask_image_free(nullptr);
  demask_bundle_free(nullptr);
  demask_reconstructor_free(nullptr);
  demask_result_free(nullptr);
  demask_batch_free(nullptr);
  demask_face_detector_free(nullptr);
  demask_detections_free(nullptr);
  demask_landmark_detector_free(nullptr);
  demask_landmark_set_free(nullptr);
  demask_segmenter_free(nullptr);
  demask_masks_free(nullptr);
  demask_gender_classifier_free(nullptr);
  demask_inpainter_free(nullptr);
}

TEST_CASE("getters of NULL return nothing") {
  CHECK(std::string(demask_bundle_name(nullptr)).empty());
  CHECK(std::string(demask_bundle_version(nullptr)).empty());
  CHECK(std::string(demask_bundle_license(nullptr)).empty());
  CHECK(std::string(demask_bundle_folder(nullptr)).empty());
  CHECK(demask_bundle_has(nullptr, DEMASK_STAGE_SEGMENTER) == 0);
  CHECK(demask_bundle_model_count(nullptr) == 0);
  CHECK(demask_batch_count(nullptr) == 0);
  CHECK(demask_result_face_count(nullptr) == 0);
  CHECK(demask_result_detect_milliseconds(nullptr) == 0.0);
  CHECK(demask_detections_count(nullptr) == 0);
  CHECK(demask_masks_count(nullptr) == 0);
}

TEST_CASE("output parameters are unchanged on error") {
  auto* const image_before = reinterpret_cast<demask_image*>(0x10);
  demask_image* image = image_before;
  CHECK(demask_image_read("no/such/photo.png", 0, &image) == DEMASK_ERROR_UNREADABLE_FILE);
  CHECK(image == image_before);

  auto* const bundle_before = reinterpret_cast<demask_bundle*>(0x10);
  demask_bundle* bundle = bundle_before;
  CHECK(demask_bundle_open("no/such/bundle", &bundle) == DEMASK_ERROR_BUNDLE_NOT_FOUND);
  CHECK(bundle == bundle_before);

  int32_t marked = 7;
  CHECK(demask_is_marked_as_synthetic("no/such/photo.png", &marked) ==
        DEMASK_ERROR_UNREADABLE_FILE);
  CHECK(marked == 7);
}

TEST_CASE("the error text belongs to the thread and survives successful calls", "[threads]") {
  demask_image* image = nullptr;
  REQUIRE(demask_image_read("no/such/photo.png", 0, &image) == DEMASK_ERROR_UNREADABLE_FILE);
  CHECK(last_error_contains("no/such/photo.png"));
  std::string text_at_start;
  std::string text_of_thread;
  std::thread([&] {
    text_at_start = demask_last_error();
    demask_bundle* bundle = nullptr;
    std::ignore = demask_bundle_open("no/such/bundle", &bundle);
    text_of_thread = demask_last_error();
  }).join();
  CHECK(text_at_start.empty());
  CHECK(text_of_thread.find("no/such/bundle") != std::string::npos);

  auto options = make_struct<demask_encode_options>();
  require_ok(demask_encode_default_options(&options));
  CHECK(last_error_contains("no/such/photo.png"));
}

TEST_CASE("an error text that is too long is cut between characters") {
  std::string path;
  for (int i = 0; i < 5000; ++i) path += "\xC3\xA9";
  for (const std::string& prefix : {std::string(), std::string("x")}) {
    demask_image* image = nullptr;
    CHECK(demask_image_read((prefix + path).c_str(), 0, &image) == DEMASK_ERROR_UNREADABLE_FILE);
    const std::string text = demask_last_error();
    CHECK(text.size() >= 4000);
    CHECK(text.size() < 4096);
    CHECK(text.substr(text.size() - 2) == "\xC3\xA9");
  }
}

TEST_CASE("a model whose output is not finite is named, and the other inpainter still works") {
  demask_bundle* opened = nullptr;
  require_ok(demask_bundle_open(DEMASK_TEST_MODULES "/nan_bundle", &opened));
  const BundleHandle bundle(opened);
  demask_reconstructor* made = nullptr;
  require_ok(demask_reconstructor_create(bundle.get(), nullptr, &made));
  const ReconstructorHandle reconstructor(made);
  Scene scene;
  const auto reconstruct = [&](demask_gender gender) {
    scene.options.gender = gender;
    demask_result* result = nullptr;
    const demask_status status =
        demask_reconstruct_view(reconstructor.get(), &scene.photo, &scene.options, &result);
    CHECK((result != nullptr) == (status == DEMASK_OK));
    demask_result_free(result);
    return status;
  };
  CHECK(reconstruct(DEMASK_GENDER_MALE) == DEMASK_ERROR_MODEL_INVALID);
  CHECK(last_error_contains("inpainter model"));
  CHECK(last_error_contains("inpainter_male.pt"));
  CHECK(last_error_contains("not finite"));
  require_ok(reconstruct(DEMASK_GENDER_FEMALE));
}

#ifndef __SANITIZE_ADDRESS__  // AddressSanitizer aborts on an allocation of this size.
TEST_CASE("an allocation that fails is reported as such") {
  const char* const name = "manifest.json";
  const uint8_t content = 0;
  const uint8_t* const contents = &content;
  const size_t size = size_t{1} << 60U;
  demask_bundle* bundle = nullptr;
  CHECK(demask_bundle_from_memory(&name, &contents, &size, 1, &bundle) ==
        DEMASK_ERROR_OUT_OF_MEMORY);
  CHECK(bundle == nullptr);
}
#endif

TEST_CASE("the log callback receives errors until it is removed") {
  std::vector<LogEntry> log;
  require_ok(demask_set_log_callback(append_to_log, &log));
  demask_image* image = nullptr;
  CHECK(demask_image_read("no/such/photo.png", 0, &image) == DEMASK_ERROR_UNREADABLE_FILE);
  require_ok(demask_set_log_callback(nullptr, nullptr));
  CHECK(demask_image_read("no/such/photo.png", 0, &image) == DEMASK_ERROR_UNREADABLE_FILE);
  REQUIRE(log.size() == 1);
  CHECK(log[0].level == DEMASK_LOG_ERROR);
  CHECK(log[0].message == demask_last_error());
}

TEST_CASE("a log callback may use demask but not change itself") {
  demask_status seen = DEMASK_OK;
  require_ok(demask_set_log_callback(
      [](void* user_data, demask_log_level, const char*) {
        *static_cast<demask_status*>(user_data) = demask_set_log_callback(nullptr, nullptr);
      },
      &seen));
  demask_image* image = nullptr;
  CHECK(demask_image_read("no/such/photo.png", 0, &image) == DEMASK_ERROR_UNREADABLE_FILE);
  require_ok(demask_set_log_callback(nullptr, nullptr));
  CHECK(seen == DEMASK_ERROR_INVALID_ARGUMENT);
}

TEST_CASE("log messages of many threads come one at a time", "[threads]") {
  std::vector<LogEntry> log;
  require_ok(demask_set_log_callback(append_to_log, &log));
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([] {
      for (int call = 0; call < 50; ++call) std::ignore = demask_bundle_verify(nullptr);
    });
  }
  for (std::thread& thread : threads) thread.join();
  require_ok(demask_set_log_callback(nullptr, nullptr));
  CHECK(log.size() == 200);
}
