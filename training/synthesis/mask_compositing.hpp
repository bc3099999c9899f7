#pragma once

/// @file
/// Composites a mask with straps, shadow and light into a photo.

#include <opencv2/core.hpp>

#include "synthesis/mask_shape.hpp"
#include "synthesis/random.hpp"

namespace demask::synthesis {

/// A mask drawn in place over a part of the photo; all images have the size of `area`.
struct MaskLayer {
  cv::Rect area;  ///< Part of the photo.
  cv::Mat color;  ///< CV_8UC3 RGB, defined wherever alpha > 0.
  cv::Mat body;   ///< CV_8UC1 soft coverage of the mask without straps.
  cv::Mat alpha;  ///< CV_8UC1 soft coverage of mask and straps.
};

/// The light on a face.
struct FaceLight {
  cv::Point2f direction;  ///< Where it comes from in the image plane, length 0 ... 1.
  cv::Vec3f exposure;     ///< Brightness of a white surface per channel, 0 ... 1.
  cv::Mat gain;           ///< Low-frequency brightness over the area, mean 1; CV_32FC1.
};

FaceLight estimate_light(const cv::Mat& rgb, const LandmarkPoints& landmarks,
                         const FaceFrame& frame, const cv::Rect& area);

/// Standard deviation (pixels) of a Gaussian blur that explains the softness of the eyes.
float estimate_blur(const cv::Mat& rgb, const LandmarkPoints& landmarks, const FaceFrame& frame);

/// How the straps of a mask are made.
struct StrapMake {
  cv::Scalar color;
  bool around_head = false;  ///< Else around the ears.
  float thickness = 0.03F;   ///< In distances of the eyes.
  bool are_double = false;   ///< Two strands side by side.
  bool are_cloth = false;    ///< The mask's own cloth narrows to the ear.
};

/// As straps are, or `often_rare`: with dark, wide, double and cloth ones as frequent as a network
/// needs to see them to learn them.
StrapMake random_straps(const cv::Scalar& color, bool often_rare, Random& random);

/// Ear loops or head straps, drawn under the body of the layer.
void draw_straps(MaskLayer& layer, const MaskSurface& surface, const LandmarkPoints& landmarks,
                 const FaceFrame& frame, const StrapMake& make, Random& random);

/// Lights the layer, casts its shadow and blends it into the photo. Softens the layer's body and
/// alpha to the photo's sharpness, which keeps them the truth of what is seen.
void composite(MaskLayer& layer, const FaceLight& light, float blur, const FaceFrame& frame,
               cv::Mat& rgb, Random& random);

/// Sensor noise and JPEG artefacts, each with a chance.
void degrade(cv::Mat& rgb, Random& random);

}  // namespace demask::synthesis
