#pragma once

/// @file
/// Finding the pixels that a worn mask covers.

#include <memory>
#include <vector>

#include "demask/export.hpp"
#include "demask/geometry.hpp"
#include "demask/image.hpp"
#include "demask/model_spec.hpp"
#include "demask/runtime_options.hpp"

namespace demask {

/// A dense map of probabilities in [0, 1], row by row without padding.
struct ProbabilityMap {
  int width = 0;              ///< In pixels.
  int height = 0;             ///< In pixels.
  std::vector<float> values;  ///< Row by row.

  /// The value of column x, row y.
  float at(int x, int y) const {
    return values[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
                  static_cast<std::size_t>(x)];
  }
};

/// The probability from which a pixel counts as strap. A reconstructor also counts those at which
/// the segmenter wavers between mask and strap, and both together reach it.
constexpr float strap_threshold = 0.5F;

/// One worn mask. The map covers the rectangle of the image whose top left pixel is (x, y).
struct MaskInstance {
  /// In [0, 1]; of a `semantic` model the mean probability over the pixels that count as mask.
  float score = 0.0F;
  int x = 0;                   ///< Column of the image that the map starts at.
  int y = 0;                   ///< Row of the image that the map starts at.
  ProbabilityMap probability;  ///< That a pixel is covered.
  /// That a pixel shows a strap of the mask, of the same size; empty if the model does not tell.
  ProbabilityMap straps = {};
};

/// What a segmenter looks at.
enum class SegmenterInput : int {
  /// One aligned face; exactly one instance of its size comes back (`semantic`). A segmenter that
  /// tells straps is also shown faces with more room around them, larger than 256 px.
  canonical_face = 0,
  photo = 1  ///< A whole photo; one instance per worn mask comes back (`instance`).
};

/// Finds worn masks. Implementations are immutable: any number of threads may call one object.
class DEMASK_API Segmenter {
 public:
  virtual ~Segmenter();
  /// What it looks at.
  virtual SegmenterInput input() const noexcept = 0;
  /// The probability above which a pixel counts as mask, as the model was calibrated.
  virtual float threshold() const noexcept = 0;
  /// One list of instances per image, best score first.
  /// @throws Error invalid_image, model_invalid.
  virtual std::vector<std::vector<MaskInstance>> segment(
      const std::vector<ImageView>& images) const = 0;
  /// One image.
  std::vector<MaskInstance> segment(const ImageView& image) const;

 protected:
  Segmenter() = default;
  Segmenter(const Segmenter&) = default;
  Segmenter& operator=(const Segmenter&) = default;
};

/// A segmenter backed by a TorchScript module. Variant `semantic`: face [B,3,S,S] -> probability
/// [B,1,S,S], or [B,2,S,S] with that of straps after that of the mask; an image of another size is
/// resized to S and the map back. Variant `instance`: photo [3,H,W] -> boxes [N,4], scores [N],
/// masks [N,1,H,W].
/// @throws Error unreadable_file, model_invalid, device_unavailable, invalid_argument.
DEMASK_API std::unique_ptr<Segmenter> make_segmenter(const ModelSpec& spec,
                                                     const ModelSource& source,
                                                     const RuntimeOptions& options = {});

}  // namespace demask
