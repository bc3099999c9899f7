#pragma once

/// @file
/// One model of a bundle, as its manifest describes it.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "demask/export.hpp"
#include "demask/geometry.hpp"

namespace demask {

/// The task of a model: a reconstructor has one model for each. The two generators are two tasks.
/// What is done to a photo, step by step, is PipelineStep. Values are those of the C ABI.
enum class Stage : int {
  face_detector = 0,
  segmenter = 1,
  landmark_detector = 2,
  gender_classifier = 3,
  inpainter_female = 4,
  inpainter_male = 5
};

/// The manifest's name of a stage, such as "inpainter_female".
[[nodiscard]] DEMASK_API const char* to_string(Stage stage) noexcept;

/// Whether a stage has one model per gender, and so may come in several variants.
[[nodiscard]] constexpr bool is_inpainter(Stage stage) noexcept {
  return stage == Stage::inpainter_female || stage == Stage::inpainter_male;
}

/// A manifest entry. Fields that a comment gives to one stage are looked at for that stage alone.
struct ModelSpec {
  Stage stage = Stage::face_detector;  ///< What the model does.
  /// segmenter: how its outputs are read, "semantic" or "instance". landmark_detector: "points" or
  /// "heatmap". Inpainters: the set that the model belongs to (ModelBundle::variants()), such as
  /// "ffhq"; empty for the default set. Empty for the other stages.
  std::string variant;
  std::string file;              ///< Name relative to the bundle.
  std::string sha256;            ///< 64 lower-case hexadecimal digits.
  std::uint64_t size_bytes = 0;  ///< Of the file.
  /// Side of the square input, or the longest side that a photo is scaled to (face_detector and
  /// `instance`).
  int input_size = 0;
  LandmarkScheme landmark_scheme =
      LandmarkScheme::ibug68;            ///< landmark_detector: the points it finds.
  std::vector<std::string> class_names;  ///< gender_classifier: order of the two logits.
  float threshold = 0.5F;                ///< Score or probability from which a hit counts.
  float crop_scale = 1.0F;  ///< landmark_detector: side of the crop over the larger box side.
  /// landmark_detector: mean confidence of a face's points below which the face is not painted.
  float min_confidence = 0.0F;
  /// landmark_detector, gender_classifier: run on the mirror image, too, and give the mean of both
  /// answers, whose errors partly cancel, at twice the cost.
  bool mirror_average = false;
  /// face_detector: longest side of a face, in px of the scaled photo, that the network was trained
  /// to find; larger faces are searched for at half the size. 0: all sizes at once.
  float largest_face = 0.0F;
  std::string license;                    ///< Who may use it for what.
  std::string training_data;              ///< What it was trained on.
  std::map<std::string, double> metrics;  ///< Measured quality, by the evaluator's keys.
};

/// A network that a model of the bundle was trained with, named so that training can go on. It is
/// never loaded here, and a copy of a bundle may lack its file.
struct TrainingArtefact {
  std::string name;     ///< "discriminator_female" or "discriminator_male".
  std::string variant;  ///< The set of inpainters that it belongs to; empty for the default set.
  std::string file;     ///< Name relative to the bundle.
  std::string sha256;   ///< 64 lower-case hexadecimal digits.
  std::uint64_t size_bytes = 0;  ///< Of the file.
};

}  // namespace demask
