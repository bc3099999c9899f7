// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// The pictures that are painted of one face: its variants, and the other generator's work.

#include <cstddef>

#include "demask/geometry.hpp"
#include "demask/image.hpp"
#include "pipeline/face.hpp"

namespace demask::pipeline {

/// One of the pictures that are painted of a face: where it is stored, and with which landmarks it
/// is painted.
class FacePicture {
 public:
  /// Variant `index` of the face; the first is its single answer.
  static FacePicture answer(int index) { return FacePicture(static_cast<std::size_t>(index)); }
  /// The other generator's work on the face.
  static FacePicture alternative() { return FacePicture(no_variant); }

  /// The painted canonical face.
  Image& of(Face& face) const {
    if (variant_ == no_variant) {
      return face.result.aligned_alternative;
    }
    return variant_ == 0 ? face.result.aligned_after : face.result.variants[variant_].aligned;
  }

  /// The landmarks, in pixels of the canonical square.
  const Landmarks& landmarks_of(const Face& face) const {
    const bool has_own = variant_ != no_variant && variant_ != 0;
    return has_own ? face.variant_landmarks[variant_] : face.canonical_landmarks;
  }

 private:
  static constexpr std::size_t no_variant = static_cast<std::size_t>(-1);

  explicit FacePicture(std::size_t variant) : variant_(variant) {}

  std::size_t variant_;
};

}  // namespace demask::pipeline
