// SPDX-License-Identifier: Apache-2.0
#include "demask/shape_model.hpp"

#include <fmt/format.h>

#include <Eigen/Core>
#include <string>
#include <utility>

#include "core/checks.hpp"
#include "core/face_shapes.hpp"
#include "core/landmarks.hpp"
#include "demask/error.hpp"
#include "runtime/output_checks.hpp"
#include "runtime/script_model.hpp"
#include "stages/model_input.hpp"

namespace demask {

ShapeModel::~ShapeModel() = default;

namespace {

constexpr int max_count = 1000;
constexpr Eigen::Index dimensions = 136;

using Rows = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

void check(const ShapeQuery& query) {
  static_cast<void>(to_ibug68(query.landmarks));  // Throws for a malformed set.
  if (!core::all_finite(query.landmarks.points)) {
    throw Error(ErrorCode::invalid_argument,
                "landmarks: a coordinate is not finite; pass finite pixel coordinates");
  }
  if (!query.reference.empty()) {
    static_cast<void>(to_ibug68(query.reference));
  }
  if (query.hidden.size() != query.landmarks.points.size()) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("hidden: {} flags for {} points; pass one for each",
                            query.hidden.size(), query.landmarks.points.size()));
  }
  if (query.side <= 0) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("side: {} is not positive; pass pixels", query.side));
  }
  if (!(query.diversity >= 0.0F && query.diversity <= 1.0F)) {
    throw Error(
        ErrorCode::invalid_argument,
        fmt::format("diversity: {} is out of range; use a value from 0 to 1", query.diversity));
  }
  if (query.count < 1 || query.count > max_count) {
    throw Error(
        ErrorCode::invalid_argument,
        fmt::format("count: {} is out of range; use a value from 1 to {}", query.count, max_count));
  }
  const int expression = static_cast<int>(query.expression);
  if (expression < 0 || expression > static_cast<int>(Expression::open_mouth)) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("expression: {} is not one of its values; use 0 to 3", expression));
  }
}

// Scales pixels, whose centers lie at halves, to fractions of the side and back.
Similarity to_fractions(int side) {
  const double scale = 1.0 / side;
  return {scale, 0.0, 0.5 * scale, 0.5 * scale};
}

// The distribution as a module returns it.
core::Normal read_distribution(const std::string& name, const ModelSource& source,
                               const RuntimeOptions& options) {
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
    throw Error(ErrorCode::model_invalid,
                fmt::format("{}: its second output is not a covariance matrix; it must be "
                            "symmetric with positive variances",
                            name));
  }
  return faces;
}

class NormalShapeModel final : public ShapeModel {
 public:
  explicit NormalShapeModel(core::Normal faces) : faces_(std::move(faces)) {}

 private:
  std::vector<FaceShape> do_draw(const ShapeQuery& query) const override {
    const Similarity to_unit = to_fractions(query.side);
    core::ShapeEvidence evidence;
    evidence.landmarks = core::transformed(to_ibug68(query.landmarks), to_unit);
    evidence.hidden = hidden_of(query);
    if (!query.reference.empty()) {
      evidence.reference = to_ibug68(query.reference);
    }
    std::vector<FaceShape> shapes =
        core::draw_face_shapes(faces_, evidence, query.expression,
                               static_cast<double>(query.diversity), query.count, query.seed);
    for (FaceShape& shape : shapes) {
      shape.landmarks = core::transformed(shape.landmarks, to_unit.inverse());
    }
    return shapes;
  }

  // The flags of the 68 points that to_ibug68() takes from the given ones.
  static std::vector<bool> hidden_of(const ShapeQuery& query) {
    Landmarks flags = query.landmarks;
    flags.confidence.clear();
    for (std::size_t i = 0; i < flags.points.size(); ++i) {
      flags.confidence.push_back(query.hidden[i] ? 1.0F : 0.0F);
    }
    std::vector<bool> hidden;
    for (const float flag : to_ibug68(flags).confidence) {
      hidden.push_back(flag > 0.5F);
    }
    return hidden;
  }

  core::Normal faces_;
};

}  // namespace

std::vector<FaceShape> ShapeModel::draw(const ShapeQuery& query) const {
  check(query);
  return do_draw(query);
}

std::unique_ptr<ShapeModel> make_shape_model(const ModelSpec& spec, const ModelSource& source,
                                             const RuntimeOptions& options) {
  const std::string name = stages::model_name("shape model", spec, source);
  return std::make_unique<NormalShapeModel>(read_distribution(name, source, options));
}

}  // namespace demask
