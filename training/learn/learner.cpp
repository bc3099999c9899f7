// SPDX-License-Identifier: Apache-2.0
#include "learn/learner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "demask/error.hpp"
#include "io/whole_file.hpp"

namespace demask::training {
namespace {

constexpr int max_skipped_in_a_row = 20;

torch::jit::Module load_module(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file)) {
    throw Error(ErrorCode::unreadable_file,
                fmt::format("{}: no such file; write it with models/architectures/export.py",
                            file.string()));
  }
  try {
    return torch::jit::load(file.string());
  } catch (const c10::Error& error) {
    throw Error(ErrorCode::model_invalid,
                fmt::format("{}: not a TorchScript module ({}); write it with "
                            "models/architectures/export.py",
                            file.string(), error.what_without_backtrace()));
  }
}

void save_tensors(torch::serialize::OutputArchive& archive, const std::string& name,
                  const std::vector<at::Tensor>& tensors) {
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    archive.write(fmt::format("{}{}", name, i), tensors[i].detach().contiguous());
  }
}

void load_tensors(torch::serialize::InputArchive& archive, const std::string& name,
                  std::vector<at::Tensor>& tensors) {
  const torch::NoGradGuard no_grad;
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    at::Tensor stored;
    archive.read(fmt::format("{}{}", name, i), stored);
    tensors[i].copy_(stored);
  }
}

}  // namespace

Learner::Learner(const std::filesystem::path& file, const LearnerOptions& options)
    : Learner(load_module(file), options) {}

Learner::Learner(torch::jit::Module module, const LearnerOptions& options)
    : options_(options), module_(std::move(module)) {
  const torch::NoGradGuard no_grad;
  module_.to(options.device);
  module_.train();
  for (at::Tensor parameter : module_.parameters()) {
    if (parameter.dim() == 4) {
      parameter.set_data(parameter.contiguous(at::MemoryFormat::ChannelsLast));
    }
    parameters_.push_back(parameter);
  }
  state_ = parameters_;
  for (const at::Tensor& buffer : module_.buffers()) {
    state_.push_back(buffer);
  }
  for (const at::Tensor& tensor : state_) {
    average_.push_back(tensor.detach().clone());
  }
  make_optimizer();
  require_gradients(true);
}

// The second group, if there is one, is that of the slow parameters.
void Learner::make_optimizer() {
  std::vector<at::Tensor> fast;
  std::vector<at::Tensor> slow;
  for (const auto& parameter : module_.named_parameters()) {
    const bool is_slow = std::any_of(
        options_.slow_prefixes.begin(), options_.slow_prefixes.end(),
        [&parameter](const std::string& prefix) { return parameter.name.rfind(prefix, 0) == 0; });
    (is_slow ? slow : fast).push_back(parameter.value);
  }
  const auto options = torch::optim::AdamWOptions(options_.learning_rate)
                           .betas({options_.beta1, options_.beta2})
                           .weight_decay(options_.weight_decay);
  std::vector<torch::optim::OptimizerParamGroup> groups;
  groups.emplace_back(fast, std::make_unique<torch::optim::AdamWOptions>(options));
  if (!slow.empty()) {
    groups.emplace_back(slow, std::make_unique<torch::optim::AdamWOptions>(options));
  }
  optimizer_ = std::make_unique<torch::optim::AdamW>(groups, options);
}

void Learner::require_gradients(bool required) {
  for (at::Tensor& parameter : parameters_) {
    parameter.set_requires_grad(required);
  }
}

void Learner::update(double rate_factor) {
  const double norm = torch::nn::utils::clip_grad_norm_(parameters_, options_.clip_norm);
  if (std::isfinite(norm)) {
    skipped_in_a_row_ = 0;
    double rate = options_.learning_rate * rate_factor;
    for (auto& group : optimizer_->param_groups()) {
      group.options().set_lr(rate);
      rate *= options_.slow_factor;
    }
    optimizer_->step();
    update_average();
  } else if (++skipped_in_a_row_ == max_skipped_in_a_row) {
    throw Error(ErrorCode::internal,
                fmt::format("training: the gradient was not finite {} times in a row; lower --lr",
                            max_skipped_in_a_row));
  }
  for (at::Tensor& parameter : parameters_) {
    parameter.mutable_grad().reset();
  }
}

void Learner::update_average() {
  const torch::NoGradGuard no_grad;
  ++updates_;
  // The average decays faster at the start, when the weights still change quickly.
  const auto count = static_cast<double>(updates_);
  const double decay = std::min(options_.average_decay, (1.0 + count) / (10.0 + count));
  for (std::size_t i = 0; i < state_.size(); ++i) {
    if (state_[i].is_floating_point()) {
      average_[i].lerp_(state_[i], 1.0 - decay);
    } else {
      average_[i].copy_(state_[i]);
    }
  }
}

void Learner::swap_average() {
  const torch::NoGradGuard no_grad;
  for (std::size_t i = 0; i < state_.size(); ++i) {
    const at::Tensor held = state_[i].detach().clone();
    state_[i].copy_(average_[i]);
    average_[i].copy_(held);
  }
}

void Learner::save(torch::serialize::OutputArchive& archive) const {
  save_tensors(archive, "state", state_);
  save_tensors(archive, "average", average_);
  archive.write("updates", c10::IValue(updates_));
  torch::serialize::OutputArchive optimizer;
  optimizer_->save(optimizer);
  archive.write("optimizer", optimizer);
}

void Learner::load(torch::serialize::InputArchive& archive) {
  load_tensors(archive, "state", state_);
  load_tensors(archive, "average", average_);
  c10::IValue updates;
  archive.read("updates", updates);
  updates_ = updates.toInt();
  torch::serialize::InputArchive optimizer;
  archive.read("optimizer", optimizer);
  optimizer_->load(optimizer);
}

void Learner::export_average(const std::filesystem::path& file) {
  const AverageScope scope(*this);
  io::write_whole_file(
      file, [this](const std::filesystem::path& temporary) { module_.save(temporary.string()); });
}

AverageScope::AverageScope(Learner& learner) : learner_(learner) {
  learner_.swap_average();
  learner_.module_.eval();
}

AverageScope::~AverageScope() {
  learner_.swap_average();
  learner_.module_.train();
}

}  // namespace demask::training
