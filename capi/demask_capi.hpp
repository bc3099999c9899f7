// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// A C++ wrapper of the C library: handles that free themselves, exceptions instead of error codes,
/// and callbacks that are function objects. It is header-only C++11, so that programs built by any
/// compiler with any C++ ABI can use libdemask_c. The rules of demask.h on threads, coordinates,
/// units and ranges apply here too. Structs that hold only numbers (demask_face, demask_detection,
/// demask_video_info, and the `values` of the options) and simple functions (demask_status_name()
/// and its like, demask_abi_version()) are used directly from demask.h.
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

/// Thrown when a call of the library fails; what() says what failed, why, and how to remedy it.
class Error : public std::runtime_error {
 public:
  /// An error with a code, one of DEMASK_ERROR_..., and a message.
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

// Returns a zeroed struct of the C ABI with its `struct_size` set.
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

// Calls a function and returns what it writes to its last parameter.
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

/// What the library was built from and the resulting license, in one line.
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
  /// An empty view, which shows no image.
  ImageView() : view_(detail::make_struct<demask_image_view>()) {}
  /// Borrows the caller's pixels; `stride` 0 stands for rows without padding.
  ImageView(const std::uint8_t* data, std::int32_t width, std::int32_t height,
            demask_pixel_format format, std::int64_t stride = 0)
      : ImageView() {
    view_.data = data;
    view_.width = width;
    view_.height = height;
    view_.stride = stride;
    view_.format = format;
  }
  /// Wraps a view of the C ABI.
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
  /// Whether the view shows no image.
  bool empty() const noexcept { return view_.data == nullptr; }
  /// The view as a struct of demask.h, to pass to its functions.
  const demask_image_view* get() const noexcept { return &view_; }

 private:
  demask_image_view view_;
};

/// How an image file is encoded, and which metadata it gets.
struct EncodeOptions {
  /// Sets the defaults of the library.
  EncodeOptions() {
    const auto from = detail::defaults(demask_encode_default_options);
    jpeg_quality = from.jpeg_quality;
    synthetic = from.synthetic != 0;
  }
  std::int32_t jpeg_quality;    ///< 1 to 100, for JPEG, WebP, HEIC and AVIF.
  bool synthetic;               ///< Mark the file as mark_as_synthetic() does.
  std::string metadata_source;  ///< An image file whose metadata is copied; "" for none.
  std::string pixel_source;     ///< The file that the image was decoded from; "" if unknown.
  ImageView changed;            ///< Which pixels differ from a `pixel_source` of 16 bits.

  /// Converts to a struct of demask.h, which borrows from this object.
  demask_encode_options to_c() const {
    auto to = detail::make_struct<demask_encode_options>();
    to.jpeg_quality = jpeg_quality;
    to.synthetic = synthetic ? 1 : 0;
    to.metadata_source = metadata_source.empty() ? nullptr : metadata_source.c_str();
    to.pixel_source = pixel_source.empty() ? nullptr : pixel_source.c_str();
    to.changed = changed.empty() ? nullptr : changed.get();
    return to;
  }
};

/// An image that the library owns.
class Image {
 public:
  /// Takes ownership of a handle.
  explicit Image(demask_image* image) : image_(image) {}
  /// Decodes an image file; see demask_image_read().
  static Image read(const std::string& path, std::int64_t max_pixels = 0) {
    return Image(detail::make_handle<demask_image>(demask_image_read, path.c_str(), max_pixels));
  }
  /// Decodes an image file held in memory; see demask_image_decode().
  static Image decode(const std::uint8_t* bytes, std::size_t size,
                      const std::string& name = "image", std::int64_t max_pixels = 0) {
    return Image(detail::make_handle<demask_image>(demask_image_decode, bytes, size, name.c_str(),
                                                   max_pixels));
  }
  /// Copies an image into another pixel format; see demask_image_convert().
  static Image convert(const ImageView& source, demask_pixel_format format) {
    return Image(detail::make_handle<demask_image>(demask_image_convert, source.get(), format));
  }
  /// A view of the pixels, borrowed from this image.
  ImageView view() const {
    return ImageView(detail::get_struct<demask_image_view>(
        demask_image_get_view, static_cast<const demask_image*>(image_.get())));
  }

