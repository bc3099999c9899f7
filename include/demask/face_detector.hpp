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

/// A face found in a photo; coordinates in pixels of the photo.
struct Detection {
  Box box;                        ///< In pixels of the photo.
  float score = 0.0F;             ///< In [0, 1].
  std::array<Point, 5> points{};  ///< Right eye, left eye, nose, right and left mouth corner.
};

/// Radians by which the line of the eyes is turned, x towards y; 0 if the eyes of the detection lie
/// nearer together than a tenth of the box's width, since their line then tells nothing.
[[nodiscard]] DEMASK_API float roll_of(const Detection& detection) noexcept;

/// Parameters of one detection call.
struct DetectOptions {
  std::optional<float> score_threshold;  ///< Smallest score, in [0, 1]; the model's own if absent.
  float nms_iou = 0.4F;  ///< In [0, 1]: boxes that overlap a better one more are dropped.
};

/// Finds faces. Implementations are immutable: any number of threads may call one object at once.
/// One of your own derives from this class and implements do_detect().
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
  /// Finds the faces of many photos: one list per photo, best score first. Photos may have any size
  /// and format.
  /// @throws Error invalid_image, invalid_argument, model_invalid.
  [[nodiscard]] std::vector<std::vector<Detection>> detect(const std::vector<ImageView>& photos,
                                                           const DetectOptions& options = {}) const;
  /// Finds the faces of one photo, best score first. @throws as for many.
  [[nodiscard]] std::vector<Detection> detect(const ImageView& photo,
                                              const DetectOptions& options = {}) const;
  /// Finds the faces of an image, a temporary included. @throws as for many.
  [[nodiscard]] std::vector<Detection> detect(const Image& photo,
                                              const DetectOptions& options = {}) const {
    return detect(photo.view(), options);
  }

 protected:
  FaceDetector() = default;
  FaceDetector(const FaceDetector&) = default;
  FaceDetector& operator=(const FaceDetector&) = default;

 private:
  /// What detect() returns: one list per photo, best score first.
  virtual std::vector<std::vector<Detection>> do_detect(const std::vector<ImageView>& photos,
                                                        const DetectOptions& options) const = 0;
};

/// A detector backed by a TorchScript module: image [B,3,H,W] -> per image boxes [N,4] xyxy pixels,
/// scores [N], points [N,5,2] pixels. The photo is scaled to fit `spec.input_size` and padded to
/// multiples of 32.
/// @throws Error unreadable_file, model_invalid, device_unavailable, invalid_argument.
[[nodiscard]] DEMASK_API std::unique_ptr<FaceDetector> make_face_detector(
    const ModelSpec& spec, const ModelSource& source, const RuntimeOptions& options = {});

}  // namespace demask
