// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Painting what a mask hides with a generator of faces.

#include <functional>
#include <memory>
#include <vector>

#include "demask/export.hpp"
#include "demask/geometry.hpp"
#include "demask/image.hpp"
#include "demask/model_source.hpp"
#include "demask/model_spec.hpp"
#include "demask/runtime_options.hpp"
#include "demask/search_options.hpp"

namespace demask {

/// The similarity from the photo to the square of `size` x `size` pixels in which a prior inpainter
/// sees a face: the alignment of the FFHQ faces (Karras et al. 2019, appendix A), which is wider
/// than the canonical face. On 256 pixels the eye centers of a frontal face lie near (97, 123) and
/// (159, 123), its chin near (128, 235).
/// @throws Error invalid_argument if the landmarks are malformed or eyes and mouth coincide.
[[nodiscard]] DEMASK_API Similarity prior_similarity(const Landmarks& landmarks, int size);

/// One face to paint, on the square of prior_similarity(). The images are borrowed and of equal
/// size, with a side of any number of pixels; a prior inpainter works at 512 or, for smaller
/// squares, at 256.
struct PriorInput {
  ImageView face;       ///< The face; where the photo ends, continued by reflection.
  ImageView mask;       ///< Gray; levels from 128 are painted.
  Landmarks landmarks;  ///< In pixels of `face`.
  /// A guess at the face, as a direct inpainter painted it, or without data if there is none. The
  /// generator refines its painted part, and a search keeps the coarse shapes and colors of it.
  ImageView guide = {};
  /// Gray; at levels from 128, the pixels of `guide` are those of another photo of the same person,
  /// whose likeness is kept. Without data if there are none.
  ImageView reference = {};
};

/// One painted face.
struct PriorPainting {
  /// RGB, of the size of the input. Pixels outside the mask are those of the input.
  Image face;
  /// How badly the generated face fits the visible part of the face: the mean absolute difference
  /// of the two, in [0, 1], of the squares reduced to 128, 64 and 32 pixels, where pixels of the
  /// head count more than those around it.
  float error = 0.0F;
};

/// What a search for the codes of a face tells and asks between two steps.
struct SearchCallbacks {
  std::function<void(int done, int total)> progress;  ///< Steps done, of all; may be empty.
  std::function<bool()> cancelled;                    ///< True ends the search; may be empty.
};

/// Paints the masked part of faces with a generator of whole faces. Implementations are immutable:
/// any number of threads may call one object at once. To use a model of your own, derive from this
/// class and implement do_inpaint().
///
/// @code
/// const auto inpainter = demask::ModelBundle::find_default().load_prior_inpainter();
/// const demask::Image face = demask::read_image("prior_face.png");
/// const demask::Image mask = demask::read_image("prior_mask.png");
/// demask::Landmarks landmarks;  // 68 points in pixels of the face
/// const demask::PriorInput input{face, mask, landmarks};
/// const std::vector<demask::PriorPainting> fine = inpainter->inpaint({input});
/// demask::SearchOptions search;
/// search.seconds = 10.0;
/// const demask::PriorPainting best = inpainter->refine(input, search);
/// std::printf("error %.3f, after a search %.3f\n", fine[0].error, best.error);
/// @endcode
class DEMASK_API PriorInpainter {
 public:
  virtual ~PriorInpainter();
  /// Paints many faces in one pass. A face without color, as in a black-and-white photo, is painted
  /// without color.
  /// @throws Error invalid_image, invalid_argument (mask, guide, reference or landmarks
  ///         malformed),
  ///         model_invalid.
  [[nodiscard]] std::vector<PriorPainting> inpaint(const std::vector<PriorInput>& inputs) const;
  /// Paints one face, then searches for the generator's codes whose face fits the visible part
  /// best. Without a time limit and with the same number of threads, the result is the same to the
  /// bit. An inpainter that has no search paints as inpaint() does.
  /// @throws Error as inpaint(), cancelled, and invalid_argument if an option is out of range.
  [[nodiscard]] PriorPainting refine(const PriorInput& input, const SearchOptions& options = {},
                                     const SearchCallbacks& callbacks = {}) const;

 protected:
  PriorInpainter() = default;
  PriorInpainter(const PriorInpainter&) = default;
  PriorInpainter& operator=(const PriorInpainter&) = default;

 private:
  /// Does the work of inpaint(): returns one painting per input, of the size of its face.
  virtual std::vector<PriorPainting> do_inpaint(const std::vector<PriorInput>& inputs) const = 0;
  /// Does the work of refine(). The default paints with do_inpaint().
  virtual PriorPainting do_refine(const PriorInput& input, const SearchOptions& options,
                                  const SearchCallbacks& callbacks) const;
};

/// Makes a prior inpainter that runs a TorchScript module with two methods:
/// - see(face [B,3,S,S] with the guide in the hole, mask [B,1,S,S], landmark map [B,1,S,S]) ->
/// codes
///   [B,N,C] and a list of conditions [B,...]. The mask is 0 where the face is visible, 0.5 at
///   pixels of another photo, 0.75 at other pixels of the guide and, where there is no guide, 1;
/// - paint(codes, conditions, size) -> face [B,3,size,size], RGB about [0, 1], differentiable in
/// the
///   codes.
/// S is ModelSpec::input_size, and `size` is 256 or 512.
/// @throws Error unreadable_file, model_invalid (a method is missing), device_unavailable,
///         invalid_argument.
[[nodiscard]] DEMASK_API std::unique_ptr<PriorInpainter> make_prior_inpainter(
    const ModelSpec& spec, const ModelSource& source, const RuntimeOptions& options = {});

}  // namespace demask