 private:
  detail::Owned<demask_image, demask_image_free> image_;
};

/// Writes an image file; see demask_image_write().
inline void write_image(const std::string& path, const ImageView& image,
                        const EncodeOptions& options = EncodeOptions()) {
  const demask_encode_options encoding = options.to_c();
  detail::check(demask_image_write(path.c_str(), image.get(), &encoding));
}

/// Marks an image file as synthetic; see demask_mark_as_synthetic(). An empty `source` keeps the
/// metadata of `target`.
inline void mark_as_synthetic(const std::string& target, const std::string& source = "") {
  detail::check(
      demask_mark_as_synthetic(target.c_str(), source.empty() ? nullptr : source.c_str()));
}

/// Whether a file carries the mark of mark_as_synthetic().
inline bool is_marked_as_synthetic(const std::string& path) {
  std::int32_t marked = 0;
  detail::check(demask_is_marked_as_synthetic(path.c_str(), &marked));
  return marked != 0;
}

/// A set of facial landmarks that owns its memory.
struct Landmarks {
  demask_landmark_scheme scheme = DEMASK_LANDMARKS_IBUG68;  ///< Which landmarks the points are.
  std::vector<float> points;      ///< x, y in pixels, for each point of the scheme.
  std::vector<float> confidence;  ///< In [0, 1], one per point; empty if unknown.

  /// Copies landmarks that belong to the library.
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
  /// Converts to a struct of demask.h, which borrows from this object.
  /// @throws Error DEMASK_ERROR_INVALID_ARGUMENT unless there is one confidence per point, or none
  ///         at all.
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

/// Converts landmarks to the 68-point scheme; see demask_landmarks_to_ibug68().
inline Landmarks to_ibug68(const Landmarks& landmarks) {
  const demask_landmarks points = landmarks.to_c();
  const detail::Owned<demask_landmark_set, demask_landmark_set_free> converted(
      detail::make_handle<demask_landmark_set>(demask_landmarks_to_ibug68, &points));
  return Landmarks::from_c(detail::get_struct<demask_landmarks>(
      demask_landmark_set_get, static_cast<const demask_landmark_set*>(converted.get())));
}

/// The similarity from the photo to the canonical face; see demask_canonical_similarity().
inline std::array<double, 6> canonical_similarity(const Landmarks& landmarks,
                                                  std::int32_t size = 256) {
  std::array<double, 6> matrix;
  const demask_landmarks points = landmarks.to_c();
  detail::check(demask_canonical_similarity(&points, size, matrix.data()));
  return matrix;
}

/// Cuts the canonical face out of a photo; see demask_canonical_face().
inline Image canonical_face(const ImageView& photo, const Landmarks& landmarks,
                            std::int32_t size = 256) {
  const demask_landmarks points = landmarks.to_c();
  return Image(
      detail::make_handle<demask_image>(demask_canonical_face, photo.get(), &points, size));
}

/// A model's entry in the manifest.
struct ModelInfo {
  demask_stage stage;                      ///< The task of the model.
  std::string variant;                     ///< Such as "semantic"; see demask_model_info.
  std::string file;                        ///< File name, relative to the bundle.
  std::string sha256;                      ///< 64 lowercase hexadecimal digits.
  std::string license;                     ///< The license of the model.
  std::string training_data;               ///< What the model was trained on.
  std::uint64_t size_bytes;                ///< Size of the file.
  std::int32_t input_size;                 ///< Side of the input in pixels; see demask_model_info.
  demask_landmark_scheme landmark_scheme;  ///< For the landmark detector.
  float threshold;                         ///< Smallest score or probability that counts.
  float crop_scale;                        ///< Crop side divided by the box's larger side.
  std::vector<std::string> class_names;    ///< Classes of the gender classifier, in order.
  std::map<std::string, double> metrics;   ///< Measured quality by metric name.
  double min_confidence;                   ///< Landmark detector: see demask_model_info.
  double largest_face;                     ///< Face detector: see demask_model_info.
  bool mirror_average;  ///< Whether the answer is averaged with the mirror image's.
};

/// A network that models of a bundle were trained with; listed only, never loaded.
struct ArtifactInfo {
  std::string name;          ///< "discriminator_female" or "discriminator_male".
  std::string variant;       ///< Its set of inpainters; "" for the default set.
  std::string file;          ///< File name, relative to the bundle.
  std::string sha256;        ///< 64 lowercase hexadecimal digits.
  std::uint64_t size_bytes;  ///< Size of the file.
};

/// Limits on the size of a bundle's model files.
struct BundleLimits {
  /// Sets the defaults of the library.
  BundleLimits() {
    const auto from = detail::defaults(demask_bundle_default_limits);
    max_file_bytes = from.max_file_bytes;
    max_total_bytes = from.max_total_bytes;
  }
  std::uint64_t max_file_bytes;   ///< For each file.
  std::uint64_t max_total_bytes;  ///< For all files together.

