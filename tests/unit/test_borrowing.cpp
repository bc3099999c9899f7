// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "demask/demask.hpp"
#include "demask/eigen.hpp"
#include "demask/opencv.hpp"

using namespace demask;

namespace {

// A view can be made from an image that outlives it, but not from a temporary.
static_assert(std::is_convertible_v<Image&, ImageView>);
static_assert(std::is_convertible_v<const Image&, ImageView>);
static_assert(!std::is_convertible_v<Image, ImageView>);
static_assert(!std::is_convertible_v<const Image, ImageView>);
static_assert(!std::is_constructible_v<ImageView, Image>);
static_assert(!std::is_assignable_v<ImageView&, Image>);

// options.mask = read_image("m.png") does not compile; options.mask = image does.
using OptionalView = decltype(ReconstructOptions::mask);
static_assert(std::is_assignable_v<OptionalView&, Image&>);
static_assert(std::is_assignable_v<OptionalView&, const Image&>);
static_assert(!std::is_assignable_v<OptionalView&, Image>);
static_assert(!std::is_constructible_v<OptionalView, Image>);

template <typename Photo, typename = void>
constexpr bool has_view = false;
template <typename Photo>
constexpr bool has_view<Photo, std::void_t<decltype(std::declval<Photo>().view())>> = true;
static_assert(has_view<Image&> && has_view<const Image&>);
static_assert(!has_view<Image> && !has_view<const Image>);

template <typename Photo, typename = void>
constexpr bool has_region = false;
template <typename Photo>
constexpr bool has_region<
    Photo, std::void_t<decltype(region_of(std::declval<Photo>(), std::declval<Detection>()))>> =
    true;
static_assert(has_region<Image&> && !has_region<Image>);

template <typename Photo, typename = void>
constexpr bool has_mat = false;
template <typename Photo>
constexpr bool has_mat<Photo, std::void_t<decltype(as_mat(std::declval<Photo>()))>> = true;
static_assert(has_mat<Image&> && has_mat<const Image&> && !has_mat<Image>);

template <typename Points, typename = void>
constexpr bool has_matrix = false;
template <typename Points>
constexpr bool has_matrix<Points, std::void_t<decltype(as_matrix(std::declval<Points>()))>> = true;
static_assert(has_matrix<std::vector<Point>&> && has_matrix<const std::vector<Point>&>);
static_assert(!has_matrix<std::vector<Point>> && !has_matrix<const std::vector<Point>>);
static_assert(has_matrix<Landmarks&> && has_matrix<const Landmarks&>);
static_assert(!has_matrix<Landmarks> && !has_matrix<const Landmarks>);
static_assert(has_matrix<Similarity>);

// Functions that use an image only during the call accept a temporary.
template <typename Photo>
using Reconstructed =
    decltype(std::declval<const FaceReconstructor&>().reconstruct(std::declval<Photo>()));
static_assert(std::is_same_v<Reconstructed<Image>, Result>);
static_assert(std::is_same_v<Reconstructed<const Image&>, Result>);
static_assert(std::is_same_v<Reconstructed<ImageView>, Result>);
static_assert(std::is_same_v<Reconstructed<std::vector<ImageView>>, std::vector<BatchResult>>);

// Braces around one photo mean that photo; views of a list of images are a batch.
static_assert(std::is_same_v<decltype(std::declval<const FaceReconstructor&>().reconstruct(
                                 {std::declval<const Image&>()})),
                             Result>);
static_assert(std::is_constructible_v<std::vector<ImageView>, std::vector<Image>::const_iterator,
                                      std::vector<Image>::const_iterator>);

template <typename Photo>
using Detected = decltype(std::declval<const FaceDetector&>().detect(std::declval<Photo>()));
static_assert(std::is_same_v<Detected<Image>, std::vector<Detection>>);

template <typename Photo>
using Segmented = decltype(std::declval<const Segmenter&>().segment(std::declval<Photo>()));
static_assert(std::is_same_v<Segmented<Image>, std::vector<MaskInstance>>);

template <typename Photo>
using Classified =
    decltype(std::declval<const GenderClassifier&>().classify(std::declval<Photo>()));
static_assert(std::is_same_v<Classified<Image>, GenderEstimate>);

using NextFrame = decltype(std::declval<VideoReconstructor&>().reconstruct(std::declval<Image>(),
                                                                           std::declval<double>()));
static_assert(std::is_same_v<NextFrame, VideoFrame>);

// Values that the models may choose are absent by default.
static_assert(std::is_same_v<decltype(DetectOptions::score_threshold), std::optional<float>>);
static_assert(std::is_same_v<decltype(VideoOptions::track_id), std::optional<std::int64_t>>);

}  // namespace

TEST_CASE("A temporary image can be converted", "[image]") {
  const Image gray = convert(Image(3, 2, PixelFormat::rgb), PixelFormat::gray);
  CHECK(gray.width() == 3);
  CHECK(gray.format() == PixelFormat::gray);
}

TEST_CASE("Options are absent until they are set", "[options]") {
  const ReconstructOptions options;
  CHECK(!options.mask);
  CHECK(!options.detection_threshold);
  CHECK(!options.segmentation_threshold);
  CHECK(!options.min_landmark_confidence);
  CHECK(!DetectOptions().score_threshold);
  CHECK(!VideoOptions().track_id);
}

TEST_CASE("An image given as a mask option is borrowed", "[options]") {
  const Image mask(4, 5, PixelFormat::gray);
  ReconstructOptions options;
  options.mask = mask;
  REQUIRE(options.mask);
  CHECK(options.mask->data == mask.data());
  CHECK(options.mask->height == 5);
}
