// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Painting what a mask hides.

#include <memory>
#include <vector>

#include "demask/export.hpp"
#include "demask/geometry.hpp"
#include "demask/image.hpp"
#include "demask/model_source.hpp"
#include "demask/model_spec.hpp"
#include "demask/runtime_options.hpp"

namespace demask {

/// One canonical face to paint.
struct InpaintInput {
  ImageView face;       ///< The canonical face, square; borrowed.
  ImageView mask;       ///< Gray, of the face's size; levels from 128 are painted; borrowed.
  Landmarks landmarks;  ///< In pixels of `face`.
};

/// Paints the masked part of canonical faces. Implementations are immutable: any number of threads
/// may call one object at once. To use a model of your own, derive from this class and implement
/// do_inpaint().
///
/// @code
/// const auto inpainter =
///     demask::ModelBundle::find_default().load_inpainter(demask::Gender::female);
/// const demask::Image face = demask::read_image("canonical_face.png");
/// const demask::Image mask = demask::read_image("canonical_mask.png");
/// demask::Landmarks landmarks;  // 68 points in pixels of the face
/// const demask::Image painted = inpainter->inpaint(demask::InpaintInput{face, mask, landmarks});
/// @endcode
class DEMASK_API Inpainter {
 public:
  virtual ~Inpainter();
  /// Paints many faces: returns an RGB image of the face's size for each. Pixels outside the mask
  /// are copied from the face. A face without color, as in a black-and-white photo, is painted
  /// without color. If the module's square is smaller than the face, its output is enlarged and
  /// sharpened to match the sharpness of the face.
  /// @throws Error invalid_image, invalid_argument (mask or landmarks malformed), model_invalid.
  [[nodiscard]] std::vector<Image> inpaint(const std::vector<InpaintInput>& inputs) const;
  /// Paints one face. @throws Error as the overload for many faces.
  [[nodiscard]] Image inpaint(const InpaintInput& input) const;

 protected:
  Inpainter() = default;
  Inpainter(const Inpainter&) = default;
  Inpainter& operator=(const Inpainter&) = default;

 private:
  /// Does the work of inpaint(): returns one RGB image per input, of the size of its face.
  virtual std::vector<Image> do_inpaint(const std::vector<InpaintInput>& inputs) const = 0;
};

/// Makes an inpainter that runs a TorchScript module: face [B,3,S,S] with the hole zeroed, mask
/// [B,1,S,S], landmark map [B,1,S,S] -> face [B,3,S,S].
/// @throws Error unreadable_file, model_invalid, device_unavailable, invalid_argument.
[[nodiscard]] DEMASK_API std::unique_ptr<Inpainter> make_inpainter(
    const ModelSpec& spec, const ModelSource& source, const RuntimeOptions& options = {});

}  // namespace demask
