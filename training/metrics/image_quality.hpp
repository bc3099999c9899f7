// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// PSNR and structural similarity of images.

#include <opencv2/core.hpp>

namespace demask::training {

/// Mean squared difference of two 8-bit images over all channels of the pixels where `mask`
/// (CV_8UC1) is not 0, or of all pixels without a mask.
/// @throws Error invalid_argument for unequal sizes or types, or a mask that selects no pixel.
double mean_squared_error(const cv::Mat& image, const cv::Mat& truth, const cv::Mat& mask = {});

/// Peak signal-to-noise ratio in dB for a peak of 255; infinite for identical images.
double to_psnr(double mean_squared_error);

/// Peak signal-to-noise ratio in dB of an image against the truth: to_psnr() of
/// mean_squared_error().
double psnr(const cv::Mat& image, const cv::Mat& truth, const cv::Mat& mask = {});

/// Structural similarity, the mean over pixels and channels, in [-1, 1] (Wang et al., Image quality
/// assessment, TIP 2004: Gaussian window of 11 x 11 pixels with sigma 1.5, K1 = 0.01, K2 = 0.03).
/// With a mask, the mean is over the windows centered in it.
/// @throws Error invalid_argument as mean_squared_error() does.
double ssim(const cv::Mat& image, const cv::Mat& truth, const cv::Mat& mask = {});

/// Intersection over union of the nonzero pixels of two CV_8UC1 masks of equal size; 1 if both are
/// empty. @throws Error invalid_argument for other images.
double mask_iou(const cv::Mat& mask, const cv::Mat& truth);

}  // namespace demask::training
