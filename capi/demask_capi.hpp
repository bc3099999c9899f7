#pragma once

/// @file
/// C++ over the C library: handles that free themselves, exceptions for error codes, and callbacks
/// that are function objects. Header-only and C++11, so that a program built by any compiler with
/// any C++ ABI can use libdemask_c. What demask.h says of threads, coordinates, units and ranges
/// holds here too. Structs that hold numbers alone (demask_face, demask_detection,
/// demask_video_info, and the `values` of the options) and the functions that name or count
/// (demask_status_name() and its kin, demask_abi_version()) are left to C.
///
/// @code
/// using namespace demask::capi;
/// const Reconstructor reconstructor;  // with the default bundle
/// ReconstructOptions options;
/// options.values.blend = DEMASK_BLEND_POISSON;
/// const Result result = reconstructor.reconstruct_file("photo.jpg", "unmasked.jpg", options);
/// for (std::int32_t i = 0; i < result.face_count(); ++i) {
///   std::printf("%s\n", demask_face_status_name(result.face(i).status));
/// }
/// @endcode

#include <array>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "demask.h"

namespace demask {
namespace capi {

/// A call of the library failed; what() names the thing, the reason and the remedy.
class Error : public std::runtime_error {
 public:
  /// An error of a code and a text.
  Error(demask_status status, const std::string& message)
      : std::runtime_error(message), status_(status) {}
  /// One of DEMASK_ERROR_...
  demask_status status() const noexcept { return status_; }

 private:
  demask_status status_;
};

/// @cond internal
namespace detail {

inline void check(demask_status status) {
  if (status != DEMASK_OK) throw Error(status, demask_last_error());
}

template <typename Handle, void (*free_handle)(Handle*)>
struct Free {
  void operator()(Handle* handle) const noexcept { free_handle(handle); }
};

template <typename Handle, void (*free_handle)(Handle*)>
using Owned = std::unique_ptr<Handle, Free<Handle, free_handle>>;

// A struct of the C ABI, zeroed, with its size.
template <typename T>
T make_struct() {
  T value = T();
  value.struct_size = sizeof(T);
  return value;
}

template <typename T>
T defaults(demask_status (*fill)(T*)) {
  T value = make_struct<T>();
  check(fill(&value));
  return value;
}

// The handle or struct that a function writes to its last parameter.
template <typename Handle, typename Function, typename... Arguments>
Handle* make_handle(Function function, Arguments... arguments) {
  Handle* handle = nullptr;
  check(function(arguments..., &handle));
  return handle;
}

template <typename T, typename Function, typename... Arguments>
T get_struct(Function function, Arguments... arguments) {
  T value = make_struct<T>();
  check(function(arguments..., &value));
  return value;
}

}  // namespace detail
/// @endcond

/// The version of the library, such as "0.2.0".
inline std::string version() { return demask_version(); }

/// What the library was built from and the license that follows, in one line.
inline std::string build_info() { return demask_build_info(); }

/// A rectangle: left edge, top edge, width and height, in pixels.
struct Box {
  float x;       ///< Left edge.
  float y;       ///< Top edge.
  float width;   ///< Width.
  float height;  ///< Height.
};

/// A borrowed image: pointer, size, stride and pixel format.
class ImageView {
 public:
  /// No image.
  ImageView() : view_(detail::make_struct<demask_image_view>()) {}
  /// Pixels of the caller; `stride` 0 stands for rows without padding.
  ImageView(const std::uint8_t* data, std::int32_t width, std::int32_t height,
            demask_pixel_format format, std::int64_t stride = 0)
      : ImageView() {
    view_.data = data;
    view_.width = width;
    view_.height = height;
    view_.stride = stride;
    view_.format = format;
  }
  /// A view of the C ABI.
  explicit ImageView(const demask_image_view& view) : view_(view) {}

  /// The top left pixel; null if there is no image.
  const std::uint8_t* data() const noexcept { return view_.data; }
  /// In pixels.
  std::int32_t width() const noexcept { return view_.width; }
  /// In pixels.
  std::int32_t height() const noexcept { return view_.height; }
  /// Bytes from one row to the next; 0 for rows without padding.
  std::int64_t stride() const noexcept { return view_.stride; }
  /// One of DEMASK_PIXEL_...
  demask_pixel_format format() const noexcept { return view_.format; }
  /// Whether there is no image.
  bool empty() const noexcept { return view_.data == nullptr; }
  /// For calls of the C ABI.
  const demask_image_view* get() const noexcept { return &view_; }

 private:
  demask_image_view view_;
};

/// How an image file is encoded, and what is written beside its pixels.
struct EncodeOptions {
  /// The defaults of the library.
  EncodeOptions() {
    const auto from = detail::defaults(demask_encode_default_options);
    jpeg_quality = from.jpeg_quality;
    synthetic = from.synthetic != 0;
  }
  std::int32_t jpeg_quality;    ///< 1 to 100, for JPEG and WebP.
  bool synthetic;               ///< Mark as mark_as_synthetic() does.
  std::string metadata_source;  ///< An image file whose metadata is carried over; "" for none.

