/// @file
/// The C ABI as a program might use it: handles made, used in any order, freed before those that
/// came from them, NULL among the arguments, indices out of range.

#include <functional>

#include "arguments.hpp"

using demask::fuzz::any_float;
using demask::fuzz::any_integer;
using demask::fuzz::checked;
using demask::fuzz::SizedStruct;
using demask::fuzz::View;

namespace {

/// The handles of one type that a caller holds.
template <typename Handle>
class Pool {
 public:
  explicit Pool(void (*free)(Handle*)) : free_(free) {}
  ~Pool() {
    for (Handle* handle : handles_) free_(handle);
  }
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  void add(Handle* handle) {
    if (handle != nullptr) handles_.push_back(handle);
  }
  /// One of them, or NULL.
  Handle* any(FuzzedDataProvider& input) const {
    if (handles_.empty()) return nullptr;
    const std::size_t index = input.ConsumeIntegralInRange<std::size_t>(0, handles_.size());
    return index < handles_.size() ? handles_[index] : nullptr;
  }
  void free_any(FuzzedDataProvider& input) {
    if (handles_.empty()) return free_(nullptr);
    const std::size_t index = input.ConsumeIntegralInRange<std::size_t>(0, handles_.size() - 1);
    free_(handles_[index]);
    handles_.erase(handles_.begin() + static_cast<std::ptrdiff_t>(index));
  }

 private:
  void (*free_)(Handle*);
  std::vector<Handle*> handles_;
};

class Caller {
 public:
  explicit Caller(FuzzedDataProvider& input) : input_(input) {}

  void run() {
    static constexpr std::array<void (Caller::*)(), 12> steps = {
        &Caller::open_bundle,          &Caller::look_at_bundle, &Caller::create_reconstructor,
        &Caller::reconstruct,          &Caller::batch,          &Caller::look_at_result,
        &Caller::look_at_batch,        &Caller::detect,         &Caller::find_landmarks,
        &Caller::segment_and_classify, &Caller::inpaint,        &Caller::free_something};
    for (int left = 24; left > 0 && input_.remaining_bytes() > 0; --left) {
      const auto choice = input_.ConsumeIntegralInRange<std::size_t>(0, steps.size() - 1);
      (this->*steps[choice])();
    }
  }

 private:
  void open_bundle() { bundles_.add(demask::fuzz::make_bundle(input_)); }

  void look_at_bundle() {
    const demask_bundle* bundle = bundles_.any(input_);
    const std::int32_t index = any_integer(input_);
    demask_model_info value{};
    value.struct_size = sizeof value;
    SizedStruct<demask_model_info> info(value, input_);
    checked(demask_bundle_model(bundle, index, info.get()));
    const char* text = nullptr;
    double number = 0.0;
    checked(demask_bundle_class_name(bundle, index, any_integer(input_), &text));
    checked(demask_bundle_metric(bundle, index, any_integer(input_), &text, &number));
    checked(demask_bundle_verify(bundle));
    demask_bundle_has(bundle, index);
    demask_bundle_model_count(bundle);
    demask_bundle_name(bundle);
    demask_bundle_folder(bundle);
  }

  void create_reconstructor() {
    SizedStruct<demask_runtime_options> options(demask::fuzz::any_runtime_options(input_), input_);
    demask_reconstructor* made = nullptr;
    checked(demask_reconstructor_create(bundles_.any(input_),
                                        input_.ConsumeBool() ? options.get() : nullptr, &made));
    reconstructors_.add(made);
    if (input_.ConsumeBool()) checked(demask_reconstructor_load_all(made));
  }

  void reconstruct() {
    const View photo(input_);
    const demask::fuzz::ReconstructArguments arguments(input_);
    SizedStruct<demask_reconstruct_options> options(arguments.options(), input_);
    demask_result* result = nullptr;
    checked(demask_reconstruct_view(reconstructors_.any(input_), photo.get(),
                                    input_.ConsumeBool() ? options.get() : nullptr, &result));
    results_.add(result);
  }

  void batch() {
    const View first(input_);
    const View second(input_);
    const std::array<demask_image_view, 2> photos = {*first.get(), *second.get()};
    const demask::fuzz::ReconstructArguments arguments(input_);
    demask_reconstruct_options options = arguments.options();
    if (input_.ConsumeBool()) {
      options.mask = nullptr;
      options.box_count = 0;
      options.landmarks_count = 0;
    }
    demask_batch* made = nullptr;
    checked(demask_reconstruct_batch(reconstructors_.any(input_), photos.data(),
                                     input_.ConsumeIntegralInRange<int>(-1, 2), &options, &made));
    batches_.add(made);
  }

  void look_at_result() { look_at(results_.any(input_)); }

  void look_at_batch() {
    const demask_batch* batch = batches_.any(input_);
    const demask_result* result = nullptr;
    demask_batch_count(batch);
    checked(demask_batch_result(batch, any_integer(input_), &result));
    look_at(result);
  }