  /// The limits as a struct of demask.h.
  demask_bundle_limits to_c() const {
    auto to = detail::make_struct<demask_bundle_limits>();
    to.max_file_bytes = max_file_bytes;
    to.max_total_bytes = max_total_bytes;
    return to;
  }
};

/// A set of models with a manifest.json, in a folder or in memory.
class Bundle {
 public:
  /// Opens the default bundle; see demask_bundle_open_default().
  Bundle() : bundle_(detail::make_handle<demask_bundle>(demask_bundle_open_default)) {}
  /// Opens the default bundle with size limits; see demask_bundle_open_default_limited().
  static Bundle open_default(const BundleLimits& limits) {
    const demask_bundle_limits c_limits = limits.to_c();
    return Bundle(
        detail::make_handle<demask_bundle>(demask_bundle_open_default_limited, &c_limits));
  }
  /// Opens a bundle in a folder; see demask_bundle_open_limited().
  explicit Bundle(const std::string& folder, const BundleLimits& limits = BundleLimits()) {
    const demask_bundle_limits c_limits = limits.to_c();
    bundle_.reset(
        detail::make_handle<demask_bundle>(demask_bundle_open_limited, folder.c_str(), &c_limits));
  }
  /// Opens a bundle held in memory: copies of files, by name; see
  /// demask_bundle_from_memory_limited().
  static Bundle from_memory(const std::map<std::string, std::vector<std::uint8_t>>& files,
                            const BundleLimits& limits = BundleLimits()) {
    const demask_bundle_limits c_limits = limits.to_c();
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
        static_cast<std::int32_t>(files.size()), &c_limits));
  }

  /// The name of the bundle.
  std::string name() const { return demask_bundle_name(get()); }
  /// The version of the bundle.
  std::string version() const { return demask_bundle_version(get()); }
  /// The license of the bundle.
  std::string license() const { return demask_bundle_license(get()); }
  /// The folder of the bundle; "" for one held in memory.
  std::string folder() const { return demask_bundle_folder(get()); }
  /// The names of the variants, the sets of inpainters besides the default set.
  std::vector<std::string> variants() const {
    std::vector<std::string> result;
    for (std::int32_t i = 0; i < demask_bundle_variant_count(get()); ++i) {
      const char* variant = nullptr;
      detail::check(demask_bundle_variant_name(get(), i, &variant));
      result.push_back(variant);
    }
    return result;
  }
  /// The name of the chosen set of inpainters; "" for the default set.
  std::string variant() const { return demask_bundle_variant(get()); }
  /// Returns this bundle with another set of inpainters chosen; see demask_bundle_with_variant().
  Bundle with_variant(const std::string& variant) const {
    return Bundle(
        detail::make_handle<demask_bundle>(demask_bundle_with_variant, get(), variant.c_str()));
  }
  /// Whether the bundle has a model for the stage.
  bool has(demask_stage stage) const { return demask_bundle_has(get(), stage) != 0; }
  /// Reads every model file and compares its hash; see demask_bundle_verify().
  void verify() const { detail::check(demask_bundle_verify(get())); }
  /// The models, in the order of the manifest.
  std::vector<ModelInfo> models() const {
    std::vector<ModelInfo> result;
    for (std::int32_t i = 0; i < demask_bundle_model_count(get()); ++i) result.push_back(model(i));
    return result;
  }
  /// The networks that the models were trained with, in the order of the manifest.
  std::vector<ArtifactInfo> training_artifacts() const {
    std::vector<ArtifactInfo> result;
    for (std::int32_t i = 0; i < demask_bundle_artifact_count(get()); ++i) {
      const auto from = detail::get_struct<demask_artifact_info>(demask_bundle_artifact, get(), i);
      result.push_back({from.name, from.variant, from.file, from.sha256, from.size_bytes});
    }
    return result;
  }
  /// The handle, borrowed, to pass to functions of demask.h.
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
  /// Sets the defaults of the library.
  RuntimeOptions() {
    const auto from = detail::defaults(demask_runtime_default_options);
    device = from.device;
    dtype = from.dtype;
    threads = from.threads;
  }
  std::string device;    ///< "cpu", "cuda" or "cuda:N".
  demask_dtype dtype;    ///< Number format of the computation.
  std::int32_t threads;  ///< Intra-op threads of a call; 0 for the host's setting.

  /// Converts to a struct of demask.h, which borrows from this object.
  demask_runtime_options to_c() const {
    auto to = detail::make_struct<demask_runtime_options>();
    to.device = device.c_str();
    to.dtype = dtype;
    to.threads = threads;
    return to;
  }
};