  /// For calls of the C ABI; borrows from this object.
  demask_encode_options to_c() const {
    auto to = detail::make_struct<demask_encode_options>();
    to.jpeg_quality = jpeg_quality;
    to.synthetic = synthetic ? 1 : 0;
    to.metadata_source = metadata_source.empty() ? nullptr : metadata_source.c_str();
    return to;
  }
};

/// An image that the library owns.
class Image {
 public:
  /// Takes over a handle.
  explicit Image(demask_image* image) : image_(image) {}
  /// See demask_image_read().
  static Image read(const std::string& path, std::int64_t max_pixels = 0) {
    return Image(detail::make_handle<demask_image>(demask_image_read, path.c_str(), max_pixels));
  }
  /// See demask_image_decode().
  static Image decode(const std::uint8_t* bytes, std::size_t size,
                      const std::string& name = "image", std::int64_t max_pixels = 0) {
    return Image(detail::make_handle<demask_image>(demask_image_decode, bytes, size, name.c_str(),
                                                   max_pixels));
  }
  /// See demask_image_convert().
  static Image convert(const ImageView& source, demask_pixel_format format) {
    return Image(detail::make_handle<demask_image>(demask_image_convert, source.get(), format));
  }
  /// The pixels, borrowed from this image.
  ImageView view() const {
    return ImageView(detail::get_struct<demask_image_view>(
        demask_image_get_view, static_cast<const demask_image*>(image_.get())));
  }

 private:
  detail::Owned<demask_image, demask_image_free> image_;
};

/// See demask_image_write().
inline void write_image(const std::string& path, const ImageView& image,
                        const EncodeOptions& options = EncodeOptions()) {
  const demask_encode_options encoding = options.to_c();
  detail::check(demask_image_write(path.c_str(), image.get(), &encoding));
}

/// See demask_mark_as_synthetic(); `source` "" keeps the metadata of `target`.
inline void mark_as_synthetic(const std::string& target, const std::string& source = "") {
  detail::check(
      demask_mark_as_synthetic(target.c_str(), source.empty() ? nullptr : source.c_str()));
}

/// Whether a file carries that mark.
inline bool is_marked_as_synthetic(const std::string& path) {
  std::int32_t marked = 0;
  detail::check(demask_is_marked_as_synthetic(path.c_str(), &marked));
  return marked != 0;
}

/// A set of facial landmarks, with memory of its own.
struct Landmarks {
  demask_landmark_scheme scheme = DEMASK_LANDMARKS_IBUG68;  ///< The order of the points.
  std::vector<float> points;      ///< x, y in pixels of each point of the scheme.
  std::vector<float> confidence;  ///< In [0, 1], one for each point; empty if unknown.

