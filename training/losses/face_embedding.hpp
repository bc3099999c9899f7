#pragma once

/// @file
/// Identities of faces by a face recognition network, without gradients.

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

/// Aligns a face, whose 68 points these are, as the network wants it.
Similarity embedding_alignment(const Landmarks& landmarks);

/// The same for a network that looks by itself: the affine grid (torch.nn.functional.affine_grid,
/// align_corners false), row-major [2,3], that samples the aligned face from a square face of
/// `size` pixels with these 68 points. Pixel p of n lies at (2 p + 1) / n - 1.
std::array<float, 6> embedding_grid(const Landmarks& landmarks, int size);

/// A face-recognition network: aligned RGB [B,3,112,112] as (level - 127) / 128 in, its last output
/// an identity vector [B,D].
class FaceEmbedding {
 public:
  /// @throws Error unreadable_file, model_invalid.
  FaceEmbedding(const std::filesystem::path& file, const RuntimeOptions& options);

  /// One identity a row. @param faces RGB, CV_8UC3. @param landmarks 68 points of each.
  Eigen::MatrixXd identities(const std::vector<cv::Mat>& faces,
                             const std::vector<Landmarks>& landmarks) const;

 private:
  runtime::ScriptModel model_;
};

}  // namespace demask::training
