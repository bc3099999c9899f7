// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "demask/face_detector.hpp"
#include "demask/face_reconstructor.hpp"
#include "demask/image_io.hpp"
#include "demask/runtime_options.hpp"
#include "support.hpp"

using namespace demask::test;

namespace {

/// A struct as a later header might declare it.
template <typename T>
struct Later {
  T known;
  std::uint64_t added;
};

/// Memory of exactly `size` bytes, as allocated by a program built with an older header.
template <typename T>
class Older {
 public:
  explicit Older(std::size_t size, unsigned char fill = 0) : words_(size / 8) {
    std::memset(words_.data(), fill, size);
    std::memcpy(words_.data(), &size, sizeof size);
  }
  T* get() { return reinterpret_cast<T*>(words_.data()); }
  void set(std::size_t offset, const void* value, std::size_t size) {
    std::memcpy(reinterpret_cast<unsigned char*>(words_.data()) + offset, value, size);
  }
  template <typename Field>
  Field field(std::size_t offset) const {
    Field value;
    std::memcpy(&value, reinterpret_cast<const unsigned char*>(words_.data()) + offset,
                sizeof value);
    return value;
  }

 private:
  std::vector<std::uint64_t> words_;
};

}  // namespace

TEST_CASE("default options of the C ABI equal those of the C++ API") {
  const demask::ReconstructOptions cpp;
  auto options = make_struct<demask_reconstruct_options>();
  require_ok(demask_reconstruct_default_options(&options));
  CHECK(options.struct_size == sizeof options);
  CHECK(options.gender == DEMASK_GENDER_AUTO);
  CHECK(options.gender_margin == cpp.gender_margin);
  CHECK(options.both_when_uncertain == 0);
  CHECK(options.mask == nullptr);
  CHECK(options.mask_inverted == 0);
  CHECK(options.boxes == nullptr);
  CHECK(options.box_count == 0);
  CHECK(options.landmarks == nullptr);
  CHECK(options.landmarks_count == 0);
  CHECK(options.mask_dilation == cpp.mask_dilation);
  CHECK(options.blend == static_cast<int32_t>(cpp.blend));
  CHECK(options.selection == static_cast<int32_t>(cpp.selection));
  CHECK(options.face_index == cpp.face_index);
  CHECK((options.detection_threshold < 0.0F && !cpp.detection_threshold));
  CHECK((options.segmentation_threshold < 0.0F && !cpp.segmentation_threshold));
  CHECK(options.min_face_size == cpp.min_face_size);
  CHECK(options.min_mask_area == cpp.min_mask_area);
  CHECK((options.min_landmark_confidence < 0.0F && !cpp.min_landmark_confidence));
  CHECK(options.quality == DEMASK_QUALITY_DEFAULT);
  CHECK(options.search_steps == cpp.search.steps);
  CHECK(options.search_seconds == cpp.search.seconds);
  CHECK(options.variants == cpp.variants);
  CHECK(options.diversity == cpp.diversity);
  CHECK(options.seed == cpp.seed);
  CHECK(options.expression == static_cast<demask_expression>(cpp.expression));
  CHECK(options.references == nullptr);
  CHECK(options.reference_count == 0);
  CHECK(options.max_pixels == cpp.max_pixels);
  CHECK(options.progress_callback == nullptr);
  CHECK(options.abort_callback == nullptr);

  auto runtime = make_struct<demask_runtime_options>();
  require_ok(demask_runtime_default_options(&runtime));
  CHECK(runtime.device == demask::RuntimeOptions().device);
  CHECK(runtime.dtype == DEMASK_DTYPE_FP32);
  CHECK(runtime.threads == 0);

  auto detect = make_struct<demask_detect_options>();
  require_ok(demask_detect_default_options(&detect));
  CHECK((detect.score_threshold < 0.0F && !demask::DetectOptions().score_threshold));
  CHECK(detect.nms_iou == demask::DetectOptions().nms_iou);
  CHECK(detect.min_face_size == demask::DetectOptions().min_face_size);

  auto encode = make_struct<demask_encode_options>();
  require_ok(demask_encode_default_options(&encode));
  CHECK(encode.jpeg_quality == demask::EncodeOptions().jpeg_quality);
  CHECK(encode.synthetic == 0);
  CHECK(encode.metadata_source == nullptr);
  CHECK(encode.pixel_source == nullptr);
  CHECK(encode.changed == nullptr);
}

TEST_CASE("a struct_size that no header defines is refused by name") {
  const std::size_t size = GENERATE(std::size_t{0}, std::size_t{1}, std::size_t{4}, std::size_t{7},
                                    std::size_t{9}, std::size_t{8192}, SIZE_MAX);
  demask_reconstruct_options options{};
  options.struct_size = size;
  CHECK(demask_reconstruct_default_options(&options) == DEMASK_ERROR_INVALID_ARGUMENT);
  CHECK(last_error_contains("options.struct_size"));
  CHECK(options.struct_size == size);
  CHECK(options.max_pixels == 0);
}

TEST_CASE("output structs of older and later callers get the fields that both sides know") {
  SECTION("older: no byte beyond its size is changed") {
    Older<demask_reconstruct_options> options(16, 0xAA);
    require_ok(demask_reconstruct_default_options(options.get()));
    CHECK(options.field<std::size_t>(0) == 16);
    CHECK(options.field<int32_t>(8) == DEMASK_GENDER_AUTO);
    CHECK(options.field<float>(12) == demask::ReconstructOptions().gender_margin);
  }
  SECTION("later: fields that the library does not know become zero") {
    Later<demask_reconstruct_options> options{};
    options.known.struct_size = sizeof options;
    options.added = 42;
    require_ok(demask_reconstruct_default_options(&options.known));
    CHECK(options.known.struct_size == sizeof options);
    CHECK(options.known.max_pixels == demask::default_max_pixels);
    CHECK(options.added == 0);
  }
}

TEST_CASE("input structs of older callers get defaults for missing fields") {
  const Scene scene;
  Older<demask_image_view> view(24);
  const uint8_t* data = scene.pixels.data();
  const int32_t sides[2] = {Scene::width, Scene::height};
  view.set(8, &data, sizeof data);
  view.set(16, sides, sizeof sides);
  demask_image* image = nullptr;
  require_ok(demask_image_convert(view.get(), DEMASK_PIXEL_RGB, &image));
  const ImageHandle handle(image);
  auto converted = make_struct<demask_image_view>();
  require_ok(demask_image_get_view(image, &converted));
  CHECK(std::equal(scene.pixels.begin(), scene.pixels.end(), converted.data));
}

TEST_CASE("input structs of later callers must not set fields that the library lacks") {
  const Scene scene;
  Later<demask_image_view> view{scene.photo, 0};
  view.known.struct_size = sizeof view;
  demask_image* image = nullptr;
  require_ok(demask_image_convert(&view.known, DEMASK_PIXEL_GRAY, &image));
  demask_image_free(image);
  image = nullptr;
  view.added = 1;
  CHECK(demask_image_convert(&view.known, DEMASK_PIXEL_GRAY, &image) ==
        DEMASK_ERROR_INVALID_ARGUMENT);
  CHECK(last_error_contains("source: sets a field"));
  CHECK(image == nullptr);
}
