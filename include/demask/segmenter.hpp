// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Finding the pixels that a worn mask covers.

#include <cstddef>
#include <memory>
#include <vector>

#include "demask/export.hpp"
#include "demask/geometry.hpp"
#include "demask/image.hpp"
#include "demask/model_source.hpp"
#include "demask/model_spec.hpp"
#include "demask/runtime_options.hpp"

namespace demask {

/// A map with one probability in [0, 1] per pixel.
struct ProbabilityMap {
  int width = 0;              ///< In pixels.
  int height = 0;             ///< In pixels.
  std::vector<float> values;  ///< width x height values, row by row without padding.

  /// The value at column x, row y.
  [[nodiscard]] float at(int x, int y) const {
    return values[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
                  static_cast<std::size_t>(x)];
  }
};

/// A pixel whose strap probability is at least this counts as strap. Where the segmenter wavers
/// between mask and strap, a reconstructor also counts pixels whose two probabilities together
/// reach it.
inline constexpr float strap_threshold = 0.5F;

/// One worn mask that was found. Its maps cover the rectangle of the image whose top left pixel is
/// (x, y).
struct MaskInstance {
  /// In [0, 1]; for a `semantic` model, the mean probability over the pixels that count as mask.
  float score = 0.0F;
  int x = 0;                   ///< Image column of the map's left edge.
  int y = 0;                   ///< Image row of the map's top edge.
  ProbabilityMap probability;  ///< Probability that the mask covers a pixel.
  /// Probability that a pixel shows a strap of the mask, in a map of the size of `probability`;
  /// empty if the model does not find straps.
  ProbabilityMap straps = {};
};

/// What kind of image a segmenter takes.
enum class SegmenterInput : int {
  /// One canonical face (variant `semantic`); the result is exactly one instance, of the size of
  /// the image. A segmenter that finds straps is also given faces with more room around them,
  /// larger than 256 px.
  canonical_face = 0,
  photo = 1  ///< A whole photo (variant `instance`); the result is one instance per worn mask.
};

/// Finds worn masks. Implementations are immutable: any number of threads may call one object at
/// once. To use a model of your own, derive from this class and implement input(), threshold() and
/// do_segment().
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
  /// The kind of image that segment() takes.
  [[nodiscard]] virtual SegmenterInput input() const noexcept = 0;
  /// The probability from which a pixel counts as mask, calibrated for the model.
  [[nodiscard]] virtual float threshold() const noexcept = 0;
  /// Finds the masks of many images: one list of instances per image, best score first.
  /// Pass a `std::vector<Image> images` as `std::vector<ImageView>(images.begin(), images.end())`.
  /// Do not pass the images in braces: `segment({image})` calls the overload for one image.
  /// @throws Error invalid_image, model_invalid.
  [[nodiscard]] std::vector<std::vector<MaskInstance>> segment(
      const std::vector<ImageView>& images) const;
  /// Finds the masks of one image, best score first. @throws Error invalid_image, model_invalid.
  [[nodiscard]] std::vector<MaskInstance> segment(const ImageView& image) const;
  /// Finds the masks of one image, best score first; takes temporaries too. @throws Error
  /// invalid_image, model_invalid.
  [[nodiscard]] std::vector<MaskInstance> segment(const Image& image) const {
    return segment(image.view());
  }

 protected:
  Segmenter() = default;
  Segmenter(const Segmenter&) = default;
  Segmenter& operator=(const Segmenter&) = default;

 private:
  /// Does the work of segment(): returns one list of instances per image, best score first.
  virtual std::vector<std::vector<MaskInstance>> do_segment(
      const std::vector<ImageView>& images) const = 0;
};

/// Draws the pixels covered by a mask that was found in a whole photo.
/// @param found       from a segmenter whose input is SegmenterInput::photo.
/// @param threshold   smallest probability of a covered pixel, such as Segmenter::threshold().
/// @param photo_mask  gray, of the photo's size: covered pixels are set to 255 and all others keep
///                    their values, so that the masks of several faces can be drawn into one image.
///                    Pixels outside it are dropped.
/// @throws Error invalid_argument if `photo_mask` is not gray or the map's values do not match its
///         size.
DEMASK_API void draw_mask(const MaskInstance& found, float threshold, Image& photo_mask);

/// Draws the photo's pixels covered by a mask that was found in a canonical face.
/// @param found       from a segmenter whose input is SegmenterInput::canonical_face, with a square
///                    map.
/// @param threshold   smallest probability of a covered pixel, such as Segmenter::threshold().
/// @param landmarks   the landmarks given to canonical_face(), in pixels of the photo.
/// @param photo_mask  gray, of the photo's size: covered pixels are set to 255, all others keep
///                    their values.
/// @throws Error invalid_argument if `photo_mask` is not gray, the map is not square, its values do
///         not match its size, or the landmarks are malformed.
DEMASK_API void draw_canonical_mask(const MaskInstance& found, float threshold,
                                    const Landmarks& landmarks, Image& photo_mask);

/// Makes a segmenter that runs a TorchScript module. Variant `semantic`: face [B,3,S,S] ->
/// probability [B,1,S,S] of the mask, or [B,2,S,S] of mask and straps; an image of another size is
/// resized to S, and the map is resized back. Variant `instance`: photo [3,H,W] -> boxes [N,4],
/// scores [N], masks [N,1,H,W].
/// @throws Error unreadable_file, model_invalid, device_unavailable, invalid_argument.
[[nodiscard]] DEMASK_API std::unique_ptr<Segmenter> make_segmenter(
    const ModelSpec& spec, const ModelSource& source, const RuntimeOptions& options = {});

}  // namespace demask
