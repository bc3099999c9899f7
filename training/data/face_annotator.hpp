// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Finds faces and landmarks in photos with the models of a bundle.

#include <filesystem>
#include <memory>
#include <vector>

#include "demask/face_reconstructor.hpp"
#include "demask/image.hpp"

namespace demask::training {

/// Finds faces, with and without masks, and their landmarks in photos as the pipeline does.
class FaceAnnotator {
 public:
  FaceAnnotator(std::shared_ptr<const FaceDetector> face_detector,
                std::shared_ptr<const LandmarkDetector> landmark_detector);

  /// The faces of each photo that have usable landmarks, best detection score first; their
  /// `aligned_before` is filled.
  /// @throws Error of the first photo that fails.
  std::vector<std::vector<FaceResult>> find(const std::vector<ImageView>& photos) const;

 private:
  FaceReconstructor reconstructor_;
};

/// The bundle in a folder, or the default bundle for an empty path. @throws as ModelBundle::open().
ModelBundle open_bundle(const std::filesystem::path& folder);

/// The 68 landmarks of each face that the bundle in the folder `models` finds in a photo; an empty
/// path stands for the default bundle.
std::vector<Landmarks> find_landmarks(const ImageView& photo, const std::filesystem::path& models);

}  // namespace demask::training
