// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Includes all of the C++ API that needs no headers of other libraries.

#include "demask/alignment.hpp"
#include "demask/blend.hpp"
#include "demask/error.hpp"
#include "demask/face_detector.hpp"
#include "demask/face_reconstructor.hpp"
#include "demask/gender_classifier.hpp"
#include "demask/geometry.hpp"
#include "demask/image.hpp"
#include "demask/image_io.hpp"
#include "demask/inpainter.hpp"
#include "demask/landmark_detector.hpp"
#include "demask/mask_face_detector.hpp"
#include "demask/model_bundle.hpp"
#include "demask/model_source.hpp"
#include "demask/model_spec.hpp"
#include "demask/prior_inpainter.hpp"
#include "demask/progress.hpp"
#include "demask/quality.hpp"
#include "demask/reconstruct_options.hpp"
#include "demask/result.hpp"
#include "demask/runtime_options.hpp"
#include "demask/search_options.hpp"
#include "demask/segmenter.hpp"
#include "demask/stages.hpp"
#include "demask/synthetic_mark.hpp"
#include "demask/version.hpp"
#include "demask/video_reconstructor.hpp"
