// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdint>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "../support/expect_error.hpp"
#include "../support/synthetic_landmarks.hpp"
#include "demask/canonical.hpp"
#include "imaging/background_color.hpp"

using demask::Landmarks;
using demask::imaging::PaleBackground;
using demask::imaging::return_background_color;
using demask::imaging::take_background_color;

namespace {

const cv::Scalar skin(200, 150, 125);
const cv::Scalar yellow(240, 190, 0);

Landmarks face() { return demask::test::face_landmarks(demask::Similarity()); }

}  // namespace
