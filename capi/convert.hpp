// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Conversions between the structs of demask.h and the types of the C++ API.

#include <cstdint>
#include <filesystem>
#include <vector>

#include "demask.h"
#include "demask/face_detector.hpp"
#include "demask/face_reconstructor.hpp"
#include "demask/gender_classifier.hpp"
#include "demask/geometry.hpp"
#include "demask/image.hpp"
#include "demask/image_io.hpp"
#include "demask/model_bundle.hpp"
#include "demask/runtime_options.hpp"
#include "demask/video_reconstructor.hpp"

namespace demask::capi {

// Conversions to C++ types. Each checks struct_size and enumerations, and throws Error
// invalid_argument naming the parameter; the C++ API checks ranges. Views borrow the caller's
// pixels.

std::filesystem::path to_path(const char* utf8, const char* name);
ImageView to_view(const demask_image_view* view, const char* name);
std::vector<ImageView> to_views(const demask_image_view* views, std::int32_t count,
                                const char* name);
/// Copies an array of `count` numbers.
std::vector<double> to_numbers(const double* numbers, std::int32_t count, const char* name);
Landmarks to_landmarks(const demask_landmarks* landmarks, const char* name);
Box to_box(const float* box) noexcept;
/// 0 stands for the default. @throws Error invalid_argument if negative.
std::int64_t to_max_pixels(std::int64_t max_pixels);
BundleLimits to_limits(const demask_bundle_limits* limits);
RuntimeOptions to_options(const demask_runtime_options* options);
DetectOptions to_options(const demask_detect_options* options);
EncodeOptions to_options(const demask_encode_options* options);
/// @param usual  The quality that DEMASK_QUALITY_DEFAULT stands for.
ReconstructOptions to_options(const demask_reconstruct_options* options,
                              Quality usual = Quality::fine);
VideoOptions to_options(const demask_video_options* options);

// Conversions to C structs. Pointers in a returned struct are borrowed from the argument.

demask_bundle_limits default_bundle_limits();
demask_runtime_options default_runtime_options();
demask_detect_options default_detect_options();
demask_encode_options default_encode_options();
demask_reconstruct_options default_reconstruct_options();
demask_video_options default_video_options();
demask_image_view from_image(const Image& image) noexcept;
demask_landmarks from_landmarks(const Landmarks& landmarks);
demask_gender from_gender(Gender gender) noexcept;
void copy_box(const Box& box, float* out) noexcept;

}  // namespace demask::capi
