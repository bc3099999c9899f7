// SPDX-License-Identifier: Apache-2.0
#include <Eigen/Core>
#include <catch2/catch.hpp>
#include <random>

#include "demask/error.hpp"
#include "evaluate/report.hpp"
#include "metrics/detection_matching.hpp"
#include "metrics/frechet_distance.hpp"
#include "metrics/landmark_error.hpp"
#include "metrics/perceptual_distance.hpp"

using namespace demask;
using namespace demask::training;

TEST_CASE("the landmark error is relative to the outer eye corners") {
  Landmarks truth;
  truth.points.resize(68);
  truth.points[36] = {10.0F, 20.0F};
  truth.points[45] = {60.0F, 20.0F};
  CHECK(normalized_mean_error(truth, truth) == 0.0);
  Landmarks found = truth;
  for (Point& p : found.points) p = {p.x + 3.0F, p.y + 4.0F};
  CHECK(normalized_mean_error(found, truth) == Approx(100.0 * 5.0 / 50.0));
  found = truth;
  found.points[0].x += 34.0F;
  CHECK(normalized_mean_error(found, truth) == Approx(100.0 * 34.0 / 68.0 / 50.0));
  found.points.pop_back();
  CHECK_THROWS_AS(normalized_mean_error(found, truth), Error);
}

TEST_CASE("the Fréchet distance of Gaussians has its closed form") {
  using Eigen::MatrixXd;
  using Eigen::VectorXd;
  const VectorXd zero = VectorXd::Zero(3);
  const MatrixXd unit = MatrixXd::Identity(3, 3);
  CHECK(frechet_distance(zero, unit, zero, unit) == Approx(0.0).margin(1e-9));
  CHECK(frechet_distance(zero, unit, VectorXd::Constant(3, 2.0), unit) == Approx(12.0));
  // For covariances that commute: the squared distance of the standard deviations.
  const MatrixXd wide = Eigen::Vector3d(4.0, 9.0, 16.0).asDiagonal();
  CHECK(frechet_distance(zero, unit, zero, wide) == Approx(1.0 + 4.0 + 9.0));
}

TEST_CASE("the Fréchet distance of samples is the distance of their moments") {
  std::mt19937_64 engine(3);
  std::normal_distribution<double> normal;
  const Eigen::MatrixXd a =
      Eigen::MatrixXd::NullaryExpr(400, 5, [&](Eigen::Index) { return normal(engine); });
  CHECK(frechet_distance(a, a) == Approx(0.0).margin(1e-9));
  CHECK(frechet_distance(a, (a.array() + 1.0).matrix()) == Approx(5.0));
  CHECK_THROWS_AS(frechet_distance(a, a.leftCols(4)), Error);
  CHECK_THROWS_AS(frechet_distance(a.topRows(1), a), Error);
}

TEST_CASE("the moments of a set are those of its parts together") {
  std::mt19937_64 engine(4);
  std::normal_distribution<double> normal(3.0, 2.0);
  const Eigen::MatrixXd a =
      Eigen::MatrixXd::NullaryExpr(300, 4, [&](Eigen::Index) { return normal(engine); });
  FeatureMoments moments;
  moments += FeatureMoments(a.topRows(100));
  moments += FeatureMoments();
  moments += FeatureMoments(a.bottomRows(200));
  CHECK(moments.count() == 300);
  const FeatureMoments shifted((a.array() + 2.0).matrix());
  CHECK(frechet_distance(moments, FeatureMoments(a)) == Approx(0.0).margin(1e-6));
  CHECK(frechet_distance(moments, shifted) == Approx(16.0));
  CHECK(frechet_distance(shifted, moments) ==
        Approx(frechet_distance((a.array() + 2.0).matrix(), a)));
  CHECK_THROWS_AS(moments += FeatureMoments(a.leftCols(3)), Error);
  CHECK_THROWS_AS(frechet_distance(FeatureMoments(a.topRows(1)), moments), Error);
}

TEST_CASE("the perceptual distance is that of the directions of the features") {
  Eigen::MatrixXd a(2, 2);
  a << 1.0, 0.0, 0.0, 3.0;
  Eigen::MatrixXd b(2, 2);
  b << 0.0, 5.0, 0.0, 1.0;
  CHECK(perceptual_distance(a, a) == Approx(0.0).margin(1e-12));
  CHECK(perceptual_distance(7.0 * a, a) == Approx(0.0).margin(1e-12));
  CHECK(perceptual_distance(a, b) == Approx(1.0));  // 2 at the first place, 0 at the second
  CHECK(perceptual_distance(a, -a) == Approx(4.0));
  CHECK_THROWS_AS(perceptual_distance(a, b.topRows(1)), Error);
  CHECK_THROWS_AS(perceptual_distance(a.topRows(0), b.topRows(0)), Error);
}

TEST_CASE("each label is matched once, by the best detection") {
  const std::vector<Box> labels = {{0, 0, 10, 10}, {20, 0, 10, 10}};
  const std::vector<Detection> detections = {
      {{0, 0, 10, 10}, 0.6F, {}}, {{1, 0, 10, 10}, 0.9F, {}}, {{20, 6, 10, 10}, 0.8F, {}}};
  CHECK(match_detections(detections, labels, 0.5F) == std::vector<int>{-1, 0, -1});
  CHECK(match_detections({}, labels, 0.5F).empty());
  CHECK(match_detections(detections, {}, 0.5F) == std::vector<int>{-1, -1, -1});
}

TEST_CASE("a report holds figures by key and leaves out those that were not measured") {
  Report report;
  Mean mean;
  report.add("stage.empty", mean);
  mean.add(1.0);
  mean.add(2.0);
  report.add("stage.mean", mean);
  report.add("stage.mean", std::map<std::string, Mean>{{"group", mean}});
  CHECK_FALSE(report.has("stage.empty"));
  CHECK(report.value("stage.mean") == 1.5);
  CHECK(report.json() == nlohmann::json{{"stage.mean", 1.5}, {"stage.mean.group", 1.5}});
  CHECK_THROWS_AS(report.value("stage.empty"), Error);
}
