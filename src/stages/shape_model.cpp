// SPDX-License-Identifier: Apache-2.0
#include "stages/shape_model.hpp"

#include <fmt/format.h>

#include <string>
#include <vector>

#include "demask/error.hpp"
#include "runtime/output_checks.hpp"
#include "runtime/script_model.hpp"
#include "stages/model_input.hpp"

namespace demask::stages {
namespace {

constexpr Eigen::Index dimensions = 136;

using Rows = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

}  // namespace

core::Normal load_shape_model(const ModelSpec& spec, const ModelSource& source,
                              const RuntimeOptions& options) {
  const std::string name = model_name("shape model", spec, source);
  // The numbers are read once, so they are read in full precision, whatever the networks use.
  RuntimeOptions exact = options;
  exact.dtype = DType::fp32;
  const std::vector<runtime::Tensor> outputs = runtime::ScriptModel(name, source, exact).run({});
  runtime::require_outputs(outputs, 2, name);
  runtime::require_shape(outputs[0], {dimensions}, name, "mean");
  runtime::require_shape(outputs[1], {dimensions, dimensions}, name, "covariance");
  core::Normal faces;
  faces.mean =
      Eigen::Map<const Eigen::VectorXf>(outputs[0].values.data(), dimensions).cast<double>();
  faces.covariance =
      Eigen::Map<const Rows>(outputs[1].values.data(), dimensions, dimensions).cast<double>();
  const double asymmetry = (faces.covariance - faces.covariance.transpose()).cwiseAbs().maxCoeff();
  if (faces.covariance.diagonal().minCoeff() <= 0.0 || asymmetry > 1e-6) {
    throw Error(
        ErrorCode::model_invalid,
        fmt::format("{}: its second output is not a covariance matrix; it must be symmetric "
                    "with positive variances",
                    name));
  }
  return faces;
}

}  // namespace demask::stages