  /// A copy of landmarks that belong to the library.
  static Landmarks from_c(const demask_landmarks& from) {
    Landmarks to;
    to.scheme = from.scheme;
    if (from.points != nullptr) {
      to.points.assign(from.points, from.points + std::ptrdiff_t{2} * from.count);
    }
    if (from.confidence != nullptr) {
      to.confidence.assign(from.confidence, from.confidence + from.count);
    }
    return to;
  }
  /// For calls of the C ABI; borrows from this object.
  /// @throws Error DEMASK_ERROR_INVALID_ARGUMENT if the confidence is not that of the points.
  demask_landmarks to_c() const {
    if (!confidence.empty() && 2 * confidence.size() != points.size()) {
      throw Error(DEMASK_ERROR_INVALID_ARGUMENT,
                  "landmarks: points and confidence differ in number; pass one confidence for each "
                  "point, or none");
    }
    auto to = detail::make_struct<demask_landmarks>();
    to.scheme = scheme;
    to.count = static_cast<std::int32_t>(points.size() / 2);
    to.points = points.data();
    to.confidence = confidence.empty() ? nullptr : confidence.data();
    return to;
  }
};

/// See demask_landmarks_to_ibug68().
inline Landmarks to_ibug68(const Landmarks& landmarks) {
  const demask_landmarks points = landmarks.to_c();
  const detail::Owned<demask_landmark_set, demask_landmark_set_free> converted(
      detail::make_handle<demask_landmark_set>(demask_landmarks_to_ibug68, &points));
  return Landmarks::from_c(detail::get_struct<demask_landmarks>(
      demask_landmark_set_get, static_cast<const demask_landmark_set*>(converted.get())));
}

/// See demask_canonical_similarity().
inline std::array<double, 6> canonical_similarity(const Landmarks& landmarks,
                                                  std::int32_t size = 256) {
  std::array<double, 6> matrix;
  const demask_landmarks points = landmarks.to_c();
  detail::check(demask_canonical_similarity(&points, size, matrix.data()));
  return matrix;
}

/// See demask_canonical_face().
inline Image canonical_face(const ImageView& photo, const Landmarks& landmarks,
                            std::int32_t size = 256) {
  const demask_landmarks points = landmarks.to_c();
  return Image(
      detail::make_handle<demask_image>(demask_canonical_face, photo.get(), &points, size));
}

/// A model as the manifest describes it.
struct ModelInfo {
  demask_stage stage;                      ///< What the model does.
  std::string variant;                     ///< Such as "semantic"; "" where a stage has but one.
  std::string file;                        ///< Name relative to the bundle.
  std::string sha256;                      ///< 64 lower-case hexadecimal digits.
  std::string license;                     ///< Who may use it for what.
  std::string training_data;               ///< What it was trained on.
  std::uint64_t size_bytes;                ///< Size of the file.
  std::int32_t input_size;                 ///< Side of the input, in pixels.
  demask_landmark_scheme landmark_scheme;  ///< For the landmark detector.
  float threshold;                         ///< Score or probability from which a hit counts.
  float crop_scale;                        ///< Side of the crop over the larger box side.
  std::vector<std::string> class_names;    ///< Of the gender classifier, in order.
  std::map<std::string, double> metrics;   ///< Measured quality.
  double min_confidence;  ///< Landmark detector: mean confidence below which no face is painted.
  double largest_face;  ///< Face detector: see demask_model_info; 0 if it finds all sizes at once.
  bool mirror_average;  ///< The answer is the mean over the face and its mirror image.
};

/// A network that models of a bundle were trained with; never loaded.
struct ArtefactInfo {
  std::string name;          ///< "discriminator_female" or "discriminator_male".
  std::string variant;       ///< The set of inpainters that it belongs to; "" for the default one.
  std::string file;          ///< Name relative to the bundle.
  std::string sha256;        ///< 64 lower-case hexadecimal digits.
  std::uint64_t size_bytes;  ///< Size of the file.
};

/// How large the model files of a bundle may be.
struct BundleLimits {
  /// The defaults of the library.
  BundleLimits() {
    const auto from = detail::defaults(demask_bundle_default_limits);
    max_file_bytes = from.max_file_bytes;
    max_total_bytes = from.max_total_bytes;
  }
  std::uint64_t max_file_bytes;   ///< Of one file.
  std::uint64_t max_total_bytes;  ///< Of all together.

  /// For calls of the C ABI.
  demask_bundle_limits to_c() const {
    auto to = detail::make_struct<demask_bundle_limits>();
    to.max_file_bytes = max_file_bytes;
    to.max_total_bytes = max_total_bytes;
    return to;
  }
};

/// A folder (or memory) of models with a manifest.json.
class Bundle {
 public:
  /// Opens the default bundle, see demask_bundle_open_default().
  Bundle() : bundle_(detail::make_handle<demask_bundle>(demask_bundle_open_default)) {}
  /// Opens the default bundle, see demask_bundle_open_default_limited().
  static Bundle open_default(const BundleLimits& limits) {
    const demask_bundle_limits most = limits.to_c();
    return Bundle(detail::make_handle<demask_bundle>(demask_bundle_open_default_limited, &most));
  }
  /// Opens a folder, see demask_bundle_open_limited().
  explicit Bundle(const std::string& folder, const BundleLimits& limits = BundleLimits()) {
    const demask_bundle_limits most = limits.to_c();
    bundle_.reset(
        detail::make_handle<demask_bundle>(demask_bundle_open_limited, folder.c_str(), &most));
  }
  /// Copies the contents of files by their names, see demask_bundle_from_memory_limited().
  static Bundle from_memory(const std::map<std::string, std::vector<std::uint8_t>>& files,
                            const BundleLimits& limits = BundleLimits()) {
    const demask_bundle_limits most = limits.to_c();
    std::vector<const char*> names;
    std::vector<const std::uint8_t*> contents;
    std::vector<std::size_t> sizes;
    for (const auto& file : files) {
      names.push_back(file.first.c_str());
      contents.push_back(file.second.data());
      sizes.push_back(file.second.size());
    }
    return Bundle(detail::make_handle<demask_bundle>(
        demask_bundle_from_memory_limited, names.data(), contents.data(), sizes.data(),
        static_cast<std::int32_t>(files.size()), &most));
  }

