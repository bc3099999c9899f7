// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <filesystem>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "../support/expect_error.hpp"
#include "../support/synthetic_landmarks.hpp"
#include "demask/error.hpp"
#include "demask/shape_model.hpp"

namespace {

using namespace demask;        // NOLINT(google-build-using-namespace)
using namespace demask::test;  // NOLINT(google-build-using-namespace)

constexpr std::size_t lower_lip = 57;
constexpr std::size_t eye_corner = 36;

std::unique_ptr<ShapeModel> model(const std::string& name, const RuntimeOptions& options = {}) {
  ModelSpec spec;
  spec.input_size = canonical_size;
  const auto file = std::filesystem::path(DEMASK_TEST_MODULES) / (name + ".pt");
  return make_shape_model(spec, {file, nullptr, 0}, options);
}

// A frontal face in a canonical square of 256 pixels, hidden from the tip of the nose down.
ShapeQuery query(int count) {
  ShapeQuery result;
  result.landmarks = face_landmarks(Similarity());
  for (const Point& point : result.landmarks.points) {
    result.hidden.push_back(point.y > 150.0F);
  }
  result.diversity = 1.0F;
  result.count = count;
  return result;
}

bool same(const Point& a, const Point& b) { return a.x == b.x && a.y == b.y; }

// The 98 points that have a counterpart among the 68 lie there, the others at the face's middle.
ShapeQuery query_of_98(int count) {
  ShapeQuery small = query(count);
  ShapeQuery result = small;
  result.landmarks = {LandmarkScheme::wflw98, std::vector<Point>(98, {128.0F, 128.0F}),
                      std::vector<float>(98, 0.9F)};
  // Marks each of the 98 points by its index to learn which of the 68 it becomes.
  Landmarks marks = result.landmarks;
  for (std::size_t i = 0; i < marks.points.size(); ++i) {
    marks.points[i].x = static_cast<float>(i);
  }
  result.hidden.assign(98, false);
  const Landmarks taken = to_ibug68(marks);
  for (std::size_t i = 0; i < taken.points.size(); ++i) {
    const auto from = static_cast<std::size_t>(std::lround(taken.points[i].x));
    result.landmarks.points[from] = small.landmarks.points[i];
    result.hidden[from] = small.hidden[i];
  }
  return result;
}

}  // namespace

TEST_CASE("A shape model moves hidden points by the distribution of its module", "[shape_model]") {
  const auto shapes = model("shapes")->draw(query(200));
  REQUIRE(shapes.size() == 200);
  const Landmarks& given = shapes.front().landmarks;
  CHECK(shapes.front().likelihood == 1.0F);
  double squares = 0.0;
  for (std::size_t k = 1; k < shapes.size(); ++k) {
    const std::vector<Point>& points = shapes[k].landmarks.points;
    const float down = points[lower_lip].y - given.points[lower_lip].y;
    squares += down * down / 199.0;
    // The mouth of the module's faces moves as a whole.
    CHECK(points[48].y - given.points[48].y == Approx(down).margin(4.0));
    CHECK(same(points[eye_corner], given.points[eye_corner]));
    CHECK((shapes[k].likelihood > 0.0F && shapes[k].likelihood < 1.0F));
  }
  CHECK(std::sqrt(squares) == Approx(0.06 * 256.0).epsilon(0.15));
}

TEST_CASE("Equal seeds draw equal shapes, whatever the count", "[shape_model]") {
  const auto shapes = model("shapes");
  const auto drawn = [&](std::uint64_t seed, int count) {
    ShapeQuery asked = query(count);
    asked.seed = seed;
    return shapes->draw(asked)[1].landmarks.points[lower_lip];
  };
  CHECK(same(drawn(7, 2), drawn(7, 16)));
  CHECK_FALSE(same(drawn(7, 2), drawn(8, 2)));
}

