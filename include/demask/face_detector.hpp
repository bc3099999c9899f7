#pragma once

/// @file
/// Finding faces, masked or bare, in whole photos.

#include <array>
#include <memory>
#include <vector>

#include "demask/export.hpp"
#include "demask/geometry.hpp"
#include "demask/image.hpp"
#include "demask/model_spec.hpp"
#include "demask/runtime_options.hpp"

namespace demask {

/// A face found in a photo; coordinates in pixels of the photo.
struct Detection {
  Box box;                        ///< In pixels of the photo.
  float score = 0.0F;             ///< In [0, 1].
  std::array<Point, 5> points{};  ///< Right eye, left eye, nose, right and left mouth corner.
};

/// Parameters of one detection call.
struct DetectOptions {
  float score_threshold = -1.0F;  ///< In [0, 1]; negative takes the model's own.
  float nms_iou = 0.4F;           ///< In [0, 1]: boxes that overlap a better one more are dropped.
};

/// Finds faces. Implementations are immutable: any number of threads may call one object at once.
class DEMASK_API FaceDetector {
 public:
  virtual ~FaceDetector();
  /// One list per photo, best score first. Photos may have any size and format.
  /// @throws Error invalid_image, invalid_argument, model_invalid.
  virtual std::vector<std::vector<Detection>> detect(const std::vector<ImageView>& photos,
                                                     const DetectOptions& options = {}) const = 0;
  /// One photo.
  std::vector<Detection> detect(const ImageView& photo, const DetectOptions& options = {}) const;

 protected:
  FaceDetector() = default;
  FaceDetector(const FaceDetector&) = default;
  FaceDetector& operator=(const FaceDetector&) = default;
};

/// A detector backed by a TorchScript module: image [B,3,H,W] -> per image boxes [N,4] xyxy pixels,
/// scores [N], points [N,5,2] pixels. The photo is scaled to fit `spec.input_size` and padded to
/// multiples of 32.
/// @throws Error unreadable_file, model_invalid, device_unavailable, invalid_argument.
DEMASK_API std::unique_ptr<FaceDetector> make_face_detector(const ModelSpec& spec,
                                                            const ModelSource& source,
                                                            const RuntimeOptions& options = {});

}  // namespace demask
