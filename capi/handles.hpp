// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// The definitions of the opaque types of demask.h.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "demask.h"
#include "demask/face_reconstructor.hpp"
#include "demask/image.hpp"
#include "demask/model_bundle.hpp"
#include "demask/video_reconstructor.hpp"
#include "error.hpp"

struct demask_image {
  demask::Image image;
};

struct demask_bundle {
  demask::ModelBundle bundle;
  std::string folder;
};

struct demask_reconstructor {
  demask::FaceReconstructor reconstructor;
};

struct demask_result {
  demask::Result result;
  std::vector<std::int64_t> track_ids = {};     ///< For a video frame: one per face.
  std::optional<demask_video_info> frame = {};  ///< For a video frame.
};

struct demask_video {
  demask::VideoReconstructor video;
};

struct demask_batch {
  std::vector<std::variant<demask_result, demask::Error>> outcomes;
};

struct demask_face_detector {
  std::unique_ptr<demask::FaceDetector> stage;
};

struct demask_detections {
  std::vector<demask::Detection> items;
};

struct demask_landmark_detector {
  std::unique_ptr<demask::LandmarkDetector> stage;
};

struct demask_landmark_set {
  demask::Landmarks landmarks;
};

struct demask_segmenter {
  std::unique_ptr<demask::Segmenter> stage;
};

struct demask_masks {
  std::vector<demask::MaskInstance> items;
};

struct demask_gender_classifier {
  std::unique_ptr<demask::GenderClassifier> stage;
};

struct demask_inpainter {
  std::unique_ptr<demask::Inpainter> stage;
};

namespace demask::capi {

/// Makes a handle from its content.
template <typename Handle, typename... Content>
std::unique_ptr<Handle> make_handle(Content&&... content) {
  return std::unique_ptr<Handle>(new Handle{std::forward<Content>(content)...});
}

}  // namespace demask::capi