/// Another photo of the person of a masked face; see demask_reference_photo.
struct ReferencePhoto {
  /// A reference whose largest face is that of the largest masked face.
  explicit ReferencePhoto(const ImageView& shown) : photo(shown) {}

  ImageView photo;               ///< Borrowed for the call; a Video copies the pixels.
  Box box{};                     ///< Where its face is; a width of 0: its largest face.
  std::int32_t face_index = -1;  ///< Which face it shows; negative: the largest masked one.
};

/// Options of one reconstruction; see demask_reconstruct_options for meanings and ranges.
struct ReconstructOptions {
  /// Sets the defaults of the library.
  ReconstructOptions() : values(detail::defaults(demask_reconstruct_default_options)) {}

  /// All numeric options. The struct's pointers, counts and callbacks are ignored; use the members
  /// below instead.
  demask_reconstruct_options values;
  ImageView mask;                    ///< A mask to use instead of the segmenter's; none if empty.
  std::vector<Box> boxes;            ///< Boxes to use instead of the detector's.
  std::vector<Landmarks> landmarks;  ///< Landmarks to use, one set per face.
  std::vector<ReferencePhoto> references;  ///< Photos of the same persons without masks.
  /// Called when `done` of `total` units of a step are done. An exception that it throws ends the
  /// call and is rethrown by it.
  std::function<void(demask_pipeline_step step, std::int32_t done, std::int32_t total)> progress;
  /// Returns true to end the call. An exception that it throws ends the call and is rethrown by it.
  std::function<bool()> cancelled;
};

/// @cond internal
namespace detail {

// The options of one call in the form of the C ABI. Keeps exceptions of callbacks until the library
// has returned.
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
    for (const ReferencePhoto& reference : options_.references) {
      auto to = detail::make_struct<demask_reference_photo>();
      to.photo = reference.photo.get();
      to.box[0] = reference.box.x;
      to.box[1] = reference.box.y;
      to.box[2] = reference.box.width;
      to.box[3] = reference.box.height;
      to.face_index = reference.face_index;
      references_.push_back(to);
    }
    to_c_.references = references_.data();
    to_c_.reference_count = static_cast<std::int32_t>(references_.size());
    to_c_.progress_callback = options_.progress ? on_progress : nullptr;
    to_c_.abort_callback = options_.progress || options_.cancelled ? should_stop : nullptr;
    to_c_.progress_user_data = this;
    to_c_.abort_user_data = this;
  }
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  const demask_reconstruct_options* get() const { return &to_c_; }

  // Calls a function that makes a handle.
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
  std::vector<demask_reference_photo> references_;
  std::exception_ptr thrown_;
};

}  // namespace detail
/// @endcond

