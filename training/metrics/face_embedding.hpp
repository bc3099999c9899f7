// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Computes identity vectors with a face recognition network, without gradients.

#include <Eigen/Core>
#include <array>
#include <filesystem>
#include <opencv2/core.hpp>
#include <vector>

#include "demask/geometry.hpp"
#include "demask/runtime_options.hpp"
#include "runtime/script_model.hpp"

namespace demask::training {

/// Side of an aligned face in pixels.
inline constexpr int embedding_size = 112;

/// The similarity that aligns a face with these 68 landmarks as the network expects.
Similarity embedding_alignment(const Landmarks& landmarks);

/// The same alignment as an affine grid (torch.nn.functional.affine_grid, align_corners false),
/// row-major [2,3], that samples the aligned face from a square face of `size` pixels with these 68
/// landmarks. Pixel p of n is at (2 p + 1) / n - 1.
std::array<float, 6> embedding_grid(const Landmarks& landmarks, int size);

/// A face recognition network. It takes aligned RGB [B,3,112,112] as (level - 127) / 128; its last
/// output is an identity vector [B,D].
class FaceEmbedding {
 public:
  /// @throws Error unreadable_file, model_invalid.
  FaceEmbedding(const std::filesystem::path& file, const RuntimeOptions& options);

  /// Returns one identity vector per row. @param faces RGB, CV_8UC3. @param landmarks 68 points
  /// of each face.
  Eigen::MatrixXd identities(const std::vector<cv::Mat>& faces,
                             const std::vector<Landmarks>& landmarks) const;

 private:
  runtime::ScriptModel model_;
};

}  // namespace demask::training
