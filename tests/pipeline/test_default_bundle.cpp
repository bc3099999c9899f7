// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdlib>
#include <memory>
#include <thread>
#include <vector>

#include "../support/expect_error.hpp"
#include "demask/face_reconstructor.hpp"
#include "demask/image_io.hpp"
#include "result_checks.hpp"

// The default models on a photo of one masked face.

using namespace demask;        // NOLINT(google-build-using-namespace)
using namespace demask::test;  // NOLINT(google-build-using-namespace)

namespace {

// How much bfloat16 may differ from fp32. Its significand has 8 bits, so a network's outputs are
// accurate to about one percent.
constexpr double bf16_landmark_tolerance = 0.02;  // mean distance, in eye distances
constexpr double bf16_mask_overlap = 0.95;        // intersection over union of the holes
constexpr double bf16_level_tolerance = 4.0;      // mean over the hole both painted, of 255
constexpr float bf16_probability_tolerance = 0.05F;

const Image& photo() {
  static const Image image = convert(read_image(DEMASK_TEST_PHOTO), PixelFormat::rgb);
  return image;
}

const ModelBundle& bundle() {
  static const ModelBundle opened = ModelBundle::open(DEMASK_TEST_BUNDLE);
  return opened;
}

FaceReconstructor make_reconstructor(int threads, DType dtype = DType::fp32) {
  RuntimeOptions options;
  options.threads = threads;
  options.dtype = dtype;
  return FaceReconstructor(bundle(), options);
}

// Loading takes longer than everything else, so the fp32 tests share one reconstructor.
const FaceReconstructor& reconstructor() {
  static const FaceReconstructor shared = make_reconstructor(1);
  return shared;
}

const FaceResult& masked_face(const Result& result) {
  const auto found =
      std::find_if(result.faces.begin(), result.faces.end(),
                   [](const FaceResult& face) { return face.status == FaceStatus::reconstructed; });
  REQUIRE(found != result.faces.end());
  return *found;
}

// The test photo, mirrored and shrunk, so that batches have different faces.
Image mirrored(const Image& image) {
  Image result(image.width(), image.height(), image.format());
  for (int y = 0; y < image.height(); ++y) {
    for (int x = 0; x < image.width(); ++x) {
      std::copy_n(image.row(y) + 3 * (image.width() - 1 - x), 3, result.row(y) + 3 * x);
    }
  }
  return result;
}

Image halved(const Image& image) {
  Image result(image.width() / 2, image.height() / 2, image.format());
  for (int y = 0; y < result.height(); ++y) {
    for (int x = 0; x < result.width(); ++x) {
      for (int c = 0; c < 3; ++c) {
        const int sum = image.row(2 * y)[6 * x + c] + image.row(2 * y)[6 * x + 3 + c] +
                        image.row(2 * y + 1)[6 * x + c] + image.row(2 * y + 1)[6 * x + 3 + c];
        result.row(y)[3 * x + c] = static_cast<std::uint8_t>(sum / 4);
      }
    }
  }
  return result;
}

std::vector<Image> album() { return {photo(), mirrored(photo()), halved(photo())}; }

double mean_landmark_distance(const Landmarks& a, const Landmarks& b) {
  double sum = 0.0;
  for (std::size_t i = 0; i < a.points.size(); ++i) {
    sum += static_cast<double>(
        std::hypot(a.points[i].x - b.points[i].x, a.points[i].y - b.points[i].y));
  }
  const auto eyes = eye_centers(a);
  const double eye_distance =
      static_cast<double>(std::hypot(eyes[1].x - eyes[0].x, eyes[1].y - eyes[0].y));
  return sum / static_cast<double>(a.points.size()) / eye_distance;
}

double overlap(const Image& a, const Image& b) {
  int both = 0;
  int either = 0;
  for (std::size_t i = 0; i < a.size_bytes(); ++i) {
    both += a.data()[i] == 255 && b.data()[i] == 255 ? 1 : 0;
    either += a.data()[i] == 255 || b.data()[i] == 255 ? 1 : 0;
  }
  return either == 0 ? 1.0 : static_cast<double>(both) / either;
}

double mean_level_difference(const Result& a, const Result& b) {
  double sum = 0.0;
  int count = 0;
  for (int y = 0; y < a.photo.height(); ++y) {
    for (int x = 0; x < a.photo.width(); ++x) {
      if (a.changed.row(y)[x] == 255 && b.changed.row(y)[x] == 255) {
        for (int c = 0; c < 3; ++c) {
          sum += std::abs(a.photo.row(y)[3 * x + c] - b.photo.row(y)[3 * x + c]);
          ++count;
        }
      }
    }
  }
  return count == 0 ? 0.0 : sum / count;
}

}  // namespace

TEST_CASE("The default bundle is complete, and its hashes are correct", "[models]") {
  CHECK(bundle().models().size() == 8);
  CHECK_NOTHROW(bundle().verify());
  for (const ModelSpec& spec : bundle().models()) {
    INFO(to_string(spec.stage));
    CHECK(!spec.license.empty());
    CHECK(!spec.training_data.empty());
    CHECK(!spec.metrics.empty());
  }
  CHECK_NOTHROW(reconstructor().load_all());
}