TEST_CASE("Shapes scale with the side of the square", "[shape_model]") {
  const auto shapes = model("shapes");
  ShapeQuery half = query(3);
  half.side = canonical_size / 2;
  for (Point& point : half.landmarks.points) {
    point = {0.5F * (point.x + 0.5F) - 0.5F, 0.5F * (point.y + 0.5F) - 0.5F};
  }
  const auto small = shapes->draw(half);
  const auto large = shapes->draw(query(3));
  for (std::size_t i = 0; i < 68; ++i) {
    CHECK(large[2].landmarks.points[i].y ==
          Approx(2.0F * (small[2].landmarks.points[i].y + 0.5F) - 0.5F).margin(0.01));
  }
}

TEST_CASE("Of 98 points, those of the 68-point scheme are drawn", "[shape_model]") {
  const auto shapes = model("shapes");
  const auto of_98 = shapes->draw(query_of_98(3));
  const auto of_68 = shapes->draw(query(3));
  for (std::size_t k = 0; k < 3; ++k) {
    REQUIRE(of_98[k].landmarks.scheme == LandmarkScheme::ibug68);
    for (std::size_t i = 0; i < 68; ++i) {
      CHECK(of_98[k].landmarks.points[i].x == Approx(of_68[k].landmarks.points[i].x).margin(0.01));
      CHECK(of_98[k].landmarks.points[i].y == Approx(of_68[k].landmarks.points[i].y).margin(0.01));
    }
  }
}

TEST_CASE("Numbers of a shape model are read in full precision", "[shape_model]") {
  RuntimeOptions halved;
  halved.dtype = DType::bf16;
  const auto exact = model("shapes")->draw(query(2));
  const auto other = model("shapes", halved)->draw(query(2));
  CHECK(same(exact[1].landmarks.points[lower_lip], other[1].landmarks.points[lower_lip]));
}

TEST_CASE("Queries out of range are refused", "[shape_model]") {
  const auto shapes = model("shapes");
  const auto refused = [&](const char* name, const std::function<void(ShapeQuery&)>& set) {
    ShapeQuery asked = query(2);
    set(asked);
    expect_error(ErrorCode::invalid_argument, name,
                 [&] { static_cast<void>(shapes->draw(asked)); });
  };
  constexpr float nan = std::numeric_limits<float>::quiet_NaN();
  refused("landmarks", [](ShapeQuery& asked) { asked.landmarks.points.pop_back(); });
  refused("landmarks", [](ShapeQuery& asked) { asked.landmarks.points[3].x = nan; });
  refused("hidden", [](ShapeQuery& asked) { asked.hidden.pop_back(); });
  refused("side", [](ShapeQuery& asked) { asked.side = 0; });
  refused("diversity", [](ShapeQuery& asked) { asked.diversity = -0.1F; });
  refused("diversity", [](ShapeQuery& asked) { asked.diversity = 1.1F; });
  refused("diversity", [](ShapeQuery& asked) { asked.diversity = nan; });
  refused("count", [](ShapeQuery& asked) { asked.count = 0; });
  refused("count", [](ShapeQuery& asked) { asked.count = 1001; });
  refused("expression", [](ShapeQuery& asked) { asked.expression = static_cast<Expression>(4); });
  refused("expression", [](ShapeQuery& asked) { asked.expression = static_cast<Expression>(-1); });
}

TEST_CASE("Modules that are no distribution of 68 landmarks are refused", "[shape_model]") {
  const auto refused = [](const std::string& module, const char* text) {
    expect_error(ErrorCode::model_invalid, text, [&] { static_cast<void>(model(module)); });
  };
  refused("shapes_of_66_points", "mean");
  refused("shapes_of_pairs", "mean");
  refused("one_sided_shapes", "symmetric");
  refused("stiff_shapes", "positive variances");
  refused("mean_shape", "shape model");
  refused("nan_shapes", "shape model");
  expect_error(ErrorCode::unreadable_file, "absent.pt", [] { static_cast<void>(model("absent")); });
}
