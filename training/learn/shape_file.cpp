// SPDX-License-Identifier: Apache-2.0
#include "learn/shape_file.hpp"

#include <torch/script.h>

#include "io/whole_file.hpp"

namespace demask::training {
namespace {

using Rows = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

at::Tensor as_tensor(Rows rows) {
  return torch::from_blob(rows.data(), {rows.rows(), rows.cols()}, at::kFloat).clone();
}

}  // namespace

void write_shape_model(const core::Normal& faces, const std::filesystem::path& file) {
  torch::jit::Module module("ShapeModel");
  module.register_buffer("mean", as_tensor(faces.mean.cast<float>().transpose()).flatten());
  module.register_buffer("covariance", as_tensor(faces.covariance.cast<float>()));
  module.define("def forward(self):\n    return self.mean, self.covariance\n");
  io::write_whole_file(
      file, [&](const std::filesystem::path& temporary) { module.save(temporary.string()); });
}

}  // namespace demask::training