  /// The name of the bundle.
  std::string name() const { return demask_bundle_name(get()); }
  /// The version of the bundle.
  std::string version() const { return demask_bundle_version(get()); }
  /// The licence of the bundle.
  std::string license() const { return demask_bundle_license(get()); }
  /// The folder of the bundle; "" for one from memory.
  std::string folder() const { return demask_bundle_folder(get()); }
  /// Names of the sets of inpainters besides the default one.
  std::vector<std::string> variants() const {
    std::vector<std::string> result;
    for (std::int32_t i = 0; i < demask_bundle_variant_count(get()); ++i) {
      const char* variant = nullptr;
      detail::check(demask_bundle_variant_name(get(), i, &variant));
      result.push_back(variant);
    }
    return result;
  }
  /// The set of inpainters that is chosen, "" for the default one.
  std::string variant() const { return demask_bundle_variant(get()); }
  /// The same bundle with another set of inpainters chosen, see demask_bundle_with_variant().
  Bundle with_variant(const std::string& variant) const {
    return Bundle(
        detail::make_handle<demask_bundle>(demask_bundle_with_variant, get(), variant.c_str()));
  }
  /// Whether there is a model for the stage.
  bool has(demask_stage stage) const { return demask_bundle_has(get(), stage) != 0; }
  /// See demask_bundle_verify().
  void verify() const { detail::check(demask_bundle_verify(get())); }
  /// The models in the manifest's order.
  std::vector<ModelInfo> models() const {
    std::vector<ModelInfo> result;
    for (std::int32_t i = 0; i < demask_bundle_model_count(get()); ++i) result.push_back(model(i));
    return result;
  }
  /// What the models were trained with, in the manifest's order.
  std::vector<ArtefactInfo> training_artefacts() const {
    std::vector<ArtefactInfo> result;
    for (std::int32_t i = 0; i < demask_bundle_artefact_count(get()); ++i) {
      const auto from = detail::get_struct<demask_artefact_info>(demask_bundle_artefact, get(), i);
      result.push_back({from.name, from.variant, from.file, from.sha256, from.size_bytes});
    }
    return result;
  }
  /// For calls of the C ABI.
  const demask_bundle* get() const noexcept { return bundle_.get(); }

 private:
  explicit Bundle(demask_bundle* bundle) : bundle_(bundle) {}

  ModelInfo model(std::int32_t index) const {
    const auto from = detail::get_struct<demask_model_info>(demask_bundle_model, get(), index);
    ModelInfo to{from.stage,
                 from.variant,
                 from.file,
                 from.sha256,
                 from.license,
                 from.training_data,
                 from.size_bytes,
                 from.input_size,
                 from.landmark_scheme,
                 from.threshold,
                 from.crop_scale,
                 {},
                 {},
                 from.min_confidence,
                 from.largest_face,
                 from.mirror_average != 0};
    for (std::int32_t i = 0; i < from.class_name_count; ++i) {
      const char* name = nullptr;
      detail::check(demask_bundle_class_name(get(), index, i, &name));
      to.class_names.push_back(name);
    }
    for (std::int32_t i = 0; i < from.metric_count; ++i) {
      const char* key = nullptr;
      double value = 0.0;
      detail::check(demask_bundle_metric(get(), index, i, &key, &value));
      to.metrics[key] = value;
    }
    return to;
  }

  detail::Owned<demask_bundle, demask_bundle_free> bundle_;
};

/// Where and how models run.
struct RuntimeOptions {
  /// The defaults of the library.
  RuntimeOptions() {
    const auto from = detail::defaults(demask_runtime_default_options);
    device = from.device;
    dtype = from.dtype;
    threads = from.threads;
  }
  std::string device;    ///< "cpu", "cuda" or "cuda:N".
  demask_dtype dtype;    ///< Number format of the arithmetic.
  std::int32_t threads;  ///< Intra-op threads of a call; 0 as the host has set them.

  /// For calls of the C ABI; borrows from this object.
  demask_runtime_options to_c() const {
    auto to = detail::make_struct<demask_runtime_options>();
    to.device = device.c_str();
    to.dtype = dtype;
    to.threads = threads;
    return to;
  }
};

/// Parameters of one reconstruction; see demask_reconstruct_options for ranges and meaning.
struct ReconstructOptions {
  /// The defaults of the library.
  ReconstructOptions() : values(detail::defaults(demask_reconstruct_default_options)) {}

  /// All that is a number. Pointers, counts and callbacks in it are not looked at: use the members
  /// below.
  demask_reconstruct_options values;
  ImageView mask;                    ///< A mask instead of the segmenter's; none if empty.
  std::vector<Box> boxes;            ///< Boxes instead of the detector's.
  std::vector<Landmarks> landmarks;  ///< One set per face instead of those found.
  /// Told that `done` of `total` units of a step are done. What it throws ends the call and is
  /// thrown by it.
  std::function<void(demask_pipeline_step step, std::int32_t done, std::int32_t total)> progress;
  /// Asked whether to stop. What it throws ends the call and is thrown by it.
  std::function<bool()> cancelled;
};

/// @cond internal
namespace detail {

// The options of one call as the library takes them. Exceptions of callbacks wait here until the
// library has returned.
class Call {
 public:
  explicit Call(const ReconstructOptions& given) : options_(given), to_c_(given.values) {
    static_assert(sizeof(Box) == 4 * sizeof(float), "boxes are handed over as four floats each");
    to_c_.mask = options_.mask.empty() ? nullptr : options_.mask.get();
    to_c_.boxes = options_.boxes.empty() ? nullptr : &options_.boxes.front().x;
    to_c_.box_count = static_cast<std::int32_t>(options_.boxes.size());
    for (const Landmarks& set : options_.landmarks) landmarks_.push_back(set.to_c());
    to_c_.landmarks = landmarks_.data();
    to_c_.landmarks_count = static_cast<std::int32_t>(landmarks_.size());
    to_c_.progress_callback = options_.progress ? on_progress : nullptr;
    to_c_.abort_callback = options_.progress || options_.cancelled ? should_stop : nullptr;
    to_c_.progress_user_data = this;
    to_c_.abort_user_data = this;
  }
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  const demask_reconstruct_options* get() const { return &to_c_; }

