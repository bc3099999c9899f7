// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// How much fine detail an image has.

#include <opencv2/core.hpp>
#include <optional>

namespace demask::training {

/// Energy of the fine detail in the masked part of an image: the mean square of the Laplacian of
/// Gaussian at a sigma of 1 pixel (Marr and Hildreth, Proc. R. Soc. Lond. B 1980) of its luma.
/// Pixels within 4 pixels of the mask's border are left out, because the filter there sees pixels
/// beyond it.
/// @param rgb  CV_8UC3. @param mask  CV_8UC1 of the same size, nonzero inside.
/// @returns nothing if the mask is 8 pixels wide or narrower everywhere.
/// @throws Error invalid_argument for other types or unequal sizes.
std::optional<double> detail_energy(const cv::Mat& rgb, const cv::Mat& mask);

/// The amplitude of an image's fine detail over the truth's, the root of the ratio of their
/// detail_energy(): 1 if the image is as detailed, below 1 if it is blurred. Nothing if the mask is
/// too narrow or the truth is flat in it.
/// @throws Error as detail_energy().
std::optional<double> detail_ratio(const cv::Mat& rgb, const cv::Mat& truth, const cv::Mat& mask);

}  // namespace demask::training
