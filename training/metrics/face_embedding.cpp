// SPDX-License-Identifier: Apache-2.0
#include "metrics/face_embedding.hpp"

#include <utility>

#include "imaging/mat.hpp"
#include "imaging/preprocess.hpp"
#include "runtime/output_checks.hpp"

namespace demask::training {
namespace {

// Right eye, left eye, nose, right and left mouth corner of an aligned face.
const std::vector<Point> aligned_points = {
    {38.3F, 51.7F}, {73.5F, 51.5F}, {56.0F, 71.7F}, {41.5F, 92.4F}, {70.7F, 92.2F}};

}  // namespace

Similarity embedding_alignment(const Landmarks& landmarks) {
  const std::array<Point, 2> eyes = eye_centers(landmarks);
  const std::vector<Point> points = {eyes[0], eyes[1], landmarks.points[30], landmarks.points[48],
                                     landmarks.points[54]};
  return Similarity::estimate(points, aligned_points);
}

std::array<float, 6> embedding_grid(const Landmarks& landmarks, int size) {
  const auto m = embedding_alignment(landmarks).inverse().matrix();
  const double side = size;
  const double ratio = embedding_size / side;
  const double center = 0.5 * (embedding_size - 1.0);
  const auto offset = [&](double a, double b, double t) {
    return (2.0 * (a * center + b * center + t) + 1.0) / side - 1.0;
  };
  return {static_cast<float>(m[0] * ratio),
          static_cast<float>(m[1] * ratio),
          static_cast<float>(offset(m[0], m[1], m[2])),
          static_cast<float>(m[3] * ratio),
          static_cast<float>(m[4] * ratio),
          static_cast<float>(offset(m[3], m[4], m[5]))};
}

FaceEmbedding::FaceEmbedding(const std::filesystem::path& file, const RuntimeOptions& options)
    : model_("face embedding", ModelSource{file, nullptr, 0}, options) {}

Eigen::MatrixXd FaceEmbedding::identities(const std::vector<cv::Mat>& faces,
                                          const std::vector<Landmarks>& landmarks) const {
  const auto count = static_cast<std::int64_t>(faces.size());
  runtime::Tensor input({count, 3, embedding_size, embedding_size});
  for (std::size_t i = 0; i < faces.size(); ++i) {
    const cv::Mat aligned =
        imaging::warp_to_square(imaging::as_view(faces[i], PixelFormat::rgb),
                                embedding_alignment(landmarks[i]), embedding_size);
    runtime::put_image(input, static_cast<std::int64_t>(i), aligned);
  }
  for (float& value : input.values) {
    value = (value * 255.0F - 127.0F) / 128.0F;
  }
  const std::vector<runtime::Tensor> outputs = model_.run(runtime::list_of(std::move(input)));
  const runtime::Tensor& identity = outputs.back();
  runtime::require_shape(identity, {count, -1}, model_.name(), "identity");
  using RowMajor = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  return Eigen::Map<const RowMajor>(identity.values.data(), identity.shape[0], identity.shape[1])
      .cast<double>();
}

}  // namespace demask::training