  // Runs a function that makes a handle.
  template <typename Handle, void (*free_handle)(Handle*), typename Function, typename... Arguments>
  Owned<Handle, free_handle> make(Function function, Arguments... arguments) {
    Handle* made = nullptr;
    thrown_ = nullptr;
    const demask_status status = function(arguments..., &made);
    Owned<Handle, free_handle> handle(made);
    if (thrown_) std::rethrow_exception(thrown_);
    check(status);
    return handle;
  }

 private:
  static void on_progress(void* user_data, demask_pipeline_step step, std::int32_t done,
                          std::int32_t total) {
    auto& call = *static_cast<Call*>(user_data);
    if (call.thrown_) return;
    try {
      call.options_.progress(step, done, total);
    } catch (...) {
      call.thrown_ = std::current_exception();
    }
  }

  static std::int32_t should_stop(void* user_data) {
    auto& call = *static_cast<Call*>(user_data);
    if (call.thrown_) return 1;
    try {
      return call.options_.cancelled && call.options_.cancelled() ? 1 : 0;
    } catch (...) {
      call.thrown_ = std::current_exception();
      return 1;
    }
  }

  const ReconstructOptions options_;
  demask_reconstruct_options to_c_;
  std::vector<demask_landmarks> landmarks_;
  std::exception_ptr thrown_;
};

}  // namespace detail
/// @endcond

/// What came of one photo, borrowed: lives as long as what it was got from.
class ResultView {
 public:
  /// Borrows a result of the C ABI.
  explicit ResultView(const demask_result* result) : result_(result) {}

  /// The photo, in size and pixel format of the input.
  ImageView photo() const { return view(demask_result_photo); }
  /// Gray: 255 where a pixel may differ from the input.
  ImageView changed() const { return view(demask_result_changed); }
  /// The photo with the other generator's work for the uncertain faces; may be empty.
  ImageView alternative_photo() const { return view(demask_result_alternative_photo); }
  /// Milliseconds spent on finding the faces.
  double detect_milliseconds() const { return demask_result_detect_milliseconds(result_); }
  /// Number of faces, whatever became of them; best score first.
  std::int32_t face_count() const { return demask_result_face_count(result_); }
  /// What was found and done for a face.
  demask_face face(std::int32_t index) const {
    return detail::get_struct<demask_face>(demask_result_face, result_, index);
  }
  /// The landmarks of a face, in pixels of the photo.
  Landmarks landmarks(std::int32_t index) const {
    return Landmarks::from_c(
        detail::get_struct<demask_landmarks>(demask_result_face_landmarks, result_, index));
  }
  /// All that was painted, and the pixel of the photo that its top left pixel lies on.
  ImageView mask(std::int32_t index, std::int32_t& x, std::int32_t& y) const {
    return ImageView(
        detail::get_struct<demask_image_view>(demask_result_face_mask, result_, index, &x, &y));
  }
  /// The canonical face as it was, RGB 256 x 256.
  ImageView aligned_before(std::int32_t index) const {
    return view(demask_result_face_aligned_before, index);
  }
  /// The canonical hole, gray 256 x 256.
  ImageView aligned_mask(std::int32_t index) const {
    return view(demask_result_face_aligned_mask, index);
  }
  /// The canonical face as it was reconstructed, RGB 256 x 256.
  ImageView aligned_after(std::int32_t index) const {
    return view(demask_result_face_aligned_after, index);
  }
  /// The other generator's canonical face; may be empty.
  ImageView aligned_alternative(std::int32_t index) const {
    return view(demask_result_face_aligned_alternative, index);
  }
  /// For calls of the C ABI.
  const demask_result* get() const noexcept { return result_; }
  /// Milliseconds that a step took for a face.
  double milliseconds(std::int32_t index, demask_pipeline_step step) const {
    double value = 0.0;
    detail::check(demask_result_face_milliseconds(result_, index, step, &value));
    return value;
  }

 private:
  template <typename Function, typename... Arguments>
  ImageView view(Function function, Arguments... arguments) const {
    return ImageView(detail::get_struct<demask_image_view>(function, result_, arguments...));
  }

