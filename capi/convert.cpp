// SPDX-License-Identifier: Apache-2.0
#include "convert.hpp"

#include <optional>
#include <string>
#include <type_traits>

#include "log.hpp"
#include "structs.hpp"

namespace demask::capi {
namespace {

static_assert(sizeof(Point) == 2 * sizeof(float) && std::is_standard_layout_v<Point>,
              "points are handed out as pairs of floats");

/// @throws Error invalid_argument for a negative count or a null array that should have elements.
template <typename T>
void check_array(const T* array, std::int32_t count, const std::string& name) {
  if (count < 0) {
    invalid_argument(name + ": count is " + std::to_string(count) + "; must not be negative");
  }
  if (count > 0 && array == nullptr) {
    invalid_argument(name + ": is NULL although its count is " + std::to_string(count) +
                     "; pass the array or a count of 0");
  }
}

// In C structs a negative threshold stands for the model's own.
constexpr float models_own = -1.0F;

std::optional<float> to_threshold(float threshold) {
  return threshold < 0.0F ? std::nullopt : std::optional<float>(threshold);
}

LandmarkScheme to_scheme(demask_landmark_scheme scheme, const std::string& name) {
  if (scheme != DEMASK_LANDMARKS_IBUG68 && scheme != DEMASK_LANDMARKS_WFLW98) {
    invalid_argument(name + ".scheme: " + std::to_string(scheme) +
                     " is not a landmark scheme; use DEMASK_LANDMARKS_IBUG68 or _WFLW98");
  }
  return static_cast<LandmarkScheme>(scheme);
}

void read_faces_given(const demask_reconstruct_options& from, ReconstructOptions& to) {
  check_array(from.boxes, from.box_count, "options.boxes");
  for (std::int32_t i = 0; i < from.box_count; ++i) {
    to.boxes.push_back(to_box(from.boxes + std::ptrdiff_t{4} * i));
  }
  check_array(from.landmarks, from.landmarks_count, "options.landmarks");
  for (std::int32_t i = 0; i < from.landmarks_count; ++i) {
    to.landmarks.push_back(
        to_landmarks(array_element(from.landmarks, i, "options.landmarks"), "options.landmarks"));
  }
}

void read_references(const demask_reconstruct_options& from, ReconstructOptions& to) {
  check_array(from.references, from.reference_count, "options.references");
  for (std::int32_t i = 0; i < from.reference_count; ++i) {
    const demask_reference_photo given =
        read_struct(array_element(from.references, i, "options.references"),
                    demask_reference_photo DEMASK_REFERENCE_PHOTO_INIT, "options.references");
    ReferencePhoto& reference = to.references.emplace_back();
    reference.photo = to_view(given.photo, "options.references.photo");
    if (given.box[2] != 0.0F) {
      reference.box = to_box(given.box);
    }
    if (given.face_index >= 0) {
      reference.face_index = given.face_index;
    }
  }
}

void read_callbacks(const demask_reconstruct_options& from, ReconstructOptions& to) {
  if (from.progress_callback != nullptr) {
    to.progress = [callback = from.progress_callback,
                   user_data = from.progress_user_data](const Progress& progress) {
      callback(user_data, static_cast<demask_pipeline_step>(progress.step), progress.done,
               progress.total);
    };
  }
  if (from.abort_callback != nullptr) {
    to.cancelled = [callback = from.abort_callback, user_data = from.abort_user_data] {
      return callback(user_data) != 0;
    };
  }
}

}  // namespace

std::filesystem::path to_path(const char* utf8, const char* name) {
  if (require(utf8, name) == '\0') {
    invalid_argument(std::string(name) + ": is empty; pass a file name");
  }
  return std::filesystem::u8path(utf8);
}

ImageView to_view(const demask_image_view* view, const char* name) {
  const demask_image_view from =
      read_struct(view, {sizeof(demask_image_view), nullptr, 0, 0, 0, DEMASK_PIXEL_RGB}, name);
  return {from.data, from.width, from.height, static_cast<std::ptrdiff_t>(from.stride),
          checked_enum<PixelFormat>(from.format, 5, (std::string(name) + ".format").c_str())};
}

std::vector<ImageView> to_views(const demask_image_view* views, std::int32_t count,
                                const char* name) {
  check_array(views, count, name);
  std::vector<ImageView> result;
  result.reserve(static_cast<std::size_t>(count));
  for (std::int32_t i = 0; i < count; ++i) {
    result.push_back(to_view(array_element(views, i, name), name));
  }
  return result;
}

std::vector<double> to_numbers(const double* numbers, std::int32_t count, const char* name) {
  check_array(numbers, count, name);
  return {numbers, numbers + count};
}

Landmarks to_landmarks(const demask_landmarks* landmarks, const char* name) {
  const demask_landmarks from = read_struct(
      landmarks, {sizeof(demask_landmarks), DEMASK_LANDMARKS_IBUG68, 0, nullptr, nullptr}, name);
  Landmarks result;
  result.scheme = to_scheme(from.scheme, name);
  if (from.count != from.scheme) {
    invalid_argument(std::string(name) + ".count: is " + std::to_string(from.count) +
                     "; the scheme has " + std::to_string(from.scheme) + " points");
  }
  check_array(from.points, from.count, std::string(name) + ".points");
  for (std::int32_t i = 0; i < from.count; ++i) {
    const float* point = from.points + std::ptrdiff_t{2} * i;
    result.points.push_back({point[0], point[1]});
  }
  if (from.confidence != nullptr) {
    result.confidence.assign(from.confidence, from.confidence + from.count);
  }
  return result;
}

Box to_box(const float* box) noexcept { return {box[0], box[1], box[2], box[3]}; }

std::int64_t to_max_pixels(std::int64_t max_pixels) {
  if (max_pixels < 0) {
    invalid_argument("max_pixels: is negative; pass a number of pixels or 0 for the default");
  }
  return max_pixels == 0 ? default_max_pixels : max_pixels;
}

BundleLimits to_limits(const demask_bundle_limits* limits) {
  const auto from = read_optional_struct(limits, default_bundle_limits(), "limits");
  return {from.max_file_bytes, from.max_total_bytes};
}

RuntimeOptions to_options(const demask_runtime_options* options) {
  const auto from = read_optional_struct(options, default_runtime_options(), "options");
  RuntimeOptions to;
  if (from.device != nullptr) {
    to.device = from.device;
  }
  to.dtype = checked_enum<DType>(from.dtype, 2, "options.dtype");
  if (from.threads < 0) {
    invalid_argument("options.threads: is " + std::to_string(from.threads) +
                     "; must be positive, or 0 for the host's own setting");
  }
  to.threads = from.threads;
  return to;
}

DetectOptions to_options(const demask_detect_options* options) {
  const auto from = read_optional_struct(options, default_detect_options(), "options");
  return {to_threshold(from.score_threshold), from.nms_iou, from.min_face_size};
}

EncodeOptions to_options(const demask_encode_options* options) {
  const auto from = read_optional_struct(options, default_encode_options(), "options");
  if (from.jpeg_quality < 1 || from.jpeg_quality > 100) {
    invalid_argument("options.jpeg_quality: is " + std::to_string(from.jpeg_quality) +
                     "; must be 1 to 100");
  }
  EncodeOptions to;
  to.jpeg_quality = from.jpeg_quality;
  to.synthetic = from.synthetic != 0;
  if (from.metadata_source != nullptr) {
    to.metadata_source = to_path(from.metadata_source, "options.metadata_source");
  }
  if (from.pixel_source != nullptr) {
    to.pixel_source = to_path(from.pixel_source, "options.pixel_source");
  }
  if (from.changed != nullptr) {
    to.changed = to_view(from.changed, "options.changed");
  }
  to.on_warning = [](const std::string& warning) {
    log_message(DEMASK_LOG_WARNING, warning.c_str());
  };
  return to;
}

ReconstructOptions to_options(const demask_reconstruct_options* options, Quality usual) {
  const auto from = read_optional_struct(options, default_reconstruct_options(), "options");
  ReconstructOptions to;
  to.gender = checked_enum<GenderChoice>(from.gender, 3, "options.gender");
  to.gender_margin = from.gender_margin;
  to.both_when_uncertain = from.both_when_uncertain != 0;
  if (from.mask != nullptr) {
    to.mask = to_view(from.mask, "options.mask");
    if (to.mask->data == nullptr) {
      throw Error(ErrorCode::invalid_image,
                  "options.mask: has no data; point it to the pixels, or pass no mask");
    }
  }
  to.mask_inverted = from.mask_inverted != 0;
  read_faces_given(from, to);
  to.mask_dilation = from.mask_dilation;
  to.blend = checked_enum<BlendMode>(from.blend, 3, "options.blend");
  to.selection = checked_enum<FaceSelection>(from.selection, 3, "options.selection");
  to.face_index = from.face_index;
  to.detection_threshold = to_threshold(from.detection_threshold);
  to.segmentation_threshold = to_threshold(from.segmentation_threshold);
  to.min_face_size = from.min_face_size;
  to.min_mask_area = from.min_mask_area;
  to.min_landmark_confidence = to_threshold(from.min_landmark_confidence);
  to.max_pixels = to_max_pixels(from.max_pixels);
  to.quality = from.quality == DEMASK_QUALITY_DEFAULT
                   ? usual
                   : checked_enum<Quality>(from.quality, 3, "options.quality");
  to.search.steps = from.search_steps;
  to.search.seconds = from.search_seconds;
  to.variants = from.variants;
  to.diversity = from.diversity;
  to.seed = from.seed;
  to.expression = checked_enum<Expression>(from.expression, 4, "options.expression");
  read_references(from, to);
  read_callbacks(from, to);
  return to;
}

demask_bundle_limits default_bundle_limits() {
  const BundleLimits from;
  return {sizeof(demask_bundle_limits), from.max_file_bytes, from.max_total_bytes};
}

VideoOptions to_options(const demask_video_options* options) {
  const auto from = read_optional_struct(options, default_video_options(), "options");
  VideoOptions to;
  to.reconstruct = to_options(from.reconstruct, VideoOptions::frame_options().quality);
  if (to.reconstruct.selection == FaceSelection::index) {
    to.reconstruct.selection = FaceSelection::all;
    to.track_id = to.reconstruct.face_index;
  }
  to.detect_interval = from.detect_interval;
  to.landmark_cutoff = from.landmark_cutoff;
  to.landmark_beta = from.landmark_beta;
  to.mask_seconds = from.mask_seconds;
  to.paint_seconds = from.paint_seconds;
  return to;
}

demask_runtime_options default_runtime_options() {
  const RuntimeOptions from;
  demask_runtime_options to{};
  to.struct_size = sizeof to;
  to.device = "cpu";
  to.dtype = static_cast<demask_dtype>(from.dtype);
  to.threads = from.threads;
  return to;
}

demask_detect_options default_detect_options() {
  const DetectOptions from;
  return {sizeof(demask_detect_options), models_own, from.nms_iou, from.min_face_size};
}

demask_encode_options default_encode_options() {
  const EncodeOptions from;
  return {sizeof(demask_encode_options),
          from.jpeg_quality,
          from.synthetic ? 1 : 0,
          nullptr,
          nullptr,
          nullptr};
}

demask_reconstruct_options default_reconstruct_options() {
  const ReconstructOptions from;
  demask_reconstruct_options to{};
  to.struct_size = sizeof to;
  to.gender = static_cast<demask_gender>(from.gender);
  to.gender_margin = from.gender_margin;
  to.mask_dilation = from.mask_dilation;
  to.blend = static_cast<demask_blend_mode>(from.blend);
  to.selection = static_cast<demask_face_selection>(from.selection);
  to.face_index = from.face_index;
  to.detection_threshold = models_own;
  to.segmentation_threshold = models_own;
  to.min_face_size = from.min_face_size;
  to.min_mask_area = from.min_mask_area;
  to.min_landmark_confidence = models_own;
  to.quality = DEMASK_QUALITY_DEFAULT;
  to.search_steps = from.search.steps;
  to.search_seconds = from.search.seconds;
  to.variants = from.variants;
  to.diversity = from.diversity;
  to.seed = from.seed;
  to.expression = static_cast<demask_expression>(from.expression);
  to.max_pixels = from.max_pixels;
  return to;
}

demask_video_options default_video_options() {
  const VideoOptions from;
  demask_video_options to{};
  to.struct_size = sizeof to;
  to.landmark_cutoff = from.landmark_cutoff;
  to.landmark_beta = from.landmark_beta;
  to.mask_seconds = from.mask_seconds;
  to.paint_seconds = from.paint_seconds;
  to.detect_interval = from.detect_interval;
  return to;
}

demask_image_view from_image(const Image& image) noexcept {
  demask_image_view view{};
  view.struct_size = sizeof view;
  view.format = static_cast<demask_pixel_format>(image.format());
  if (image.empty()) {
    return view;
  }
  view.data = image.data();
  view.width = image.width();
  view.height = image.height();
  view.stride = static_cast<std::int64_t>(image.size_bytes()) / image.height();
  return view;
}

demask_landmarks from_landmarks(const Landmarks& landmarks) {
  demask_landmarks to{};
  to.struct_size = sizeof to;
  to.scheme = static_cast<demask_landmark_scheme>(landmarks.scheme);
  to.count = to_count(landmarks.points.size());
  if (!landmarks.points.empty()) {
    to.points = &landmarks.points.front().x;
  }
  if (!landmarks.confidence.empty()) {
    to.confidence = landmarks.confidence.data();
  }
  return to;
}

demask_gender from_gender(Gender gender) noexcept {
  return gender == Gender::female ? DEMASK_GENDER_FEMALE : DEMASK_GENDER_MALE;
}

void copy_box(const Box& box, float* out) noexcept {
  out[0] = box.x;
  out[1] = box.y;
  out[2] = box.width;
  out[3] = box.height;
}

}  // namespace demask::capi
