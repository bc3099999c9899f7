// SPDX-License-Identifier: Apache-2.0

/// @file
/// Uses the C ABI as a program might: handles are created, used in any order and freed before the
/// handles derived from them; arguments may be NULL and indices out of range.

#include <string>

#include "arguments.hpp"
#include "file_calls.hpp"
#include "pool.hpp"
#include "stage_calls.hpp"

using demask::fuzz::any_float;
using demask::fuzz::any_integer;
using demask::fuzz::checked;
using demask::fuzz::Pool;
using demask::fuzz::SizedStruct;
using demask::fuzz::View;

namespace {

class Caller {
 public:
  explicit Caller(FuzzedDataProvider& input) : input_(input) {}

  ~Caller() { checked(demask_set_log_callback(nullptr, nullptr)); }
  Caller(const Caller&) = delete;
  Caller& operator=(const Caller&) = delete;

  void run() {
    static constexpr std::array<void (Caller::*)(), 17> steps = {
        &Caller::open_bundle,   &Caller::look_at_bundle,   &Caller::choose_variant,
        &Caller::ask_names,     &Caller::set_log,          &Caller::ask_defaults,
        &Caller::use_images,    &Caller::use_stages,       &Caller::create_reconstructor,
        &Caller::reconstruct,   &Caller::reconstruct_file, &Caller::batch,
        &Caller::look_at_batch, &Caller::look_at_result,   &Caller::create_video,
        &Caller::play_video,    &Caller::free_something};
    for (int left = 24; left > 0 && input_.remaining_bytes() > 0; --left) {
      const auto choice = input_.ConsumeIntegralInRange<std::size_t>(0, steps.size() - 1);
      (this->*steps[choice])();
    }
  }

 private:
  void open_bundle() {
    bundles_.add(input_.ConsumeBool()
                     ? files_.open_bundle()
                     : demask::fuzz::bundle_from_memory(demask::fuzz::any_bundle_files(input_)));
  }

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
    demask_artifact_info artifact{};
    artifact.struct_size = sizeof artifact;
    checked(demask_bundle_artifact(bundle, index, &artifact));
    demask_bundle_artifact_count(bundle);
    checked(demask_bundle_verify(bundle));
    demask_bundle_has(bundle, index);
    demask_bundle_model_count(bundle);
    demask_bundle_name(bundle);
    demask_bundle_version(bundle);
    demask_bundle_license(bundle);
    demask_bundle_folder(bundle);
  }

  void choose_variant() {
    const demask_bundle* bundle = bundles_.any(input_);
    demask_bundle_variant_count(bundle);
    const char* name = "";
    checked(demask_bundle_variant_name(bundle, any_integer(input_), &name));
    const std::string other = input_.ConsumeRandomLengthString(8);
    demask_bundle* chosen = nullptr;
    checked(
        demask_bundle_with_variant(bundle, input_.ConsumeBool() ? name : other.c_str(), &chosen));
    demask_bundle_variant(chosen);
    bundles_.add(chosen);
  }

  void ask_names() {
    const std::int32_t number = any_integer(input_);
    for (const char* name : {demask_version(), demask_build_info(), demask_status_name(number),
                             demask_stage_name(number), demask_face_status_name(number),
                             demask_pipeline_step_name(number)}) {
      if (name == nullptr || *name == '\0') demask::fuzz::report_defect("a name that is empty");
    }
    if (demask_abi_version() != DEMASK_ABI_VERSION) demask::fuzz::report_defect("another ABI");
  }

  /// A callback that calls demask itself.
  void set_log() {
    const auto callback = [](void*, demask_log_level, const char* message) {
      if (*message == '\0') demask::fuzz::report_defect("a log message without a text");
      checked(demask_set_log_callback(nullptr, nullptr));
    };
    checked(demask_set_log_callback(input_.ConsumeBool() ? +callback : nullptr, nullptr));
  }

  template <typename Options>
  void ask_default(demask_status (*function)(Options*)) {
    Options value{};
    value.struct_size = sizeof value;
    SizedStruct<Options> options(value, input_);
    checked(function(input_.ConsumeBool() ? options.get() : nullptr));
  }

  void ask_defaults() {
    ask_default(demask_encode_default_options);
    ask_default(demask_bundle_default_limits);
    ask_default(demask_runtime_default_options);
    ask_default(demask_reconstruct_default_options);
    ask_default(demask_detect_default_options);
    ask_default(demask_video_default_options);
  }

  void use_images() {
    using demask::fuzz::FileCalls;
    static constexpr std::array<void (FileCalls::*)(), 6> calls = {
        &FileCalls::write,   &FileCalls::read, &FileCalls::decode,
        &FileCalls::convert, &FileCalls::mark, &FileCalls::free_image};
    (files_.*calls[input_.ConsumeIntegralInRange<std::size_t>(0, calls.size() - 1)])();
  }