  const demask_result* result_;
};

/// What came of one photo.
class Result : public ResultView {
 public:
  /// Takes over a handle.
  explicit Result(detail::Owned<demask_result, demask_result_free> result)
      : ResultView(result.get()), owned_(std::move(result)) {}

 private:
  detail::Owned<demask_result, demask_result_free> owned_;
};

/// What came of many photos.
class Batch {
 public:
  /// Takes over a handle.
  explicit Batch(detail::Owned<demask_batch, demask_batch_free> batch) : batch_(std::move(batch)) {}
  /// Number of photos.
  std::int32_t count() const { return demask_batch_count(batch_.get()); }
  /// The result of a photo, borrowed from the batch. @throws Error the photo's own.
  ResultView result(std::int32_t index) const {
    const demask_result* result = nullptr;
    detail::check(demask_batch_result(batch_.get(), index, &result));
    return ResultView(result);
  }

 private:
  detail::Owned<demask_batch, demask_batch_free> batch_;
};

/// Finds masked faces and paints what the masks hide: a plausible guess, never an identification.
class Reconstructor {
 public:
  /// With the default bundle.
  Reconstructor() : Reconstructor(Bundle()) {}
  /// See demask_reconstructor_create(); the bundle may end.
  explicit Reconstructor(const Bundle& bundle, const RuntimeOptions& options = RuntimeOptions()) {
    const demask_runtime_options runtime = options.to_c();
    reconstructor_.reset(detail::make_handle<demask_reconstructor>(demask_reconstructor_create,
                                                                   bundle.get(), &runtime));
  }
  /// See demask_reconstructor_load_all().
  void load_all() const { detail::check(demask_reconstructor_load_all(get())); }
  /// See demask_reconstruct_view().
  Result reconstruct(const ImageView& photo,
                     const ReconstructOptions& options = ReconstructOptions()) const {
    detail::Call call(options);
    return Result(call.make<demask_result, demask_result_free>(demask_reconstruct_view, get(),
                                                               photo.get(), call.get()));
  }
  /// See demask_reconstruct_file().
  Result reconstruct_file(const std::string& input, const std::string& output,
                          const ReconstructOptions& options = ReconstructOptions(),
                          const EncodeOptions& encoding = EncodeOptions()) const {
    detail::Call call(options);
    const demask_encode_options encode = encoding.to_c();
    return Result(call.make<demask_result, demask_result_free>(
        demask_reconstruct_file, get(), input.c_str(), output.c_str(), call.get(), &encode));
  }
  /// See demask_reconstruct_batch().
  Batch reconstruct_batch(const std::vector<ImageView>& photos,
                          const ReconstructOptions& options = ReconstructOptions()) const {
    detail::Call call(options);
    std::vector<demask_image_view> views;
    for (const ImageView& photo : photos) views.push_back(*photo.get());
    return Batch(call.make<demask_batch, demask_batch_free>(
        demask_reconstruct_batch, get(), views.data(), static_cast<std::int32_t>(views.size()),
        call.get()));
  }
  /// For calls of the C ABI.
  const demask_reconstructor* get() const noexcept { return reconstructor_.get(); }

 private:
  detail::Owned<demask_reconstructor, demask_reconstructor_free> reconstructor_;
};

/// @cond internal
namespace detail {

// Loads a stage of a bundle.
template <typename Stage, typename Function>
Stage* load(Function function, const Bundle& bundle, const RuntimeOptions& options) {
  const demask_runtime_options runtime = options.to_c();
  return make_handle<Stage>(function, bundle.get(), &runtime);
}

}  // namespace detail
/// @endcond

/// Finds faces, masked or bare.
class FaceDetector {
 public:
  /// See demask_face_detector_load().
  explicit FaceDetector(const Bundle& bundle, const RuntimeOptions& options = RuntimeOptions())
      : stage_(detail::load<demask_face_detector>(demask_face_detector_load, bundle, options)) {}
  /// Negative `score_threshold` takes the model's own. See demask_face_detector_detect().
  std::vector<demask_detection> detect(const ImageView& photo, float score_threshold = -1.0F,
                                       float nms_iou = 0.4F) const {
    auto options = detail::make_struct<demask_detect_options>();
    options.score_threshold = score_threshold;
    options.nms_iou = nms_iou;
    const detail::Owned<demask_detections, demask_detections_free> found(
        detail::make_handle<demask_detections>(demask_face_detector_detect, get(), photo.get(),
                                               &options));
    std::vector<demask_detection> result;
    for (std::int32_t i = 0; i < demask_detections_count(found.get()); ++i) {
      result.push_back(detail::get_struct<demask_detection>(
          demask_detections_get, static_cast<const demask_detections*>(found.get()), i));
    }
    return result;
  }
  /// For calls of the C ABI.
  const demask_face_detector* get() const noexcept { return stage_.get(); }

