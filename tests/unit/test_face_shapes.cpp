// SPDX-License-Identifier: Apache-2.0
#include <Eigen/Core>
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <utility>

#include "../support/expect_error.hpp"
#include "../support/synthetic_landmarks.hpp"
#include "core/face_shapes.hpp"

using namespace demask;  // NOLINT(google-build-using-namespace)

namespace {

constexpr std::size_t count = 68;
constexpr std::uint64_t seed = 11;

Landmarks unit_face() { return test::face_landmarks(Similarity(1.0 / 256.0, 0.0, 0.0, 0.0)); }

// Faces that differ from the synthetic one in independent points, and in the width of the face: all
// points move away from the middle together.
core::Normal faces() {
  const Landmarks face = unit_face();
  core::Normal normal;
  normal.mean.resize(2 * count);
  Eigen::VectorXd wider = Eigen::VectorXd::Zero(2 * count);
  for (std::size_t i = 0; i < count; ++i) {
    const auto x = static_cast<Eigen::Index>(2 * i);
    normal.mean[x] = face.points[i].x;
    normal.mean[x + 1] = face.points[i].y;
    wider[x] = face.points[i].x - 0.5;
  }
  normal.covariance = 0.04 * wider * wider.transpose();
  normal.covariance.diagonal().array() += 1e-4;
  return normal;
}

// All points from the tip of the nose down are hidden.
core::ShapeEvidence evidence() {
  core::ShapeEvidence result;
  result.landmarks = unit_face();
  for (const Point& point : result.landmarks.points) {
    result.hidden.push_back(point.y > 0.55F);
  }
  return result;
}

bool same(const Point& a, const Point& b) { return a.x == b.x && a.y == b.y; }

bool same(const Landmarks& a, const Landmarks& b) {
  return std::equal(a.points.begin(), a.points.end(), b.points.begin(), b.points.end(),
                    [](const Point& p, const Point& q) { return same(p, q); });
}

double gap_of(const Landmarks& face) { return face.points[66].y - face.points[62].y; }
double width_of(const Landmarks& face) { return face.points[54].x - face.points[48].x; }
double lift_of(const Landmarks& face) {
  return 0.5 * (face.points[51].y + face.points[57].y - face.points[48].y - face.points[54].y);
}

FaceShape most_likely(Expression expression) {
  return core::draw_face_shapes(faces(), evidence(), expression, 0.5, 1, seed).front();
}

}  // namespace

TEST_CASE("The first shape is the evidence, and visible points never move", "[face_shapes]") {
  const core::ShapeEvidence given = evidence();
  const auto shapes = core::draw_face_shapes(faces(), given, Expression::as_found, 1.0, 8, seed);
  REQUIRE(shapes.size() == 8);
  CHECK(same(shapes.front().landmarks, given.landmarks));
  CHECK(shapes.front().likelihood == 1.0F);
  for (std::size_t k = 1; k < shapes.size(); ++k) {
    CHECK(shapes[k].likelihood < 1.0F);
    CHECK(shapes[k].likelihood > 0.0F);
    for (std::size_t i = 0; i < count; ++i) {
      CHECK(same(shapes[k].landmarks.points[i], given.landmarks.points[i]) == !given.hidden[i]);
    }
  }
}

TEST_CASE("Hidden points follow visible ones that they correlate with", "[face_shapes]") {
  core::ShapeEvidence given = evidence();
  for (std::size_t i = 0; i < count; ++i) {
    Point& point = given.landmarks.points[i];
    point.x = 0.5F + 1.2F * (point.x - 0.5F);
  }
  given.landmarks.confidence.assign(count, 0.99F);
  // At full diversity the guesses at hidden points do not count: only the visible points say that
  // the face is wide.
  const auto shapes = core::draw_face_shapes(faces(), given, Expression::as_found, 1.0, 200, seed);
  double width = 0.0;
  for (std::size_t k = 1; k < shapes.size(); ++k) {
    width += width_of(shapes[k].landmarks) / 199.0;
  }
  CHECK(width == Approx(1.2 * width_of(unit_face())).epsilon(0.02));
}