  void use_stages() {
    const demask_bundle* bundle = bundles_.any(input_);
    switch (input_.ConsumeIntegralInRange<int>(0, 4)) {
      case 0:
        return demask::fuzz::detect(bundle, input_);
      case 1:
        return demask::fuzz::find_landmarks(bundle, input_);
      case 2:
        return demask::fuzz::segment_and_classify(bundle, input_);
      case 3:
        return demask::fuzz::inpaint(bundle, input_);
      default:
        return demask::fuzz::use_landmarks(input_);
    }
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

  void reconstruct_file() { results_.add(files_.reconstruct(reconstructors_.any(input_))); }

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
    demask_result_face_count(result);
    demask_result_detect_milliseconds(result);
    checked(demask_result_face(result, index, face.get()));
    std::int64_t track = 0;
    checked(demask_video_track_id(result, index, &track));
    static_cast<void>(std::string(demask_result_face_reason(result, index)));
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

  void create_video() {
    const demask::fuzz::ReconstructArguments arguments(input_);
    demask_reconstruct_options reconstruct = arguments.options();
    // These options belong to one photo; the callbacks would outlive the data they point to.
    if (input_.ConsumeProbability<float>() < 0.9F) {
      reconstruct.mask = nullptr;
      reconstruct.box_count = 0;
      reconstruct.landmarks_count = 0;
      reconstruct.both_when_uncertain = 0;
    }
    reconstruct.abort_callback = nullptr;
    demask_video_options value{};
    value.struct_size = sizeof value;
    checked(demask_video_default_options(&value));
    if (input_.ConsumeBool()) value.reconstruct = &reconstruct;
    const auto changed = [&] { return input_.ConsumeProbability<float>() > 0.8F; };
    if (changed()) value.landmark_cutoff = static_cast<double>(any_float(input_));
    if (changed()) value.landmark_beta = static_cast<double>(any_float(input_));
    if (changed()) value.mask_seconds = static_cast<double>(any_float(input_));
    if (changed()) value.paint_seconds = static_cast<double>(any_float(input_));
    if (changed()) value.detect_interval = any_integer(input_);
    SizedStruct<demask_video_options> options(value, input_);
    demask_video* made = nullptr;
    checked(demask_video_create(reconstructors_.any(input_),
                                input_.ConsumeBool() ? options.get() : nullptr, &made));
    videos_.add(made);
  }

  /// A few frames of two scenes, mostly in order.
  void play_video() {
    demask_video* video = videos_.any(input_);
    const View one(input_);
    const View other(input_);
    for (int left = input_.ConsumeIntegralInRange<int>(1, 5); left > 0; --left) {
      if (input_.ConsumeProbability<float>() > 0.95F) demask_video_reset(video);
      seconds_ +=
          input_.ConsumeProbability<float>() < 0.9F ? 0.04 : static_cast<double>(any_float(input_));
      demask_video_info value{};
      value.struct_size = sizeof value;
      SizedStruct<demask_video_info> info(value, input_);
      demask_result* result = nullptr;
      checked(demask_video_reconstruct(
          video, input_.ConsumeProbability<float>() < 0.8F ? one.get() : other.get(), seconds_,
          input_.ConsumeBool() ? info.get() : nullptr, &result));
      results_.add(result);
      checked(demask_video_frame_info(results_.any(input_), info.get()));
    }
    const demask_image_view views[] = {*one.get(), *other.get()};
    const double seconds[] = {seconds_ + 0.04, seconds_ + static_cast<double>(any_float(input_))};
    demask_batch* batch = nullptr;
    checked(demask_video_reconstruct_frames(video, views, seconds,
                                            input_.ConsumeIntegralInRange<int32_t>(-1, 2), &batch));
    batches_.add(batch);
  }

  void free_something() {
    bundles_.free_any(input_);
    reconstructors_.free_any(input_);
    results_.free_any(input_);
    batches_.free_any(input_);
    videos_.free_any(input_);
  }

  FuzzedDataProvider& input_;
  Pool<demask_bundle> bundles_{demask_bundle_free};
  Pool<demask_reconstructor> reconstructors_{demask_reconstructor_free};
  Pool<demask_result> results_{demask_result_free};
  Pool<demask_batch> batches_{demask_batch_free};
  Pool<demask_video> videos_{demask_video_free};
  demask::fuzz::FileCalls files_{input_};
  double seconds_ = 0.0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  FuzzedDataProvider input(data, size);
  Caller(input).run();
  return 0;
}
