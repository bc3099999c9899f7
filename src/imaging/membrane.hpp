// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Smooth interpolation over a hole.

#include <opencv2/core.hpp>

namespace demask::imaging {

/// Replaces the values in the hole by a membrane that continues the surrounding values: the
/// solution of Laplace's equation with the pixels next to the hole as boundary values. The border
/// of the matrix is free (no flux across it). If all pixels are in the hole, the membrane is zero.
/// `values` is CV_32FC3, `hole` CV_8UC1 of the same size, nonzero inside the hole. Source: Perez et
/// al., Poisson Image Editing, SIGGRAPH 2003, section 2; solved from coarse to fine grids by
/// successive over-relaxation.
void fill_membrane(cv::Mat& values, const cv::Mat& hole);

}  // namespace demask::imaging
