// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Step 6, landmarks and hole -> the landmarks to paint with.
/// In: canonical landmarks and hole of each active face. Out: if variants or an expression are
/// asked for, the landmarks of each variant; else nothing.

#include "pipeline/call.hpp"

namespace demask::pipeline {

/// @throws Error of loading the shape model, or cancelled.
void choose_shapes(Call& call);

/// Replaces the canonical landmarks of a face under its mask by the most likely ones, given those of
/// the same person's bare face (68 points in any frame). Needs a shape model.
/// @throws Error of loading the shape model.
void take_shape(const Call& call, const Landmarks& reference, Face& face);

}  // namespace demask::pipeline
