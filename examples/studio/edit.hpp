// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// What the user chose for a face.

#include <nlohmann/json.hpp>
#include <optional>

#include "demask/blend.hpp"
#include "demask/expression.hpp"
#include "demask/geometry.hpp"
#include "demask/reconstruct_options.hpp"

namespace demask::studio {

/// The choices for one face, or for all faces of a photo that was just opened. The defaults are the
/// library's.
struct Edit {
  static constexpr int max_variants = 16;  ///< As many as ReconstructOptions::variants allows.

  GenderChoice gender = GenderChoice::automatic;
  Quality quality = ReconstructOptions().quality;
  BlendMode blend = ReconstructOptions().blend;
  float dilation = ReconstructOptions().mask_dilation;
  Expression expression = Expression::as_found;
  int variant = 0;                     ///< Index in Result::variant_photos, below `max_variants`.
  std::optional<Landmarks> landmarks;  ///< Absent if they were not moved.
  std::optional<MaskRegion> mask;      ///< Absent if it was not painted on.
  std::optional<int> reference;        ///< Id of the reference photo; absent if there is none.

  /// The options of a call with these choices, but for `landmarks`, `mask` and `reference`. The
  /// variant is the last one of the call.
  ReconstructOptions options() const;
};

/// Reads {"gender", "quality", "blend", "dilation", "expression", "variant", "landmarks", "mask",
/// "reference"}, each of which may be absent or null: names as in the program's options, landmarks
/// as [[x, y], ...], the mask as from_runs() reads it, the reference as the id of a photo.
/// @param width, height  Of the photo.
/// @throws RequestError.
Edit read_edit(const nlohmann::json& edit, int width, int height);

}  // namespace demask::studio
