// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Photos of a person without a mask, from which a painted face takes its likeness.

#include <cstddef>
#include <optional>

#include "demask/export.hpp"
#include "demask/geometry.hpp"
#include "demask/image.hpp"

namespace demask {

/// Another photo of the person of a masked face. Its face must be bare: the parts that the mask
/// hides are taken from it. The pixels are borrowed until the call returns; a VideoReconstructor
/// copies them.
///
/// @code
/// const demask::Image album = demask::read_image("album.jpg");
/// demask::ReconstructOptions options;
/// options.references = {{album}};  // the largest face of album.jpg
/// const demask::FaceReconstructor reconstructor;
/// const demask::Result result = reconstructor.reconstruct(demask::read_image("a.jpg"), options);
/// @endcode
struct ReferencePhoto {
  ImageView photo;  ///< Any size and format, within `max_pixels`.
  /// Where its face is, in pixels of it: the face found there that overlaps the box most is taken.
  /// If absent, its largest face.
  std::optional<Box> box = std::nullopt;
  /// Which face it shows: an index in Result::faces, from 0; in a video, a track id. If absent, the
  /// largest of the masked faces that are reconstructed.
  std::optional<int> face_index = std::nullopt;
};

/// How many reference photos one face may have.
inline constexpr std::size_t max_references = 4;

/// What a painted face has taken from a reference photo. The values match the C ABI.
enum class ReferenceUse : int {
  none = 0,    ///< There was no reference for the face.
  shape = 1,   ///< The landmarks under the mask; the pixels did not fit.
  pixels = 2,  ///< The landmarks and the pixels under the mask.
  refused = 3  ///< Nothing: no reference shows a bare face that resembles the visible part.
};

/// The name of a use, such as "pixels"; "unknown" for a value outside the enum.
[[nodiscard]] DEMASK_API const char* to_string(ReferenceUse use) noexcept;

}  // namespace demask