TEST_CASE("The masked face of the test photo is found and reconstructed", "[models]") {
  for (const BlendMode blend : {BlendMode::feather, BlendMode::poisson, BlendMode::none}) {
    ReconstructOptions options;
    options.blend = blend;
    const Result result = reconstructor().reconstruct(photo(), options);
    check_contained(photo(), result);
    const FaceResult& face = masked_face(result);
    CHECK(face.score > 0.5F);
    REQUIRE(face.landmarks.points.size() == 68);
    CHECK(face.landmarks.confidence.size() == 68);
    REQUIRE(face.gender);
    // A worn mask covers between a tenth and two thirds of the canonical face.
    const double area = covered(face.aligned_mask) / (256.0 * 256.0);
    CHECK(area > 0.1);
    CHECK(area < 0.67);
    // The painted face differs from the mask that was there.
    double difference = 0.0;
    int count = 0;
    for (int y = 0; y < photo().height(); ++y) {
      for (int x = 0; x < photo().width(); ++x) {
        if (result.changed.row(y)[x] == 255) {
          difference += std::abs(result.photo.row(y)[3 * x] - photo().row(y)[3 * x]);
          ++count;
        }
      }
    }
    REQUIRE(count > 0);
    CHECK(difference / count > 5.0);
  }
}

TEST_CASE("The test photo gives the same face in every pixel format", "[models]") {
  const Result expected = reconstructor().reconstruct(photo());
  for (const PixelFormat format : {PixelFormat::bgr, PixelFormat::rgba, PixelFormat::bgra}) {
    const Image converted = convert(photo(), format);
    const Result result = reconstructor().reconstruct(converted);
    check_contained(converted, result);
    CHECK(same_pixels(result.changed, expected.changed));
    CHECK(same_pixels(convert(result.photo, PixelFormat::rgb), expected.photo));
  }
}

TEST_CASE("A batch through the default models equals its photos one by one", "[models]") {
  const std::vector<Image> photos = album();
  const std::vector<BatchResult> batch =
      reconstructor().reconstruct(std::vector<ImageView>(photos.begin(), photos.end()), {});
  REQUIRE(batch.size() == photos.size());
  for (std::size_t i = 0; i < photos.size(); ++i) {
    REQUIRE(batch[i].result);
    masked_face(*batch[i].result);
    check_same(*batch[i].result, reconstructor().reconstruct(photos[i]));
  }
}

TEST_CASE("One thread gives the same results as two", "[models]") {
  const FaceReconstructor two = make_reconstructor(2);
  for (const Image& image : album()) {
    check_same(reconstructor().reconstruct(image), two.reconstruct(image));
  }
}

TEST_CASE("Eight concurrent callers of the default models get the same results as one",
          "[models][threads]") {
  const std::vector<Image> photos = album();
  std::vector<Result> expected;
  for (const Image& image : photos) {
    expected.push_back(reconstructor().reconstruct(image));
  }
  constexpr std::size_t callers = 8;
  // Their first calls load the models.
  const FaceReconstructor fresh = make_reconstructor(1);
  std::vector<Result> results(callers);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < callers; ++i) {
    threads.emplace_back([&, i] { results[i] = fresh.reconstruct(photos[i % photos.size()]); });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  for (std::size_t i = 0; i < callers; ++i) {
    check_same(results[i], expected[i % photos.size()]);
  }
}

TEST_CASE("bf16 stays within its tolerance of fp32", "[models]") {
  const FaceReconstructor in_bf16 = make_reconstructor(0, DType::bf16);
  try {
    in_bf16.load_all();
  } catch (const Error& error) {
    // A processor that does not support bf16 must report it.
    CHECK(error.code() == ErrorCode::device_unavailable);
    WARN("not compared: " << error.what());
    return;
  }
  const Result exact = reconstructor().reconstruct(photo());
  const Result rounded = in_bf16.reconstruct(photo());
  check_contained(photo(), rounded);
  const FaceResult& a = masked_face(exact);
  const FaceResult& b = masked_face(rounded);
  CHECK(mean_landmark_distance(a.landmarks, b.landmarks) < bf16_landmark_tolerance);
  CHECK(overlap(exact.changed, rounded.changed) > bf16_mask_overlap);
  CHECK(mean_level_difference(exact, rounded) < bf16_level_tolerance);
  CHECK(a.gender->gender == b.gender->gender);
  CHECK(std::abs(a.gender->probability - b.gender->probability) < bf16_probability_tolerance);
}

TEST_CASE("A call of the default models can be cancelled from another thread",
          "[models][threads]") {
  std::atomic<bool> stop{false};
  std::atomic<bool> running{false};
  ReconstructOptions options;
  options.progress = [&](const Progress&) {
    running = true;
    while (!stop) {
      std::this_thread::yield();
    }
  };
  options.cancelled = [&] { return stop.load(); };
  const Image given = photo();
  std::thread canceller([&] {
    while (!running) {
      std::this_thread::yield();
    }
    stop = true;
  });
  expect_error(ErrorCode::cancelled, "cancelled",
               [&] { return reconstructor().reconstruct(given, options); });
  canceller.join();
}
