// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Handles, the test bundle and synthetic photos for the tests of the C ABI.

#include <catch2/catch.hpp>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "demask.h"

namespace demask::test {

/// A struct of the C ABI as a C program initializes it: zeroed, with struct_size set.
template <typename T>
T make_struct() {
  T value{};
  value.struct_size = sizeof value;
  return value;
}

template <auto function>
struct FreeWith {
  template <typename T>
  void operator()(T* handle) const {
    function(handle);
  }
};

using BundleHandle = std::unique_ptr<demask_bundle, FreeWith<demask_bundle_free>>;
using ImageHandle = std::unique_ptr<demask_image, FreeWith<demask_image_free>>;
using ReconstructorHandle =
    std::unique_ptr<demask_reconstructor, FreeWith<demask_reconstructor_free>>;
using ResultHandle = std::unique_ptr<demask_result, FreeWith<demask_result_free>>;
using BatchHandle = std::unique_ptr<demask_batch, FreeWith<demask_batch_free>>;

/// Fails the test case with the error text unless the call succeeded.
inline void require_ok(demask_status status) {
  INFO(demask_status_name(status) << ": " << demask_last_error());
  REQUIRE(status == DEMASK_OK);
}

inline bool last_error_contains(const std::string& text) {
  return std::string(demask_last_error()).find(text) != std::string::npos;
}

/// The bundle named by the environment variable or, if it is not set, by the build.
inline std::string test_bundle_folder() {
  const char* folder = std::getenv("DEMASK_TEST_BUNDLE");
  return folder != nullptr ? folder : DEMASK_TEST_BUNDLE;
}

inline BundleHandle open_test_bundle() {
  demask_bundle* bundle = nullptr;
  require_ok(demask_bundle_open(test_bundle_folder().c_str(), &bundle));
  return BundleHandle(bundle);
}

inline ReconstructorHandle make_reconstructor() {
  demask_reconstructor* reconstructor = nullptr;
  require_ok(demask_reconstructor_create(open_test_bundle().get(), nullptr, &reconstructor));
  return ReconstructorHandle(reconstructor);
}

/// A temporary folder for a test, removed with its contents.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::random_device random;
    path_ = std::filesystem::temp_directory_path() /
            ("demask-capi-test-" + std::to_string(random()) + std::to_string(random()));
    std::filesystem::create_directories(path_);
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::string operator/(const char* name) const { return (path_ / name).u8string(); }

 private:
  std::filesystem::path path_;
};

/// The points of a frontal face, as multiples of `side` from (x, y); the eye centers lie at
/// (0.35, 0.42) and (0.65, 0.42).
inline std::vector<float> frontal_landmarks(float x, float y, float side) {
  std::vector<float> points;
  const auto add = [&](double px, double py) {
    points.push_back(x + side * static_cast<float>(px));
    points.push_back(y + side * static_cast<float>(py));
  };
  const double pi = std::acos(-1.0);
  const auto add_ellipse = [&](double cx, double cy, double rx, double ry, int count) {
    for (int i = 0; i < count; ++i) {
      const double angle = pi + 2.0 * pi * i / count;
      add(cx + rx * std::cos(angle), cy + ry * std::sin(angle));
    }
  };
  for (int i = 0; i <= 16; ++i) {
    add(0.5 - 0.36 * std::cos(pi * i / 16), 0.42 + 0.48 * std::sin(pi * i / 16));
  }
  for (int i = 0; i < 5; ++i) add(0.24 + 0.05 * i, 0.32);
  for (int i = 0; i < 5; ++i) add(0.56 + 0.05 * i, 0.32);
  for (int i = 0; i < 4; ++i) add(0.5, 0.42 + 0.055 * i);
  for (int i = 0; i < 5; ++i) add(0.43 + 0.035 * i, 0.62);
  add_ellipse(0.35, 0.42, 0.05, 0.025, 6);
  add_ellipse(0.65, 0.42, 0.05, 0.025, 6);
  add_ellipse(0.5, 0.76, 0.13, 0.06, 12);
  add_ellipse(0.5, 0.76, 0.09, 0.03, 8);
  return points;
}

/// A synthetic picture with its landmarks and its mask, to be passed by the caller, so that a face
/// is reconstructed whatever the models find.
class Scene {
 public:
  static constexpr int width = 320;
  static constexpr int height = 240;

  Scene() : pixels(3U * width * height), mask_pixels(1U * width * height) {
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        const auto at = static_cast<std::size_t>(y * width + x);
        pixels[3 * at] = static_cast<std::uint8_t>(x * 255 / width);
        pixels[3 * at + 1] = static_cast<std::uint8_t>(y * 255 / height);
        pixels[3 * at + 2] = static_cast<std::uint8_t>((x * 7 + y * 13) % 256);
        const bool covered = x >= 125 && x < 195 && y >= 125 && y < 175;
        mask_pixels[at] = covered ? 255 : 0;
      }
    }
    photo.data = pixels.data();
    photo.width = width;
    photo.height = height;
    photo.format = DEMASK_PIXEL_RGB;
    mask.data = mask_pixels.data();
    mask.width = width;
    mask.height = height;
    mask.format = DEMASK_PIXEL_GRAY;
    landmarks.scheme = DEMASK_LANDMARKS_IBUG68;
    landmarks.count = 68;
    landmarks.points = points.data();
    require_ok(demask_reconstruct_default_options(&options));
    options.mask = &mask;
    options.landmarks = &landmarks;
    options.landmarks_count = 1;
    options.gender = DEMASK_GENDER_FEMALE;
  }
  Scene(const Scene&) = delete;
  Scene& operator=(const Scene&) = delete;

  std::vector<std::uint8_t> pixels;
  std::vector<std::uint8_t> mask_pixels;
  std::vector<float> points = frontal_landmarks(96.0F, 56.0F, 128.0F);
  demask_image_view photo = make_struct<demask_image_view>();
  demask_image_view mask = make_struct<demask_image_view>();
  demask_landmarks landmarks = make_struct<demask_landmarks>();
  demask_reconstruct_options options = make_struct<demask_reconstruct_options>();
};

}  // namespace demask::test
