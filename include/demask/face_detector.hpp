// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Finding faces, masked or bare, in whole photos.

#include <array>
#include <memory>
#include <optional>
#include <vector>

#include "demask/export.hpp"
#include "demask/geometry.hpp"
#include "demask/image.hpp"
#include "demask/model_source.hpp"
#include "demask/model_spec.hpp"
#include "demask/runtime_options.hpp"

namespace demask {

/// A face found in a photo. Coordinates are in pixels of the photo.
struct Detection {
  Box box;                        ///< The face, in pixels of the photo.
  float score = 0.0F;             ///< In [0, 1].
  std::array<Point, 5> points{};  ///< Right eye, left eye, nose, right and left mouth corner.
};

/// The angle of the line through the eyes, in radians; positive turns the x axis toward the y axis.
/// 0 if the eyes are closer together than a tenth of the box's width, because the angle is then
/// unreliable.
[[nodiscard]] DEMASK_API float roll_of(const Detection& detection) noexcept;

/// Options of one detection.
struct DetectOptions {
  std::optional<float> score_threshold;  ///< Smallest score, in [0, 1]; default: the model's own.
  float nms_iou = 0.4F;  ///< In [0, 1]: a box whose IoU with a better one is larger is dropped.
  /// Smallest larger side of a face to search for: from 1 in pixels of the photo, below 1 as a
  /// fraction of the photo's longer side.
  float min_face_size = 24.0F;
};

/// Finds faces. Implementations are immutable: any number of threads may call one object at once.
/// To use a model of your own, derive from this class and implement do_detect().
///
/// @code
/// const auto detector = demask::ModelBundle::find_default().load_face_detector();
/// for (const demask::Detection& face : detector->detect(demask::read_image("photo.jpg"))) {
///   std::printf("%.0f x %.0f pixels\n", static_cast<double>(face.box.width),
///               static_cast<double>(face.box.height));
/// }
/// @endcode
class DEMASK_API FaceDetector {
 public:
  virtual ~FaceDetector();
  /// Finds the faces in many photos of any size and format: one list per photo, best score first.
  /// Pass a `std::vector<Image> images` as `std::vector<ImageView>(images.begin(), images.end())`.
  /// Do not pass the images in braces: `detect({image})` calls the overload for one image.
  /// @throws Error invalid_image, invalid_argument, model_invalid.
  [[nodiscard]] std::vector<std::vector<Detection>> detect(const std::vector<ImageView>& photos,
                                                           const DetectOptions& options = {}) const;
  /// Finds the faces in one photo, best score first. @throws Error as the overload for many photos.
  [[nodiscard]] std::vector<Detection> detect(const ImageView& photo,
                                              const DetectOptions& options = {}) const;
  /// Finds the faces in one photo, best score first; takes temporaries too. @throws Error as the
  /// overload for many photos.
  [[nodiscard]] std::vector<Detection> detect(const Image& photo,
                                              const DetectOptions& options = {}) const {
    return detect(photo.view(), options);
  }

 protected:
  FaceDetector() = default;
  FaceDetector(const FaceDetector&) = default;
  FaceDetector& operator=(const FaceDetector&) = default;

 private:
  /// Does the work of detect(): returns one list per photo, best score first.
  virtual std::vector<std::vector<Detection>> do_detect(const std::vector<ImageView>& photos,
                                                        const DetectOptions& options) const = 0;
};

/// Makes a face detector that runs a TorchScript module: image [B,3,H,W] -> for each image boxes
/// [N,4] as xyxy in pixels, scores [N], points [N,5,2] in pixels. The photo is scaled to fit
/// `spec.input_size` and padded to multiples of 32; larger photos are also searched in tiles, at
/// the scales at which faces of `DetectOptions::min_face_size` are large enough for the network.
/// @throws Error unreadable_file, model_invalid, device_unavailable, invalid_argument.
[[nodiscard]] DEMASK_API std::unique_ptr<FaceDetector> make_face_detector(
    const ModelSpec& spec, const ModelSource& source, const RuntimeOptions& options = {});

}  // namespace demask
