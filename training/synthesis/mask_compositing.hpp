// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Composites a mask with its straps, shadow and lighting into a photo.

#include <opencv2/core.hpp>

#include "synthesis/mask_shape.hpp"
#include "synthesis/random.hpp"

namespace demask::synthesis {

/// A mask drawn over a part of the photo; all images have the size of `area`.
struct MaskLayer {
  cv::Rect area;  ///< Part of the photo.
  cv::Mat color;  ///< CV_8UC3 RGB, defined wherever alpha > 0.
  cv::Mat body;   ///< CV_8UC1 soft coverage of the mask without straps.
  cv::Mat alpha;  ///< CV_8UC1 soft coverage of mask and straps.
};

/// The light on a face.
struct FaceLight {
  cv::Point2f direction;  ///< Where it comes from in the image plane, length 0 ... 1.
  cv::Vec3f exposure;     ///< Brightness of a white surface in each channel, 0 ... 1.
  cv::Mat gain;           ///< Low-frequency brightness over the area, mean 1; CV_32FC1.
};

FaceLight estimate_light(const cv::Mat& rgb, const LandmarkPoints& landmarks,
                         const FaceFrame& frame, const cv::Rect& area);

/// Standard deviation, in pixels, of the Gaussian blur that explains how soft the eyes look.
float estimate_blur(const cv::Mat& rgb, const LandmarkPoints& landmarks, const FaceFrame& frame);

/// How the straps of a mask are made.
struct StrapMake {
  cv::Scalar color;
  bool around_head = false;  ///< Else around the ears.
  float thickness = 0.03F;   ///< As a fraction of the distance between the eyes.
  bool are_double = false;   ///< Two strands side by side.
  bool are_cloth = false;    ///< The mask's own cloth narrows to the ear.
};

/// Draws straps with realistic frequencies or, if `often_rare`, with dark, wide, double and cloth
/// straps frequent enough for a network to learn them.
StrapMake random_straps(const cv::Scalar& color, bool often_rare, Random& random);

/// Draws ear loops or head straps under the body of the layer.
void draw_straps(MaskLayer& layer, const MaskSurface& surface, const LandmarkPoints& landmarks,
                 const FaceFrame& frame, const StrapMake& make, Random& random);

/// Lights the layer, casts its shadow and blends it into the photo. Softens the layer's body and
/// alpha to the photo's sharpness, so that they remain the ground truth.
void composite(MaskLayer& layer, const FaceLight& light, float blur, const FaceFrame& frame,
               cv::Mat& rgb, Random& random);

/// Adds sensor noise and JPEG artifacts, each with some probability.
void degrade(cv::Mat& rgb, Random& random);

}  // namespace demask::synthesis
