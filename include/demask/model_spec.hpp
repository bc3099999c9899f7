// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// A model's entry in the manifest of a bundle.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "demask/export.hpp"
#include "demask/geometry.hpp"

namespace demask {

/// The task of a model; a reconstructor has one model for each. Each of the two direct generators
/// has its own; the prior generator, which a bundle may lack, is one for both genders. PipelineStep
/// names the steps of a call instead. The values match the C ABI.
enum class Stage : int {
  face_detector = 0,
  segmenter = 1,
  landmark_detector = 2,
  gender_classifier = 3,
  inpainter_female = 4,
  inpainter_male = 5,
  inpainter_prior = 6,  ///< Paints for Quality::fine and Quality::best.
  shape_model = 7       ///< Draws the landmarks of variants and expressions.
};

/// The name of a stage in the manifest, such as "inpainter_female".
[[nodiscard]] DEMASK_API const char* to_string(Stage stage) noexcept;

/// Whether a stage is one of the two direct inpainters, which a bundle may hold in several
/// variants.
[[nodiscard]] constexpr bool is_inpainter(Stage stage) noexcept {
  return stage == Stage::inpainter_female || stage == Stage::inpainter_male;
}

/// A model's entry in the manifest. Fields whose comment starts with stage names apply to those
/// stages only.
struct ModelSpec {
  Stage stage = Stage::face_detector;  ///< The task of the model.
  /// The form of a segmenter's outputs ("semantic" or "instance"), of a landmark detector's
  /// ("points" or "heatmap") or of a prior inpainter ("prior"). For the direct inpainters, the set
  /// that the model belongs to (ModelBundle::variants()), such as "ffhq"; empty for the default
  /// set. Empty for the other stages.
  std::string variant;
  std::string file;              ///< File name, relative to the bundle.
  std::string sha256;            ///< 64 lowercase hexadecimal digits.
  std::uint64_t size_bytes = 0;  ///< Size of the file.
  /// Side of the square input in pixels; for face_detector and variant `instance`, the longest side
  /// to which a photo is scaled.
  int input_size = 0;
  LandmarkScheme landmark_scheme =
      LandmarkScheme::ibug68;            ///< landmark_detector: the landmarks that it finds.
  std::vector<std::string> class_names;  ///< gender_classifier: order of the two logits.
  float threshold = 0.5F;                ///< Smallest score or probability that counts.
  float crop_scale = 1.0F;  ///< landmark_detector: crop side divided by the box's larger side.
  /// landmark_detector: smallest mean confidence of a face's points for the face to be painted.
  float min_confidence = 0.0F;
  /// landmark_detector, gender_classifier: also run on the mirror image and average both answers;
  /// their errors partly cancel, at twice the cost.
  bool mirror_average = false;
  /// face_detector: side of the largest face, in pixels of the scaled photo, that the network was
  /// trained to find; larger faces are searched for at half the photo's size. 0 if one search finds
  /// all sizes.
  float largest_face = 0.0F;
  std::string license;                    ///< The license of the model.
  std::string training_data;              ///< What the model was trained on.
  std::map<std::string, double> metrics;  ///< Measured quality by metric name.
};

/// A network that a model of the bundle was trained with, listed so that training can be resumed.
/// The library never loads it, and its file may be missing from a copy of the bundle.
struct TrainingArtifact {
  std::string name;              ///< "discriminator_female" or "discriminator_male".
  std::string variant;           ///< Its set of inpainters; empty for the default set.
  std::string file;              ///< File name, relative to the bundle.
  std::string sha256;            ///< 64 lowercase hexadecimal digits.
  std::uint64_t size_bytes = 0;  ///< Size of the file.
};

}  // namespace demask
