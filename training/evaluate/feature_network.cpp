// SPDX-License-Identifier: Apache-2.0
#include "evaluate/feature_network.hpp"

#include <array>
#include <opencv2/imgproc.hpp>
#include <utility>
#include <vector>

#include "runtime/output_checks.hpp"

namespace demask::training {
namespace {

constexpr int unit = 32;  // the sides of the network's input are multiples of it
constexpr std::array<int, 4> strides = {2, 4, 8, 16};

int padding(int side) { return (unit - side % unit) % unit; }

// Repeats the border of an image, or extends a mask with zeros.
cv::Mat padded(const cv::Mat& image, int border) {
  cv::Mat result;
  cv::copyMakeBorder(image, result, 0, padding(image.rows), 0, padding(image.cols), border);
  return result;
}

}  // namespace

FeatureNetwork::FeatureNetwork(const std::filesystem::path& file, const RuntimeOptions& options)
    : model_("image features", ModelSource{file, nullptr, 0}, options) {}

FeatureMaps FeatureNetwork::maps(const cv::Mat& rgb) const {
  const cv::Mat image = padded(rgb, cv::BORDER_REPLICATE);
  runtime::Tensor input({1, 3, image.rows, image.cols});
  runtime::put_image(input, 0, image);
  std::vector<runtime::Tensor> outputs = model_.run(runtime::list_of(std::move(input)));
  runtime::require_outputs(outputs, strides.size() + 1, model_.name());
  FeatureMaps maps;
  for (std::size_t i = 0; i < strides.size(); ++i) {
    runtime::require_shape(outputs[i], {1, -1, image.rows / strides[i], image.cols / strides[i]},
                           model_.name(), "feature map");
    maps.emplace(strides[i], std::move(outputs[i]));
  }
  return maps;
}

Eigen::MatrixXd features_in(const runtime::Tensor& map, const cv::Mat& mask) {
  const auto rows = static_cast<int>(map.shape.at(2));
  const auto columns = static_cast<int>(map.shape.at(3));
  cv::Mat share;
  cv::resize(padded(mask != 0, cv::BORDER_CONSTANT), share, {columns, rows}, 0.0, 0.0,
             cv::INTER_AREA);
  std::vector<cv::Point> places;
  cv::findNonZero(share > 127, places);
  Eigen::MatrixXd features(static_cast<Eigen::Index>(places.size()),
                           static_cast<Eigen::Index>(map.shape.at(1)));
  const std::size_t plane = static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns);
  for (Eigen::Index place = 0; place < features.rows(); ++place) {
    const cv::Point at = places[static_cast<std::size_t>(place)];
    const auto offset = static_cast<std::size_t>(at.y * columns + at.x);
    for (Eigen::Index channel = 0; channel < features.cols(); ++channel) {
      features(place, channel) =
          static_cast<double>(map.values[static_cast<std::size_t>(channel) * plane + offset]);
    }
  }
  return features;
}

}  // namespace demask::training