TEST_CASE("Diversity scales how much shapes differ", "[face_shapes]") {
  const auto spread_at = [](double diversity) {
    const auto shapes =
        core::draw_face_shapes(faces(), evidence(), Expression::as_found, diversity, 9, seed);
    double sum = 0.0;
    for (const FaceShape& shape : shapes) {
      sum += std::abs(shape.landmarks.points[57].y - unit_face().points[57].y);
    }
    return sum;
  };
  CHECK(spread_at(0.0) < 1e-4);
  CHECK(spread_at(0.3) > 0.0);
  CHECK(spread_at(0.6) > spread_at(0.3));
  CHECK(spread_at(1.0) > spread_at(0.6));
}

TEST_CASE("Without diversity all shapes are the first one", "[face_shapes]") {
  core::ShapeEvidence given = evidence();
  given.landmarks.points[57].y += 0.05F;  // Unlikely, but that is how the face was found.
  for (const Expression expression : {Expression::as_found, Expression::smile}) {
    const auto shapes = core::draw_face_shapes(faces(), given, expression, 0.0, 3, seed);
    for (std::size_t i = 0; i < count; ++i) {
      CHECK(shapes[2].landmarks.points[i].x ==
            Approx(shapes[0].landmarks.points[i].x).margin(1e-5));
      CHECK(shapes[2].landmarks.points[i].y ==
            Approx(shapes[0].landmarks.points[i].y).margin(1e-5));
    }
    CHECK(shapes[2].likelihood == 1.0F);
  }
}

TEST_CASE("The first shape does not depend on the diversity", "[face_shapes]") {
  for (const Expression expression : {Expression::as_found, Expression::smile}) {
    const auto first = [&](double diversity) {
      return core::draw_face_shapes(faces(), evidence(), expression, diversity, 2, seed).front();
    };
    CHECK(same(first(0.0).landmarks, first(1.0).landmarks));
  }
}

TEST_CASE("Equal seeds give equal shapes", "[face_shapes]") {
  const auto point_at = [](std::uint64_t chosen) {
    return core::draw_face_shapes(faces(), evidence(), Expression::as_found, 0.7, 3, chosen)[2]
        .landmarks.points[57];
  };
  CHECK(same(point_at(3), point_at(3)));
  CHECK_FALSE(same(point_at(3), point_at(4)));
}

TEST_CASE("No shape of a seed is one of the next seed", "[face_shapes]") {
  const auto drawn = [](std::uint64_t chosen) {
    return core::draw_face_shapes(faces(), evidence(), Expression::as_found, 0.7, 6, chosen);
  };
  const auto these = drawn(7);
  const auto next = drawn(8);
  for (std::size_t i = 1; i < these.size(); ++i) {
    for (std::size_t j = 1; j < next.size(); ++j) {
      CHECK_FALSE(same(these[i].landmarks, next[j].landmarks));
    }
  }
}

TEST_CASE("More shapes do not change the first ones", "[face_shapes]") {
  const auto few = core::draw_face_shapes(faces(), evidence(), Expression::smile, 0.7, 3, seed);
  const auto many = core::draw_face_shapes(faces(), evidence(), Expression::smile, 0.7, 8, seed);
  for (std::size_t k = 0; k < few.size(); ++k) {
    CHECK(same(few[k].landmarks, many[k].landmarks));
  }
}

TEST_CASE("Expressions move the mouth", "[face_shapes]") {
  const Landmarks found = most_likely(Expression::as_found).landmarks;
  CHECK(gap_of(most_likely(Expression::neutral).landmarks) < 0.3 * gap_of(found));
  const Landmarks smile = most_likely(Expression::smile).landmarks;
  CHECK(width_of(smile) > width_of(found) + 0.01);
  CHECK(lift_of(smile) > lift_of(found) + 0.005);
  CHECK(gap_of(most_likely(Expression::open_mouth).landmarks) > gap_of(found) + 0.015);
}