  void look_at(const demask_result* result) {
    using Getter = demask_status (*)(const demask_result*, std::int32_t, demask_image_view*);
    const std::int32_t index = any_integer(input_) % 5;
    demask_face value{};
    value.struct_size = sizeof value;
    SizedStruct<demask_face> face(value, input_);
    checked(demask_result_face(result, index, face.get()));
    demask_landmarks landmarks{};
    landmarks.struct_size = sizeof landmarks;
    checked(demask_result_face_landmarks(result, index, &landmarks));
    for (const Getter getter :
         {demask_result_face_aligned_before, demask_result_face_aligned_mask,
          demask_result_face_aligned_after, demask_result_face_aligned_alternative}) {
      demask_image_view view{};
      view.struct_size = sizeof view;
      checked(getter(result, index, &view));
      read(view);
    }
    demask_image_view view{};
    view.struct_size = sizeof view;
    std::int32_t x = 0;
    std::int32_t y = 0;
    checked(demask_result_face_mask(result, index, &x, &y, &view));
    read(view);
    double milliseconds = 0.0;
    checked(demask_result_face_milliseconds(result, index, any_integer(input_), &milliseconds));
    for (const auto getter :
         {demask_result_photo, demask_result_changed, demask_result_alternative_photo}) {
      view.struct_size = sizeof view;
      checked(getter(result, &view));
      read(view);
    }
  }

  static void read(const demask_image_view& view) {
    volatile std::uint8_t last = 0;
    if (view.data != nullptr) last = view.data[view.stride * view.height - 1];
    (void)last;
  }

  void detect() {
    demask_face_detector* stage = nullptr;
    checked(demask_face_detector_load(bundles_.any(input_), nullptr, &stage));
    const View photo(input_);
    demask_detect_options value{sizeof(demask_detect_options), any_float(input_),
                                any_float(input_)};
    SizedStruct<demask_detect_options> options(value, input_);
    demask_detections* found = nullptr;
    checked(demask_face_detector_detect(stage, photo.get(), options.get(), &found));
    demask_face_detector_free(stage);
    demask_detection detection{};
    detection.struct_size = sizeof detection;
    demask_detections_count(found);
    checked(demask_detections_get(found, any_integer(input_), &detection));
    demask_detections_free(found);
  }

  void find_landmarks() {
    demask_landmark_detector* stage = nullptr;
    checked(demask_landmark_detector_load(bundles_.any(input_), nullptr, &stage));
    const View photo(input_);
    const std::array<float, 4> box = {any_float(input_), any_float(input_), any_float(input_),
                                      any_float(input_)};
    demask_landmark_set* found = nullptr;
    checked(
        demask_landmark_detector_detect(stage, photo.get(), box.data(), any_float(input_), &found));
    demask_landmark_detector_free(stage);
    demask_landmarks landmarks{};
    landmarks.struct_size = sizeof landmarks;
    checked(demask_landmark_set_get(found, &landmarks));
    demask_landmark_set_free(found);
  }

  void segment_and_classify() {
    const demask_bundle* bundle = bundles_.any(input_);
    const View image(input_);
    demask_segmenter* segmenter = nullptr;
    checked(demask_segmenter_load(bundle, nullptr, &segmenter));
    demask_masks* masks = nullptr;
    checked(demask_segmenter_segment(segmenter, image.get(), &masks));
    demask_segmenter_free(segmenter);
    demask_mask mask{};
    mask.struct_size = sizeof mask;
    demask_masks_count(masks);
    checked(demask_masks_get(masks, any_integer(input_), &mask));
    demask_masks_free(masks);
    demask_gender_classifier* classifier = nullptr;
    checked(demask_gender_classifier_load(bundle, nullptr, &classifier));
    demask_gender gender = 0;
    float probability = 0.0F;
    checked(demask_gender_classifier_classify(classifier, image.get(), &gender, &probability));
    demask_gender_classifier_free(classifier);
  }

  void inpaint() {
    demask_inpainter* stage = nullptr;
    checked(demask_inpainter_load(bundles_.any(input_), any_integer(input_), nullptr, &stage));
    const View face(input_);
    const View mask(input_);
    const demask::fuzz::ReconstructArguments arguments(input_);
    demask_image* image = nullptr;
    checked(demask_inpainter_inpaint(stage, face.get(), mask.get(), arguments.options().landmarks,
                                     &image));
    demask_inpainter_free(stage);
    demask_image_free(image);
  }

  void free_something() {
    bundles_.free_any(input_);
    reconstructors_.free_any(input_);
    results_.free_any(input_);
    batches_.free_any(input_);
  }

  FuzzedDataProvider& input_;
  Pool<demask_bundle> bundles_{demask_bundle_free};
  Pool<demask_reconstructor> reconstructors_{demask_reconstructor_free};
  Pool<demask_result> results_{demask_result_free};
  Pool<demask_batch> batches_{demask_batch_free};
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  FuzzedDataProvider input(data, size);
  Caller(input).run();
  return 0;
}
