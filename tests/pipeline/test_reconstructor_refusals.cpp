// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <limits>
#include <string>
#include <vector>

#include "../support/expect_error.hpp"
#include "fake_stages.hpp"
#include "result_checks.hpp"
#include "scenes.hpp"

using namespace demask;        // NOLINT(google-build-using-namespace)
using namespace demask::test;  // NOLINT(google-build-using-namespace)

TEST_CASE("Each option outside its range is refused by name", "[reconstructor]") {
  const Scene scene = one_face();
  const Image photo = scene.photo();
  const FaceReconstructor reconstructor = FakeStages(scenes_of({scene})).reconstructor();
  ReconstructOptions options;
  const auto refused = [&](const std::string& name) {
    expect_error(ErrorCode::invalid_argument, name,
                 [&] { return reconstructor.reconstruct(photo, options); });
    expect_error(ErrorCode::invalid_argument, name,
                 [&] { return reconstructor.reconstruct(std::vector<ImageView>{photo}, options); });
    options = {};
  };
  const float nan = std::numeric_limits<float>::quiet_NaN();
  for (const float margin : {-0.1F, 0.6F, nan}) {
    options.gender_margin = margin;
    refused("gender_margin");
  }
  for (const float dilation : {-0.01F, 0.26F, nan}) {
    options.mask_dilation = dilation;
    refused("mask_dilation");
  }
  for (const float area : {-0.1F, 1.1F, nan}) {
    options.min_mask_area = area;
    refused("min_mask_area");
  }
  for (const float size : {-1.0F, nan}) {
    options.min_face_size = size;
    refused("min_face_size");
  }
  for (const float threshold : {-0.1F, 1.1F, nan}) {
    options.detection_threshold = threshold;
    refused("detection_threshold");
    options.segmentation_threshold = threshold;
    refused("segmentation_threshold");
    options.min_landmark_confidence = threshold;
    refused("min_landmark_confidence");
  }
  options.gender = static_cast<GenderChoice>(3);
  refused("gender");
  options.blend = static_cast<BlendMode>(-1);
  refused("blend");
  options.selection = static_cast<FaceSelection>(7);
  refused("selection");
  options.face_index = -1;
  refused("face_index");
  options.max_pixels = 0;
  refused("max_pixels");
}

TEST_CASE("Malformed masks, boxes and landmarks are refused", "[reconstructor]") {
  const Scene scene = one_face();
  const Image photo = scene.photo();
  const FaceReconstructor reconstructor = FakeStages(scenes_of({scene})).reconstructor();
  ReconstructOptions options;
  const auto refused = [&](ErrorCode code, const std::string& text) {
    expect_error(code, text, [&] { return reconstructor.reconstruct(photo, options); });
  };
  const Image mask = drawn_mask(scene, 255, 0);
  const float nan = std::numeric_limits<float>::quiet_NaN();

  SECTION("a mask of another size") {
    options.mask = {mask.data(), scene.width - 1, scene.height, mask.stride(), PixelFormat::gray};
    refused(ErrorCode::invalid_argument, "mask: it has 319 x 300 pixels, the photo 320 x 300");
  }
  SECTION("a mask in color") {
    options.mask = photo;
    refused(ErrorCode::invalid_argument, "mask: it is not gray");
  }
  SECTION("a mask with too small a stride") {
    options.mask = {mask.data(), scene.width, scene.height, 5, PixelFormat::gray};
    refused(ErrorCode::invalid_image, "stride");
  }
  SECTION("invalid boxes") {
    for (const Box& box : {Box{0, 0, 0, 5}, Box{0, 0, 5, -5}, Box{nan, 0, 5, 5}}) {
      options.boxes = {scene.faces[0].box(), box};
      refused(ErrorCode::invalid_argument, "boxes");
    }
  }
  SECTION("invalid landmarks") {
    options.landmarks = {Landmarks{}};
    refused(ErrorCode::invalid_argument, "0 points given");
    options.landmarks = {scene.faces[0].landmarks()};
    options.landmarks[0].points[5].x = nan;
    refused(ErrorCode::invalid_argument, "not finite");
  }
  SECTION("boxes and landmarks together") {
    options.boxes = {scene.faces[0].box()};
    options.landmarks = {scene.faces[0].landmarks()};
    refused(ErrorCode::invalid_argument, "both are given");
  }
  SECTION("any of these options for a batch") {
    const std::vector<ImageView> photos = {photo};
    const auto batch_refused = [&] {
      expect_error(ErrorCode::invalid_argument, "belong to one photo",
                   [&] { return reconstructor.reconstruct(photos, options); });
      options = {};
    };
    options.mask = mask;
    batch_refused();
    options.boxes = {scene.faces[0].box()};
    batch_refused();
    options.landmarks = {scene.faces[0].landmarks()};
    batch_refused();
  }
}

TEST_CASE("Malformed photos are refused", "[reconstructor]") {
  const Scene scene = one_face();
  const Image photo = scene.photo();
  const FaceReconstructor reconstructor = FakeStages(scenes_of({scene})).reconstructor();
  ImageView view = photo;
  ReconstructOptions options;
  const auto refused = [&](ErrorCode code, const std::string& text) {
    expect_error(code, text, [&] { return reconstructor.reconstruct(view, options); });
    view = photo;
  };
  view.data = nullptr;
  refused(ErrorCode::invalid_image, "null");
  view.width = 0;
  refused(ErrorCode::invalid_image, "0 x 300");
  view.stride = 100;
  refused(ErrorCode::invalid_image, "stride");
  view.format = static_cast<PixelFormat>(77);
  refused(ErrorCode::invalid_argument, "pixel format");
  options.max_pixels = 320 * 300 - 1;
  refused(ErrorCode::image_too_large, "limit of 95999");
}