TEST_CASE("Drawn lips do not cross", "[face_shapes]") {
  // Lips that move independently by far more than their gap.
  core::Normal loose = faces();
  loose.covariance.diagonal().array() += 0.01;
  bool has_met = false;
  for (const FaceShape& shape :
       core::draw_face_shapes(loose, evidence(), Expression::as_found, 1.0, 50, seed)) {
    const std::vector<Point>& points = shape.landmarks.points;
    for (const auto& [upper, lower] : {std::pair{61, 67}, std::pair{62, 66}, std::pair{63, 65}}) {
      const float gap =
          points[static_cast<std::size_t>(lower)].y - points[static_cast<std::size_t>(upper)].y;
      CHECK(gap >= 0.0F);
      has_met = has_met || gap == 0.0F;
    }
  }
  CHECK(has_met);
}

TEST_CASE("Malformed evidence is refused", "[face_shapes]") {
  const auto refused = [](const core::Normal& normal, const core::ShapeEvidence& given,
                          const char* name) {
    test::expect_error(ErrorCode::invalid_argument, name, [&] {
      static_cast<void>(core::draw_face_shapes(normal, given, Expression::as_found, 0.5, 2, seed));
    });
  };
  core::ShapeEvidence few = evidence();
  few.landmarks.points.pop_back();
  refused(faces(), few, "landmarks");
  core::ShapeEvidence flags = evidence();
  flags.hidden.pop_back();
  refused(faces(), flags, "landmarks");
  core::ShapeEvidence endless = evidence();
  endless.landmarks.points[3].x = std::nanf("");
  refused(faces(), endless, "measurements");
  refused(core::fitted(Eigen::MatrixXd::Random(5, 10)), evidence(), "shapes");
}

TEST_CASE("Expressions have names", "[face_shapes]") {
  CHECK(std::string(to_string(Expression::as_found)) == "as_found");
  CHECK(std::string(to_string(Expression::neutral)) == "neutral");
  CHECK(std::string(to_string(Expression::smile)) == "smile");
  CHECK(std::string(to_string(Expression::open_mouth)) == "open_mouth");
  CHECK(std::string(to_string(static_cast<Expression>(9))) == "unknown");
}

TEST_CASE("A reference moves hidden points, in any frame and whatever its size", "[face_shapes]") {
  core::ShapeEvidence given = evidence();
  // The person's mouth lies lower than the detector guesses.
  given.reference = unit_face();
  for (std::size_t i = 48; i < count; ++i) {
    given.reference.points[i].y += 0.04F;
  }
  const auto shape = [&] {
    return core::draw_face_shapes(faces(), given, Expression::as_found, 0.5, 1, seed)
        .front()
        .landmarks;
  };
  const Landmarks lower = shape();
  for (std::size_t i = 0; i < count; ++i) {
    const float down = lower.points[i].y - given.landmarks.points[i].y;
    CHECK((given.hidden[i] || down == 0.0F));
    CHECK((i < 48 || (down > 0.0005F && down < 0.04F)));
  }
  for (Point& point : given.reference.points) {
    point = {300.0F - 90.0F * point.y, 20.0F + 70.0F * point.x};  // turned and stretched
  }
  const Landmarks turned = shape();
  for (std::size_t i = 0; i < count; ++i) {
    CHECK(turned.points[i].x == Approx(lower.points[i].x).margin(1e-3));
    CHECK(turned.points[i].y == Approx(lower.points[i].y).margin(1e-3));
  }
}

TEST_CASE("An expression decides where the mouth lies, whatever a reference says",
          "[face_shapes]") {
  core::ShapeEvidence given = evidence();
  given.reference = unit_face();
  const double gap = gap_of(given.reference);
  const Landmarks neutral =
      core::draw_face_shapes(faces(), given, Expression::neutral, 0.5, 1, seed).front().landmarks;
  CHECK(gap_of(neutral) < 0.5 * gap);
}

TEST_CASE("A malformed reference is refused", "[face_shapes]") {
  core::ShapeEvidence given = evidence();
  given.reference = unit_face();
  given.reference.points.pop_back();
  test::expect_error(ErrorCode::invalid_argument, "reference", [&] {
    static_cast<void>(core::draw_face_shapes(faces(), given, Expression::as_found, 0.5, 1, seed));
  });
}
