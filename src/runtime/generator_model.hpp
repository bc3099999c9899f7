// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// A loaded TorchScript module that generates faces from codes, and the search for codes.

#include <functional>
#include <memory>
#include <string>

#include "demask/model_source.hpp"
#include "demask/runtime_options.hpp"
#include "runtime/tensor.hpp"

namespace demask::runtime {

/// What the method `see` of the module is given.
struct MaskedFace {
  Tensor face;          ///< [1,3,S,S] in [0,1], a guess in the hole or zeros.
  Tensor hole;          ///< [1,1,S,S], 0 at visible pixels; how little others are known, to 1.
  Tensor landmark_map;  ///< [1,1,S,S] in [0,1].
};

/// What a search fits the generated face to, on a square of T pixels, a multiple of 32.
struct SearchTarget {
  Tensor face;     ///< [1,3,T,T] in [0,1].
  Tensor visible;  ///< [1,1,T,T]: how much each pixel of `face` counts, in [0,1].
  Tensor guide;    ///< [1,3,T,T] in [0,1]: counts at coarse scales only.
  Tensor guided;   ///< [1,1,T,T]: how much each pixel of `guide` counts, in [0,1].
  /// Whether `face` and `guide` are without color, so that only the generated face's lightness is
  /// compared with them: a generator of color faces cannot paint gray ones.
  bool colorless = false;
};

/// How long a search runs.
struct SearchLimits {
  int steps = 0;
  double seconds = 0.0;  ///< Ends the search after this time; 0 for no limit.
  /// Called after each step with the number of steps done; ends the search by throwing.
  std::function<void(int done)> after_step = {};
};

/// A frozen module in evaluation mode with the methods see() and paint() of make_prior_inpainter().
/// Immutable: any number of threads may call one object at once.
class GeneratorModel {
 public:
  /// Loads the module, freezes it and moves it to the device.
  /// @param name  Names the model in error messages.
  /// @throws Error unreadable_file, model_invalid, device_unavailable, invalid_argument.
  GeneratorModel(const std::string& name, const ModelSource& source, const RuntimeOptions& options);
  ~GeneratorModel();
  GeneratorModel(GeneratorModel&&) noexcept;
  GeneratorModel& operator=(GeneratorModel&&) noexcept;

  /// The face [1,3,size,size] that the module paints in one pass.
  /// @throws Error model_invalid if the module fails, or returns anything but finite values of the
  ///         right shape.
  Tensor paint(MaskedFace input, int size) const;

  /// The face [1,3,T,T] of the codes that fit `target` best, found by Adam (Kingma and Ba 2015)
  /// from the codes that the module sees in `input`. Each step goes down the gradient of:
  /// - the mean absolute difference of the visible pixels, of squares reduced to 256, 128, 64 and
  ///   32 pixels;
  /// - that of the guide, of squares reduced to 64 and 32 pixels;
  /// - the distances of the codes from those seen and from each other.
  /// The steps shorten toward the end of the steps or of the time, whichever is nearer. On a
  /// processor with AVX-512 BF16 the gradients are computed in bfloat16. Without a time limit, the
  /// result is the same to the bit for the same number of threads.
  /// @throws Error as paint(), and whatever `after_step` throws.
  Tensor search(MaskedFace input, SearchTarget target, const SearchLimits& limits) const;

  const std::string& name() const noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace demask::runtime
