// SPDX-License-Identifier: Apache-2.0
#include "stages/detector_network.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <utility>

#include "runtime/output_checks.hpp"
#include "stages/model_input.hpp"

namespace demask::stages {
namespace {

using runtime::Tensor;

std::vector<Candidate> to_candidates(const Tensor& boxes, const Tensor& scores,
                                     const Tensor& points) {
  std::vector<Candidate> candidates(scores.values.size());
  const float* corner = boxes.values.data();
  const float* coordinate = points.values.data();
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    Candidate& candidate = candidates[i];
    candidate.score = scores.values[i];
    std::copy_n(corner, candidate.corners.size(), candidate.corners.begin());
    corner += candidate.corners.size();
    for (Point& point : candidate.points) {
      point = {coordinate[0], coordinate[1]};
      coordinate += 2;
    }
  }
  return candidates;
}

}  // namespace

float Candidate::side() const { return std::max(corners[2] - corners[0], corners[3] - corners[1]); }

Point Candidate::center() const {
  return {(corners[0] + corners[2]) / 2.0F, (corners[1] + corners[3]) / 2.0F};
}

DetectorNetwork::DetectorNetwork(const std::string& name, const ModelSource& source,
                                 const RuntimeOptions& options)
    : model_(name, source, options), workers_(options.threads) {}

std::vector<std::vector<Candidate>> DetectorNetwork::run(
    const std::vector<cv::Mat>& pictures) const {
  std::map<std::pair<int, int>, std::vector<std::size_t>> alike;
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    alike[{pictures[i].cols, pictures[i].rows}].push_back(i);
  }
  std::vector<std::vector<Candidate>> results(pictures.size());
  for (const auto& [size, indices] : alike) {
    for_each_batch(indices.size(), [&, &places = indices](std::size_t first, std::size_t count) {
      std::vector<cv::Mat> batch;
      for (std::size_t i = first; i < first + count; ++i) {
        batch.push_back(pictures[places[i]]);
      }
      std::vector<std::vector<Candidate>> found = run_alike(batch);
      for (std::size_t i = 0; i < count; ++i) {
        results[places[first + i]] = std::move(found[i]);
      }
    });
  }
  return results;
}

std::vector<std::vector<Candidate>> DetectorNetwork::run_alike(
    const std::vector<cv::Mat>& pictures) const {
  constexpr std::size_t outputs_of_picture = 3;
  std::vector<Tensor> outputs = model_.run_each(runtime::list_of(make_batch(pictures, workers_)));
  runtime::require_outputs(outputs, outputs_of_picture * pictures.size(), model_.name());
  std::vector<std::vector<Candidate>> results;
  for (std::size_t i = 0; i < outputs.size(); i += outputs_of_picture) {
    const Tensor& boxes = outputs[i];
    Tensor& scores = outputs[i + 1];
    const Tensor& points = outputs[i + 2];
    runtime::require_shape(scores, {-1}, model_.name(), "scores");
    const std::int64_t count = scores.shape[0];
    runtime::require_shape(boxes, {count, 4}, model_.name(), "boxes");
    runtime::require_shape(points, {count, 5, 2}, model_.name(), "points");
    require_probabilities(scores, model_.name(), "scores");
    results.push_back(to_candidates(boxes, scores, points));
  }
  return results;
}

}  // namespace demask::stages