 private:
  detail::Owned<demask_face_detector, demask_face_detector_free> stage_;
};

/// Finds landmarks, those under a mask included.
class LandmarkDetector {
 public:
  /// See demask_landmark_detector_load().
  explicit LandmarkDetector(const Bundle& bundle, const RuntimeOptions& options = RuntimeOptions())
      : stage_(detail::load<demask_landmark_detector>(demask_landmark_detector_load, bundle,
                                                      options)) {}
  /// See demask_landmark_detector_detect().
  Landmarks detect(const ImageView& photo, const Box& box, float roll = 0.0F) const {
    const detail::Owned<demask_landmark_set, demask_landmark_set_free> found(
        detail::make_handle<demask_landmark_set>(demask_landmark_detector_detect, get(),
                                                 photo.get(), &box.x, roll));
    return Landmarks::from_c(detail::get_struct<demask_landmarks>(
        demask_landmark_set_get, static_cast<const demask_landmark_set*>(found.get())));
  }
  /// For calls of the C ABI.
  const demask_landmark_detector* get() const noexcept { return stage_.get(); }

 private:
  detail::Owned<demask_landmark_detector, demask_landmark_detector_free> stage_;
};

/// A worn mask: probabilities over a rectangle of the image.
struct Mask {
  std::int32_t x;                  ///< Pixel of the image that the top left value belongs to.
  std::int32_t y;                  ///< The same, down.
  std::int32_t width;              ///< Of the rectangle.
  std::int32_t height;             ///< Of the rectangle.
  float score;                     ///< In [0, 1].
  std::vector<float> probability;  ///< height x width numbers in [0, 1], row by row.
  std::vector<float> straps;       ///< The same of its straps; empty if the model does not tell.
};

/// Finds the pixels that worn masks cover.
class Segmenter {
 public:
  /// See demask_segmenter_load().
  explicit Segmenter(const Bundle& bundle, const RuntimeOptions& options = RuntimeOptions())
      : stage_(detail::load<demask_segmenter>(demask_segmenter_load, bundle, options)) {
    detail::check(demask_segmenter_get_input(get(), &input_, &threshold_));
  }
  /// Whether segment() takes a canonical face or a whole photo.
  demask_segmenter_input input() const noexcept { return input_; }
  /// The probability from which a pixel counts as mask.
  float threshold() const noexcept { return threshold_; }
  /// See demask_segmenter_segment().
  std::vector<Mask> segment(const ImageView& image) const {
    const detail::Owned<demask_masks, demask_masks_free> found(
        detail::make_handle<demask_masks>(demask_segmenter_segment, get(), image.get()));
    std::vector<Mask> result;
    for (std::int32_t i = 0; i < demask_masks_count(found.get()); ++i) {
      const auto mask = detail::get_struct<demask_mask>(
          demask_masks_get, static_cast<const demask_masks*>(found.get()), i);
      const auto count = static_cast<std::ptrdiff_t>(mask.width) * mask.height;
      result.push_back({mask.x, mask.y, mask.width, mask.height, mask.score,
                        std::vector<float>(mask.probability, mask.probability + count),
                        mask.straps == nullptr
                            ? std::vector<float>()
                            : std::vector<float>(mask.straps, mask.straps + count)});
    }
    return result;
  }
  /// For calls of the C ABI.
  const demask_segmenter* get() const noexcept { return stage_.get(); }

 private:
  detail::Owned<demask_segmenter, demask_segmenter_free> stage_;
  demask_segmenter_input input_ = DEMASK_SEGMENTER_CANONICAL_FACE;
  float threshold_ = 0.0F;
};

/// Which generator fits a face.
struct GenderEstimate {
  demask_gender gender;  ///< DEMASK_GENDER_FEMALE or _MALE.
  float probability;     ///< In [0.5, 1].
};

/// Chooses between the two generators.
class GenderClassifier {
 public:
  /// See demask_gender_classifier_load().
  explicit GenderClassifier(const Bundle& bundle, const RuntimeOptions& options = RuntimeOptions())
      : stage_(detail::load<demask_gender_classifier>(demask_gender_classifier_load, bundle,
                                                      options)) {}
  /// See demask_gender_classifier_classify().
  GenderEstimate classify(const ImageView& face) const {
    GenderEstimate estimate{};
    detail::check(demask_gender_classifier_classify(get(), face.get(), &estimate.gender,
                                                    &estimate.probability));
    return estimate;
  }
  /// For calls of the C ABI.
  const demask_gender_classifier* get() const noexcept { return stage_.get(); }

 private:
  detail::Owned<demask_gender_classifier, demask_gender_classifier_free> stage_;
};

/// Paints the masked part of canonical faces.
class Inpainter {
 public:
  /// The generator of `gender`, see demask_inpainter_load().
  Inpainter(const Bundle& bundle, demask_gender gender,
            const RuntimeOptions& options = RuntimeOptions()) {
    const demask_runtime_options runtime = options.to_c();
    stage_.reset(detail::make_handle<demask_inpainter>(demask_inpainter_load, bundle.get(), gender,
                                                       &runtime));
  }
  /// See demask_inpainter_inpaint().
  Image inpaint(const ImageView& face, const ImageView& mask, const Landmarks& landmarks) const {
    const demask_landmarks points = landmarks.to_c();
    return Image(detail::make_handle<demask_image>(demask_inpainter_inpaint, get(), face.get(),
                                                   mask.get(), &points));
  }
  /// For calls of the C ABI.
  const demask_inpainter* get() const noexcept { return stage_.get(); }