/// A borrowed result of one photo, valid as long as the object it came from.
class ResultView {
 public:
  /// Borrows a result of the C ABI.
  explicit ResultView(const demask_result* result) : result_(result) {}

  /// The reconstructed photo, in the size and pixel format of the input.
  ImageView photo() const { return view(demask_result_photo); }
  /// A gray image: 255 where a pixel may differ from the input.
  ImageView changed() const { return view(demask_result_changed); }
  /// The photo with the other generator's work on the uncertain faces; may be empty.
  ImageView alternative_photo() const { return view(demask_result_alternative_photo); }
  /// Number of photos with a variant of every face; 0 unless variants were asked for and painted.
  std::int32_t variant_count() const { return demask_result_variant_count(result_); }
  /// The photo with a variant of every face; the first equals photo().
  ImageView variant_photo(std::int32_t variant) const {
    return view(demask_result_variant_photo, variant);
  }
  /// Milliseconds spent on finding the faces.
  double detect_milliseconds() const { return demask_result_detect_milliseconds(result_); }
  /// Number of faces of any status; they are ordered by score, best first.
  std::int32_t face_count() const { return demask_result_face_count(result_); }
  /// What was found and done for a face.
  demask_face face(std::int32_t index) const {
    return detail::get_struct<demask_face>(demask_result_face, result_, index);
  }
  /// Why a face is untouched; empty if it is reconstructed.
  std::string reason(std::int32_t index) const { return demask_result_face_reason(result_, index); }
  /// Why no more of a face was taken from a reference photo; see
  /// demask_result_face_reference_reason().
  std::string reference_reason(std::int32_t index) const {
    return demask_result_face_reference_reason(result_, index);
  }
  /// The landmarks of a face, in pixels of the photo.
  Landmarks landmarks(std::int32_t index) const {
    return Landmarks::from_c(
        detail::get_struct<demask_landmarks>(demask_result_face_landmarks, result_, index));
  }
  /// All painted pixels of a face, and the pixel of the photo under their top left one.
  ImageView mask(std::int32_t index, std::int32_t& x, std::int32_t& y) const {
    return ImageView(
        detail::get_struct<demask_image_view>(demask_result_face_mask, result_, index, &x, &y));
  }
  /// The canonical face before painting, RGB, square: 128 to 512 pixels wide.
  ImageView aligned_before(std::int32_t index) const {
    return view(demask_result_face_aligned_before, index);
  }
  /// The hole in the canonical face, gray, of its size.
  ImageView aligned_mask(std::int32_t index) const {
    return view(demask_result_face_aligned_mask, index);
  }
  /// The painted canonical face, RGB, of its size.
  ImageView aligned_after(std::int32_t index) const {
    return view(demask_result_face_aligned_after, index);
  }
  /// The canonical face as the other generator painted it; may be empty.
  ImageView aligned_alternative(std::int32_t index) const {
    return view(demask_result_face_aligned_alternative, index);
  }
  /// A variant of the canonical face, from 0, the most likely one; demask_face::variant_count says
  /// how many there are.
  ImageView variant_aligned(std::int32_t index, std::int32_t variant) const {
    return view(demask_result_face_variant_aligned, index, variant);
  }
  /// The landmarks of a variant of a face, in pixels of the photo.
  Landmarks variant_landmarks(std::int32_t index, std::int32_t variant) const {
    return Landmarks::from_c(detail::get_struct<demask_landmarks>(
        demask_result_face_variant_landmarks, result_, index, variant));
  }
  /// How likely a variant is, in (0, 1]; see demask_result_face_variant_likelihood().
  float variant_likelihood(std::int32_t index, std::int32_t variant) const {
    float value = 0.0F;
    detail::check(demask_result_face_variant_likelihood(result_, index, variant, &value));
    return value;
  }
  /// The handle, borrowed, to pass to functions of demask.h.
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

/// The result of one photo, owned.
class Result : public ResultView {
 public:
  /// Takes ownership of a handle.
  explicit Result(detail::Owned<demask_result, demask_result_free> result)
      : ResultView(result.get()), owned_(std::move(result)) {}

