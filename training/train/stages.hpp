// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Trains the network of each stage.

#include "learn/training_options.hpp"

namespace demask::training {

void train_detector(const TrainingOptions& options);
void train_segmenter(const TrainingOptions& options);
void train_landmarks(const TrainingOptions& options);
void train_encoder(const TrainingOptions& options, const PriorTrainingOptions& prior);
void train_prior(const TrainingOptions& options, const PriorTrainingOptions& prior);
void train_shapes(const ShapeTrainingOptions& options);
void train_gender(const TrainingOptions& options, const GenderTrainingOptions& gender);
void train_inpainter(const TrainingOptions& options, const InpainterTrainingOptions& inpainter);

}  // namespace demask::training
