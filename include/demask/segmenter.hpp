#pragma once

/// @file
/// Finding the pixels that a worn mask covers.

#include <memory>
#include <vector>

#include "demask/export.hpp"
#include "demask/geometry.hpp"
#include "demask/image.hpp"
#include "demask/model_source.hpp"
#include "demask/model_spec.hpp"
#include "demask/runtime_options.hpp"

namespace demask {

/// A dense map of probabilities in [0, 1], row by row without padding.
struct ProbabilityMap {
  int width = 0;              ///< In pixels.
  int height = 0;             ///< In pixels.
  std::vector<float> values;  ///< Row by row.

  /// The value of column x, row y.
  [[nodiscard]] float at(int x, int y) const {
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

/// What a segmenter is given.
enum class SegmenterInput : int {
  /// One aligned face; exactly one instance of its size comes back (`semantic`). A segmenter that
  /// tells straps is also shown faces with more room around them, larger than 256 px.
  canonical_face = 0,
  photo = 1  ///< A whole photo; one instance per worn mask comes back (`instance`).
};

/// Finds worn masks. Implementations are immutable: any number of threads may call one object.
/// One of your own derives from this class and implements input(), threshold() and do_segment().
///
/// @code
/// const demask::ModelBundle bundle = demask::ModelBundle::find_default();
/// const demask::Image photo = demask::read_image("photo.jpg");
/// const auto segmenter = bundle.load_segmenter();
/// const auto landmark_detector = bundle.load_landmark_detector();
/// demask::Image mask(photo.width(), photo.height(), demask::PixelFormat::gray);
/// for (const demask::Detection& face : bundle.load_face_detector()->detect(photo)) {
///   const demask::Landmarks landmarks =
///       landmark_detector->detect(demask::region_of(photo, face));
///   for (const auto& found : segmenter->segment(demask::canonical_face(photo, landmarks))) {
///     demask::draw_canonical_mask(found, segmenter->threshold(), landmarks, mask);
///   }
/// }
/// demask::write_image("mask.png", mask);
/// @endcode
class DEMASK_API Segmenter {
 public:
  virtual ~Segmenter();
  /// What it is given.
  [[nodiscard]] virtual SegmenterInput input() const noexcept = 0;
  /// The probability above which a pixel counts as mask, as the model was calibrated.
  [[nodiscard]] virtual float threshold() const noexcept = 0;
  /// Finds the masks of many images: one list of instances per image, best score first.
  /// @throws Error invalid_image, model_invalid.
  [[nodiscard]] std::vector<std::vector<MaskInstance>> segment(
      const std::vector<ImageView>& images) const;
  /// Finds the masks of one image, best score first. @throws as for many.
  [[nodiscard]] std::vector<MaskInstance> segment(const ImageView& image) const;
  /// Finds the masks of an image, a temporary included. @throws as for many.
  [[nodiscard]] std::vector<MaskInstance> segment(const Image& image) const {
    return segment(image.view());
  }

 protected:
  Segmenter() = default;
  Segmenter(const Segmenter&) = default;
  Segmenter& operator=(const Segmenter&) = default;

 private:
  /// What segment() returns: one list of instances per image, best score first.
  virtual std::vector<std::vector<MaskInstance>> do_segment(
      const std::vector<ImageView>& images) const = 0;
};

/// Marks what a mask found in a whole photo covers.
/// @param found       of a segmenter whose input is SegmenterInput::photo.
/// @param threshold   probability from which a pixel counts, such as Segmenter::threshold().
/// @param photo_mask  gray, of the photo's size: covered pixels become 255, all others stay, so
/// that
///                    the masks of several faces can be added up. What lies outside is left out.
/// @throws Error invalid_argument if `photo_mask` is not gray or the map has not the size it tells.
DEMASK_API void draw_mask(const MaskInstance& found, float threshold, Image& photo_mask);

/// Marks what a mask found in a canonical face covers in the photo.
/// @param found       of a segmenter whose input is SegmenterInput::canonical_face, with a square
/// map.
/// @param threshold   probability from which a pixel counts, such as Segmenter::threshold().
/// @param landmarks   those that canonical_face() was given, in pixels of the photo.
/// @param photo_mask  gray, of the photo's size: covered pixels become 255, all others stay.
/// @throws Error invalid_argument if `photo_mask` is not gray, the map is not square or has not the
///         size it tells, or the landmarks are malformed.
DEMASK_API void draw_canonical_mask(const MaskInstance& found, float threshold,
                                    const Landmarks& landmarks, Image& photo_mask);

/// A segmenter backed by a TorchScript module. Variant `semantic`: face [B,3,S,S] -> probability
/// [B,1,S,S], or [B,2,S,S] with that of straps after that of the mask; an image of another size is
/// resized to S and the map back. Variant `instance`: photo [3,H,W] -> boxes [N,4], scores [N],
/// masks [N,1,H,W].
/// @throws Error unreadable_file, model_invalid, device_unavailable, invalid_argument.
[[nodiscard]] DEMASK_API std::unique_ptr<Segmenter> make_segmenter(
    const ModelSpec& spec, const ModelSource& source, const RuntimeOptions& options = {});

}  // namespace demask