 private:
  detail::Owned<demask_result, demask_result_free> owned_;
};

/// The outcomes of many photos.
class Batch {
 public:
  /// Takes ownership of a handle.
  explicit Batch(detail::Owned<demask_batch, demask_batch_free> batch) : batch_(std::move(batch)) {}
  /// Number of photos.
  std::int32_t count() const { return demask_batch_count(batch_.get()); }
  /// The result of a photo, borrowed from the batch. @throws Error the photo's own error.
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
  /// Uses the default bundle.
  Reconstructor() : Reconstructor(Bundle()) {}
  /// Uses the models of a bundle, which may be destroyed afterwards; see
  /// demask_reconstructor_create().
  explicit Reconstructor(const Bundle& bundle, const RuntimeOptions& options = RuntimeOptions()) {
    const demask_runtime_options runtime = options.to_c();
    reconstructor_.reset(detail::make_handle<demask_reconstructor>(demask_reconstructor_create,
                                                                   bundle.get(), &runtime));
  }
  /// Loads every model that is not yet loaded; see demask_reconstructor_load_all().
  void load_all() const { detail::check(demask_reconstructor_load_all(get())); }
  /// Reconstructs one photo; see demask_reconstruct_view().
  Result reconstruct(const ImageView& photo,
                     const ReconstructOptions& options = ReconstructOptions()) const {
    detail::Call call(options);
    return Result(call.make<demask_result, demask_result_free>(demask_reconstruct_view, get(),
                                                               photo.get(), call.get()));
  }
  /// Reconstructs a photo file; see demask_reconstruct_file().
  Result reconstruct_file(const std::string& input, const std::string& output,
                          const ReconstructOptions& options = ReconstructOptions(),
                          const EncodeOptions& encoding = EncodeOptions()) const {
    detail::Call call(options);
    const demask_encode_options encode = encoding.to_c();
    return Result(call.make<demask_result, demask_result_free>(
        demask_reconstruct_file, get(), input.c_str(), output.c_str(), call.get(), &encode));
  }
  /// Reconstructs many photos; see demask_reconstruct_batch().
  Batch reconstruct_batch(const std::vector<ImageView>& photos,
                          const ReconstructOptions& options = ReconstructOptions()) const {
    detail::Call call(options);
    std::vector<demask_image_view> views;
    for (const ImageView& photo : photos) views.push_back(*photo.get());
    return Batch(call.make<demask_batch, demask_batch_free>(
        demask_reconstruct_batch, get(), views.data(), static_cast<std::int32_t>(views.size()),
        call.get()));
  }
  /// The handle, borrowed, to pass to functions of demask.h.
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
  /// Loads the face detector of a bundle; see demask_face_detector_load().
  explicit FaceDetector(const Bundle& bundle, const RuntimeOptions& options = RuntimeOptions())
      : stage_(detail::load<demask_face_detector>(demask_face_detector_load, bundle, options)) {}
  /// Finds the faces in a photo; see demask_face_detector_detect(). A negative `score_threshold`
  /// takes the model's own.
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
  /// The handle, borrowed, to pass to functions of demask.h.
  const demask_face_detector* get() const noexcept { return stage_.get(); }

