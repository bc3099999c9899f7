// SPDX-License-Identifier: Apache-2.0
#include "runtime/code_search.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace demask::runtime {
namespace {

// The largest step of a code, in the generator's own units, in which codes deviate from their mean
// by about 0.3 to 1.
constexpr double rate = 0.05;
constexpr int warm_up = 10;  // Steps until the rate is reached.
// How much the mean squared distances of the codes from the start and from their mean count.
constexpr double near_start = 0.02;
constexpr double near_each_other = 0.01;
constexpr double pi = 3.14159265358979323846;

at::Tensor pooled(const at::Tensor& picture, std::int64_t factor) {
  return factor == 1 ? picture : at::avg_pool2d(picture, factor);
}

}  // namespace

CodeSearch::CodeSearch(const at::Tensor& start, std::vector<PixelTerm> terms, Painter paint)
    : start_(start.detach()),
      codes_(start.detach().clone().set_requires_grad(true)),
      terms_(std::move(terms)),
      paint_(std::move(paint)),
      optimizer_(std::vector<at::Tensor>{codes_}, torch::optim::AdamOptions(rate)) {
  for (const PixelTerm& term : terms_) {
    counts_.push_back(pooled(term.weight, term.factor).sum() * 3.0 + 1e-6);
  }
}

at::Tensor CodeSearch::loss(const at::Tensor& face) const {
  at::Tensor total = near_start * (codes_ - start_).square().mean() +
                     near_each_other * (codes_ - codes_.mean(1, true)).square().mean();
  for (std::size_t i = 0; i < terms_.size(); ++i) {
    const PixelTerm& term = terms_[i];
    const at::Tensor difference = pooled((face - term.picture) * term.weight, term.factor);
    total = total + term.importance * difference.abs().sum() / counts_[i];
  }
  return total;
}

void CodeSearch::step(double done) {
  ++steps_;
  const double rise = std::min(1.0, static_cast<double>(steps_) / warm_up);
  const double fall = 0.5 + 0.5 * std::cos(pi * done);
  optimizer_.param_groups().front().options().set_lr(rate * rise * fall);
  optimizer_.zero_grad();
  // Autocast keeps copies of the leaves that it casts, which a view is not.
  loss(paint_(codes_.view(codes_.sizes())).to(at::kFloat)).backward();
  optimizer_.step();
}

}  // namespace demask::runtime
