// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// The options of a training run.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "demask/gender_classifier.hpp"

namespace demask::training {

/// Options shared by the training runs of all stages.
struct TrainingOptions {
  std::filesystem::path data;
  std::filesystem::path init;  ///< Scripted module to start from.
  std::filesystem::path run;   ///< Folder of the run; resumed if it holds a checkpoint.
  double minutes = 60.0;
  std::int64_t steps = 0;  ///< Ends the run after this many steps, if sooner; 0 is no limit.
  int batch = 16;
  double learning_rate = 3e-4;
  int size = 256;  ///< Side of the training images in pixels.
  int threads = 1;
  int loaders = 1;             ///< Threads that put masks on the samples of the prior.
  std::string device = "cpu";  ///< "cpu", "cuda" or "cuda:N".
  std::uint64_t seed = 1;
  double validate_minutes = 5.0;
  double checkpoint_minutes = 5.0;
  double log_minutes = 0.5;
};

/// How often and how mixed generated faces are shown.
struct FaceReuse {
  int uses = 4;     ///< Mean number of times that a face is shown, each time with another mask.
  int window = 64;  ///< A sample shows one of so many latest faces.
};

/// Additional options for the prior and its encoder.
struct PriorTrainingOptions {
  std::filesystem::path generator;  ///< Scripted face generator to take the samples from.
  std::filesystem::path models;     ///< Bundle whose landmark detector is used; empty: default.
  int validation_faces = 256;
  FaceReuse reuse;
  // Of the prior alone:
  std::filesystem::path teacher;        ///< Scripted face embedding, for the identity.
  std::filesystem::path features;       ///< Scripted image classifier, for the perceptual loss.
  std::filesystem::path discriminator;  ///< Scripted module to start from.
  double adversarial_after = 60.0;      ///< Minutes of training before the adversarial term.
};

/// Options for the distribution of face shapes, which is fitted at once.
struct ShapeTrainingOptions {
  std::filesystem::path data;
  std::filesystem::path out;  ///< File of the scripted module.
};

/// Additional options for the gender classifier.
struct GenderTrainingOptions {
  std::filesystem::path teacher;  ///< Scripted face embedding to learn from; may be empty.
};

/// Additional options for the inpainter.
struct InpainterTrainingOptions {
  std::filesystem::path discriminator;  ///< Scripted module to start from.
  std::filesystem::path teacher;    ///< Scripted face embedding for the losses and discriminator.
  double adversarial_after = 60.0;  ///< Minutes of training before the adversarial term.
  std::optional<Gender> gender;     ///< Train on faces of one gender only.
};

}  // namespace demask::training