 private:
  detail::Owned<demask_face_detector, demask_face_detector_free> stage_;
};

/// Finds landmarks, including those under a mask.
class LandmarkDetector {
 public:
  /// Loads the landmark detector of a bundle; see demask_landmark_detector_load().
  explicit LandmarkDetector(const Bundle& bundle, const RuntimeOptions& options = RuntimeOptions())
      : stage_(detail::load<demask_landmark_detector>(demask_landmark_detector_load, bundle,
                                                      options)) {}
  /// Finds the landmarks of one face of a photo; see demask_landmark_detector_detect().
  Landmarks detect(const ImageView& photo, const Box& box, float roll = 0.0F) const {
    const detail::Owned<demask_landmark_set, demask_landmark_set_free> found(
        detail::make_handle<demask_landmark_set>(demask_landmark_detector_detect, get(),
                                                 photo.get(), &box.x, roll));
    return Landmarks::from_c(detail::get_struct<demask_landmarks>(
        demask_landmark_set_get, static_cast<const demask_landmark_set*>(found.get())));
  }
  /// The handle, borrowed, to pass to functions of demask.h.
  const demask_landmark_detector* get() const noexcept { return stage_.get(); }

 private:
  detail::Owned<demask_landmark_detector, demask_landmark_detector_free> stage_;
};

/// One worn mask that was found: probabilities over a rectangle of the image.
struct Mask {
  std::int32_t x;                  ///< Image column of the rectangle's left edge.
  std::int32_t y;                  ///< Image row of the rectangle's top edge.
  std::int32_t width;              ///< In pixels.
  std::int32_t height;             ///< In pixels.
  float score;                     ///< In [0, 1].
  std::vector<float> probability;  ///< height x width values in [0, 1], row by row.
  std::vector<float> straps;       ///< Like `probability`, for straps; empty if not found.
};

/// Finds the pixels that worn masks cover.
class Segmenter {
 public:
  /// Loads the segmenter of a bundle; see demask_segmenter_load().
  explicit Segmenter(const Bundle& bundle, const RuntimeOptions& options = RuntimeOptions())
      : stage_(detail::load<demask_segmenter>(demask_segmenter_load, bundle, options)) {
    detail::check(demask_segmenter_get_input(get(), &input_, &threshold_));
  }
  /// Whether segment() takes a canonical face or a whole photo.
  demask_segmenter_input input() const noexcept { return input_; }
  /// The smallest probability of a pixel that counts as mask.
  float threshold() const noexcept { return threshold_; }
  /// Finds the masks in an image, best score first; see demask_segmenter_segment().
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
  /// The handle, borrowed, to pass to functions of demask.h.
  const demask_segmenter* get() const noexcept { return stage_.get(); }

 private:
  detail::Owned<demask_segmenter, demask_segmenter_free> stage_;
  demask_segmenter_input input_ = DEMASK_SEGMENTER_CANONICAL_FACE;
  float threshold_ = 0.0F;
};

/// A classifier's answer for one face.
struct GenderEstimate {
  demask_gender gender;  ///< DEMASK_GENDER_FEMALE or _MALE.
  float probability;     ///< In [0.5, 1].
};

/// Chooses which of the two generators paints a face.
class GenderClassifier {
 public:
  /// Loads the gender classifier of a bundle; see demask_gender_classifier_load().
  explicit GenderClassifier(const Bundle& bundle, const RuntimeOptions& options = RuntimeOptions())
      : stage_(detail::load<demask_gender_classifier>(demask_gender_classifier_load, bundle,
                                                      options)) {}
  /// Classifies a canonical face; see demask_gender_classifier_classify().
  GenderEstimate classify(const ImageView& face) const {
    GenderEstimate estimate{};
    detail::check(demask_gender_classifier_classify(get(), face.get(), &estimate.gender,
                                                    &estimate.probability));
    return estimate;
  }
  /// The handle, borrowed, to pass to functions of demask.h.
  const demask_gender_classifier* get() const noexcept { return stage_.get(); }

 private:
  detail::Owned<demask_gender_classifier, demask_gender_classifier_free> stage_;
};

/// Paints the masked part of canonical faces.
class Inpainter {
 public:
  /// Loads the inpainter of `gender`; see demask_inpainter_load().
  Inpainter(const Bundle& bundle, demask_gender gender,
            const RuntimeOptions& options = RuntimeOptions()) {
    const demask_runtime_options runtime = options.to_c();
    stage_.reset(detail::make_handle<demask_inpainter>(demask_inpainter_load, bundle.get(), gender,
                                                       &runtime));
  }
  /// Paints one canonical face; see demask_inpainter_inpaint().
  Image inpaint(const ImageView& face, const ImageView& mask, const Landmarks& landmarks) const {
    const demask_landmarks points = landmarks.to_c();
    return Image(detail::make_handle<demask_image>(demask_inpainter_inpaint, get(), face.get(),
                                                   mask.get(), &points));
  }
  /// The handle, borrowed, to pass to functions of demask.h.
  const demask_inpainter* get() const noexcept { return stage_.get(); }

