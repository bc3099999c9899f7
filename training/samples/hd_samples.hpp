// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Masked real faces at up to 512 px.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/workers.hpp"
#include "demask/landmark_detector.hpp"
#include "samples/prior_batch.hpp"
#include "samples/sample_order.hpp"
#include "synthesis/mask_synthesizer.hpp"

namespace demask::training {

/// A photo of one bare face at a high resolution; coordinates in pixels of the file.
struct HdFace {
  std::filesystem::path file;
  std::string source;
  Box box;
  float roll = 0.0F;  ///< Radians by which the line of the eyes is turned, x towards y.
};

/// The faces of `data`/hd/faces.csv in one split, "train", "val" or "test", without those that were
/// enlarged (`detail` of crops.csv above 30 dB). Every 16th face of the column's "train" is "val".
/// @throws Error unreadable_file or invalid_argument for malformed tables, or if none is left.
std::vector<HdFace> read_hd_faces(const std::filesystem::path& data, const std::string& split);

/// Masks real faces. What a sample is depends on its number and the seed alone.
class HdSamples {
 public:
  /// @param landmarks finds the 68 points of the bare faces, once for each.
  /// @param loaders threads that put masks on.
  HdSamples(std::vector<HdFace> faces, std::shared_ptr<const LandmarkDetector> landmarks,
            const synthesis::MaskSynthesizer& synthesizer, std::uint64_t seed, int loaders = 1);

  /// Samples `first` to `first` + `count` - 1 of an endless, shuffled, augmented sequence, at
  /// `size` px, half of them mirrored. Call from one thread.
  PriorBatch training_batch(std::uint64_t first, int count, int size);

  /// Faces `first` to `first` + `count` - 1 of the list, as PriorSamples::validation_batch().
  PriorBatch validation_batch(std::size_t first, int count, int size);

  std::size_t faces() const noexcept { return faces_.size(); }

 private:
  PriorFace read(std::size_t item);

  std::vector<HdFace> faces_;
  std::vector<Landmarks> found_;  ///< One for each face; empty until it is first read.
  std::shared_ptr<const LandmarkDetector> landmarks_;
  synthesis::MaskSynthesizer synthesizer_;
  SampleOrder order_;
  core::Workers workers_;
};

}  // namespace demask::training