 private:
  detail::Owned<demask_inpainter, demask_inpainter_free> stage_;
};

/// Parameters of a video; see demask_video_options for ranges and meaning.
struct VideoOptions {
  /// The defaults of the library.
  VideoOptions() : values(detail::defaults(demask_video_default_options)) {}

  /// All that is a number; its pointer is not looked at.
  demask_video_options values;
  /// As for photos. Callbacks are kept for the life of the video.
  ReconstructOptions reconstruct;
};

/// What came of one frame.
struct FrameResult {
  Result result;                        ///< Its faces come in the order of their track ids.
  std::vector<std::int64_t> track_ids;  ///< One for each face.
  bool detector_ran;                    ///< The detector has run on the frame.
  bool scene_cut;                       ///< The frame shows another scene than the one before.
};

/// The state of one video stream. Calls with one video must not run at once.
class Video {
 public:
  /// See demask_video_create(); the reconstructor may end.
  explicit Video(const Reconstructor& reconstructor, const VideoOptions& options = VideoOptions())
      : call_(new detail::Call(options.reconstruct)) {
    demask_video_options to_c = options.values;
    to_c.reconstruct = call_->get();
    video_.reset(
        detail::make_handle<demask_video>(demask_video_create, reconstructor.get(), &to_c));
  }
  /// See demask_video_reconstruct().
  FrameResult reconstruct(const ImageView& frame, double seconds) {
    auto info = detail::make_struct<demask_video_info>();
    auto made = call_->make<demask_result, demask_result_free>(
        demask_video_reconstruct, video_.get(), frame.get(), seconds, &info);
    Result result(std::move(made));
    std::vector<std::int64_t> ids = track_ids(result);
    return {std::move(result), std::move(ids), info.detector_ran != 0, info.scene_cut != 0};
  }
  /// The next frames at once; see demask_video_reconstruct_frames(). track_ids() and frame_info()
  /// take the results of the batch.
  Batch reconstruct(const std::vector<ImageView>& frames, const std::vector<double>& seconds) {
    if (frames.size() != seconds.size()) {
      throw Error(DEMASK_ERROR_INVALID_ARGUMENT, "seconds: give one time for each frame");
    }
    std::vector<demask_image_view> views;
    for (const ImageView& frame : frames) views.push_back(*frame.get());
    return Batch(call_->make<demask_batch, demask_batch_free>(
        demask_video_reconstruct_frames, video_.get(), views.data(), seconds.data(),
        static_cast<std::int32_t>(views.size())));
  }
  /// The tracks of the faces of a frame; see demask_video_track_id().
  static std::vector<std::int64_t> track_ids(const ResultView& result) {
    std::vector<std::int64_t> ids(static_cast<std::size_t>(demask_result_face_count(result.get())));
    for (std::size_t i = 0; i < ids.size(); ++i) {
      detail::check(demask_video_track_id(result.get(), static_cast<std::int32_t>(i), &ids[i]));
    }
    return ids;
  }
  /// See demask_video_frame_info().
  static demask_video_info frame_info(const ResultView& result) {
    return detail::get_struct<demask_video_info>(demask_video_frame_info, result.get());
  }
  /// See demask_video_reset().
  void reset() { demask_video_reset(video_.get()); }
  /// For calls of the C ABI.
  demask_video* get() const noexcept { return video_.get(); }

 private:
  std::unique_ptr<detail::Call> call_;  // The library keeps its callbacks.
  detail::Owned<demask_video, demask_video_free> video_;
};

/// Takes a log message. What it throws is dropped.
using LogFunction = std::function<void(demask_log_level level, const char* message)>;

/// Sets who gets the log messages of this process; an empty function for nobody. See
/// demask_set_log_callback().
inline void set_log_callback(LogFunction function) {
  static std::mutex mutex;
  static std::unique_ptr<LogFunction> active;
  const std::lock_guard<std::mutex> lock(mutex);
  std::unique_ptr<LogFunction> next;
  if (function) next.reset(new LogFunction(std::move(function)));
  const demask_log_callback callback = [](void* user_data, demask_log_level level,
                                          const char* message) {
    try {
      (*static_cast<LogFunction*>(user_data))(level, message);
    } catch (...) {  // Nothing may pass through the library, and there is no one to tell.
    }
  };
  detail::check(demask_set_log_callback(next ? callback : nullptr, next.get()));
  active = std::move(next);
}

}  // namespace capi
}  // namespace demask