 private:
  detail::Owned<demask_inpainter, demask_inpainter_free> stage_;
};

/// Options of a video; see demask_video_options for meanings and ranges.
struct VideoOptions {
  /// Sets the defaults of the library.
  VideoOptions() : values(detail::defaults(demask_video_default_options)) {}

  /// All numeric options; the struct's pointer is ignored.
  demask_video_options values;
  /// The options of each frame. Callbacks are kept for the life of the video.
  ReconstructOptions reconstruct;
};

/// The outcome of one frame.
struct FrameResult {
  Result result;                        ///< Its faces are in the order of their track ids.
  std::vector<std::int64_t> track_ids;  ///< One per face.
  bool detector_ran;                    ///< Whether the face detector ran on this frame.
  bool scene_cut;                       ///< Whether the scene differs from the previous frame's.
};

/// The state of one video stream. Calls with one object must not run at the same time.
class Video {
 public:
  /// Starts a video stream; see demask_video_create(). The reconstructor may be destroyed
  /// afterwards.
  explicit Video(const Reconstructor& reconstructor, const VideoOptions& options = VideoOptions())
      : call_(new detail::Call(options.reconstruct)) {
    demask_video_options to_c = options.values;
    to_c.reconstruct = call_->get();
    video_.reset(
        detail::make_handle<demask_video>(demask_video_create, reconstructor.get(), &to_c));
  }
  /// Reconstructs the next frame; see demask_video_reconstruct().
  FrameResult reconstruct(const ImageView& frame, double seconds) {
    auto info = detail::make_struct<demask_video_info>();
    auto made = call_->make<demask_result, demask_result_free>(
        demask_video_reconstruct, video_.get(), frame.get(), seconds, &info);
    Result result(std::move(made));
    std::vector<std::int64_t> ids = track_ids(result);
    return {std::move(result), std::move(ids), info.detector_ran != 0, info.scene_cut != 0};
  }
  /// Reconstructs the next frames together; see demask_video_reconstruct_frames(). track_ids() and
  /// frame_info() take the results of the batch.
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
  /// The track ids of the faces of a frame; see demask_video_track_id().
  static std::vector<std::int64_t> track_ids(const ResultView& result) {
    std::vector<std::int64_t> ids(static_cast<std::size_t>(demask_result_face_count(result.get())));
    for (std::size_t i = 0; i < ids.size(); ++i) {
      detail::check(demask_video_track_id(result.get(), static_cast<std::int32_t>(i), &ids[i]));
    }
    return ids;
  }
  /// What a frame reports besides its faces; see demask_video_frame_info().
  static demask_video_info frame_info(const ResultView& result) {
    return detail::get_struct<demask_video_info>(demask_video_frame_info, result.get());
  }
  /// Forgets all tracks and the time of the last frame; see demask_video_reset().
  void reset() { demask_video_reset(video_.get()); }
  /// The handle, borrowed, to pass to functions of demask.h.
  demask_video* get() const noexcept { return video_.get(); }

 private:
  std::unique_ptr<detail::Call> call_;  // The library keeps pointers to its callbacks.
  detail::Owned<demask_video, demask_video_free> video_;
};

/// Receives a log message. Exceptions that it throws are dropped.
using LogFunction = std::function<void(demask_log_level level, const char* message)>;

/// Sets the function that receives the log messages of this process; an empty function turns
/// logging off. See demask_set_log_callback().
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
    } catch (...) {  // No exception may pass through the library.
    }
  };
  detail::check(demask_set_log_callback(next ? callback : nullptr, next.get()));
  active = std::move(next);
}

}  // namespace capi
}  // namespace demask
