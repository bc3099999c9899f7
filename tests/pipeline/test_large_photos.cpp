// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdint>
#include <vector>

#include "demask/face_detector.hpp"
#include "demask/face_reconstructor.hpp"
#include "demask/image_io.hpp"
#include "result_checks.hpp"
#include "synthetic_photo.hpp"

// The default models on a large picture that shows the test photo many times, and on the test photo
// turned.

using namespace demask;        // NOLINT(google-build-using-namespace)
using namespace demask::test;  // NOLINT(google-build-using-namespace)

namespace {

const Image& photo() {
  static const Image image = convert(read_image(DEMASK_TEST_PHOTO), PixelFormat::rgb);
  return image;
}

const FaceReconstructor& reconstructor() {
  static const FaceReconstructor shared(ModelBundle::open(DEMASK_TEST_BUNDLE), [] {
    RuntimeOptions options;
    options.threads = 1;
    return options;
  }());
  return shared;
}

// Shrunk by an integer factor, with area averages.
Image shrunk(const Image& image, int factor) {
  Image result(image.width() / factor, image.height() / factor, image.format());
  for (int y = 0; y < result.height(); ++y) {
    for (int x = 0; x < 3 * result.width(); ++x) {
      int sum = 0;
      for (int i = 0; i < factor * factor; ++i) {
        sum += image.row(factor * y + i / factor)[3 * factor * (x / 3) + 3 * (i % factor) + x % 3];
      }
      result.row(y)[x] = static_cast<std::uint8_t>(sum / (factor * factor));
    }
  }
  return result;
}

void paste(const Image& tile, Image& picture, int left, int top) {
  for (int y = 0; y < tile.height(); ++y) {
    std::copy_n(tile.row(y), 3 * tile.width(), picture.row(top + y) + 3 * left);
  }
}

Image turned_left(const Image& image) {
  Image result(image.height(), image.width(), image.format());
  for (int y = 0; y < result.height(); ++y) {
    for (int x = 0; x < result.width(); ++x) {
      std::copy_n(image.row(x) + 3 * (image.width() - 1 - y), 3, result.row(y) + 3 * x);
    }
  }
  return result;
}

Box largest_box(const std::vector<Detection>& faces) {
  const auto largest = std::max_element(
      faces.begin(), faces.end(),
      [](const Detection& a, const Detection& b) { return a.box.area() < b.box.area(); });
  return largest->box;
}

}  // namespace

TEST_CASE("Each face of a large mosaic is found once", "[models][large_photos]") {
  const auto detector = ModelBundle::open(DEMASK_TEST_BUNDLE).load_face_detector();
  const std::vector<Detection> alone = detector->detect(photo());
  REQUIRE(!alone.empty());
  const Box face = largest_box(alone);
  // Drawn faces on their pattern are the background, in which small pictures of the photo lie.
  Scene scene{3200, 2400, {}};
  Image mosaic = scene.photo();
  std::vector<Box> expected;
  for (int i = 0; i < 12; ++i) {
    // The face has 100, 50 and 33 px, or a little more.
    const int factor =
        std::max(1, static_cast<int>(std::max(face.width, face.height)) * (i % 3 + 1) / 100);
    const int left = 100 + 790 * (i % 4);
    const int top = 150 + 760 * (i / 4);
    paste(shrunk(photo(), factor), mosaic, left, top);
    const auto scale = 1.0F / static_cast<float>(factor);
    expected.push_back({static_cast<float>(left) + scale * face.x,
                        static_cast<float>(top) + scale * face.y, scale * face.width,
                        scale * face.height});
  }
  const std::vector<Detection> found = detector->detect(mosaic);
  for (const Box& box : expected) {
    INFO("face of " << box.height << " px at " << box.x << ", " << box.y);
    CHECK(std::count_if(found.begin(), found.end(), [&box](const Detection& one) {
            return intersection_over_union(one.box, box) > 0.4F;
          }) == 1);
  }
}

TEST_CASE("A head on its side or upside down is reconstructed", "[models][large_photos]") {
  Image turned = photo();
  const auto reconstructed = [](const Result& result) {
    return std::count_if(result.faces.begin(), result.faces.end(), [](const FaceResult& face) {
      return face.status == FaceStatus::reconstructed;
    });
  };
  const auto upright = reconstructed(reconstructor().reconstruct(turned));
  REQUIRE(upright >= 1);
  for (int quarters = 1; quarters < 4; ++quarters) {
    CAPTURE(quarters);
    turned = turned_left(turned);
    const Result result = reconstructor().reconstruct(turned);
    check_contained(turned, result);
    CHECK(reconstructed(result) == upright);
  }
}
