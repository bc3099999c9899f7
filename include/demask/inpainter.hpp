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

/// One canonical face to complete.
struct InpaintInput {
  ImageView face;       ///< Canonical face, square; borrowed.
  ImageView mask;       ///< Gray, of the same size; levels of 128 and more are painted; borrowed.
  Landmarks landmarks;  ///< In pixels of `face`.
};

/// Paints the masked part of canonical faces. Implementations are immutable: any number of threads
/// may call one object at once. One of your own derives from this class and implements
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
  /// Paints many faces: one RGB image of the size of its face for each; pixels outside the mask are
  /// those of the face. Where these have no colour, as in a black-and-white photo, the painted ones
  /// have none. Where the module's square is smaller than the face, what it paints is enlarged, and
  /// its edges are made steeper, the sharper the face is.
  /// @throws Error invalid_image, invalid_argument (mask or landmarks malformed), model_invalid.
  [[nodiscard]] std::vector<Image> inpaint(const std::vector<InpaintInput>& inputs) const;
  /// Paints one face. @throws as for many.
  [[nodiscard]] Image inpaint(const InpaintInput& input) const;

 protected:
  Inpainter() = default;
  Inpainter(const Inpainter&) = default;
  Inpainter& operator=(const Inpainter&) = default;

 private:
  /// What inpaint() returns: one RGB image per input, of the size of its face.
  virtual std::vector<Image> do_inpaint(const std::vector<InpaintInput>& inputs) const = 0;
};

/// An inpainter backed by a TorchScript module: face [B,3,S,S] with the hole zeroed, mask
/// [B,1,S,S], landmark map [B,1,S,S] -> face [B,3,S,S].
/// @throws Error unreadable_file, model_invalid, device_unavailable, invalid_argument.
[[nodiscard]] DEMASK_API std::unique_ptr<Inpainter> make_inpainter(
    const ModelSpec& spec, const ModelSource& source, const RuntimeOptions& options = {});

}  // namespace demask
