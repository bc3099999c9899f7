// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Guesses at what holes hide, as a prior inpainter is given them.

#include <array>
#include <memory>
#include <opencv2/core.hpp>
#include <random>

#include "demask/gender_classifier.hpp"
#include "demask/inpainter.hpp"
#include "samples/prior_batch.hpp"

namespace demask::training {

/// Fills holes by the direct inpainters, as the library does before the prior paints.
class HoleGuess {
 public:
  /// @param inpainters by Gender.
  HoleGuess(std::unique_ptr<GenderClassifier> genders,
            std::array<std::unique_ptr<Inpainter>, 2> inpainters);

  /// Fills every hole with the face that the direct inpainter of the likelier gender paints.
  void fill(PriorBatch& batch) const;

  /// As fill(), but leaves some holes empty and puts another look of the true face, as another
  /// photo of the person would show it, into others. Which and how depends on the engine alone.
  void fill_variously(PriorBatch& batch, std::mt19937_64& engine) const;

 private:
  std::unique_ptr<GenderClassifier> genders_;
  std::array<std::unique_ptr<Inpainter>, 2> inpainters_;
};

/// The face as another photo of the same person may show it: a little bent, in other light and less
/// sharp. @param truth CV_8UC3; returns an image of its size and type.
cv::Mat another_look(const cv::Mat& truth, std::mt19937_64& engine);

}  // namespace demask::training
