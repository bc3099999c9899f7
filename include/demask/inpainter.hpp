#pragma once

/// @file
/// Painting what a mask hides.

#include <memory>
#include <vector>

#include "demask/export.hpp"
#include "demask/geometry.hpp"
#include "demask/image.hpp"
#include "demask/model_spec.hpp"
#include "demask/runtime_options.hpp"

namespace demask {

/// One canonical face to complete.
struct InpaintInput {
  ImageView face;       ///< Canonical face, square.
  ImageView mask;       ///< Gray, of the same size; levels of 128 and more are to be painted.
  Landmarks landmarks;  ///< In pixels of `face`.
};

/// Paints the masked part of canonical faces. Implementations are immutable: any number of threads
/// may call one object at once.
class DEMASK_API Inpainter {
 public:
  virtual ~Inpainter();
  /// One RGB image of the size of its face; pixels outside the mask are those of the face. Where
  /// these have no colour, as in a black-and-white photo, the painted ones have none. Where the
  /// module's square is smaller than the face, what it paints is enlarged, and its edges are made
  /// steeper, the sharper the face is.
  /// @throws Error invalid_image, invalid_argument (mask or landmarks malformed), model_invalid.
  virtual std::vector<Image> inpaint(const std::vector<InpaintInput>& inputs) const = 0;
  /// One face.
  Image inpaint(const InpaintInput& input) const;

 protected:
  Inpainter() = default;
  Inpainter(const Inpainter&) = default;
  Inpainter& operator=(const Inpainter&) = default;
};

/// An inpainter backed by a TorchScript module: face [B,3,S,S] with the hole zeroed, mask
/// [B,1,S,S], landmark map [B,1,S,S] -> face [B,3,S,S].
/// @throws Error unreadable_file, model_invalid, device_unavailable, invalid_argument.
DEMASK_API std::unique_ptr<Inpainter> make_inpainter(const ModelSpec& spec,
                                                     const ModelSource& source,
                                                     const RuntimeOptions& options = {});

}  // namespace demask
