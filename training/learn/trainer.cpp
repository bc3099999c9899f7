// SPDX-License-Identifier: Apache-2.0
#include "learn/trainer.hpp"

#include <ATen/autocast_mode.h>
#include <fmt/format.h>
#include <torch/csrc/jit/runtime/graph_executor.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <opencv2/imgcodecs.hpp>

#include "data/csv.hpp"
#include "demask/error.hpp"
#include "io/whole_file.hpp"
#include "programs/progress_line.hpp"

namespace demask::training {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double warm_up_minutes = 1.0;
constexpr double final_rate = 0.02;
constexpr double pi = 3.14159265358979323846;

volatile std::sig_atomic_t stop_requested = 0;

void request_stop(int) { stop_requested = 1; }

double rate_factor(double minutes, double total) {
  const double warm_up = std::min(1.0, (minutes + 0.05) / warm_up_minutes);
  const double progress = std::clamp(minutes / total, 0.0, 1.0);
  const double cosine = 0.5 * (1.0 + std::cos(pi * progress));
  return warm_up * (final_rate + (1.0 - final_rate) * cosine);
}

// Means of figures over several steps.
class RunningMean {
 public:
  void add(const Figures& figures) {
    if (sums_.empty()) {
      sums_.resize(figures.size());
    }
    for (std::size_t i = 0; i < figures.size(); ++i) {
      sums_[i].first = figures[i].first;
      sums_[i].second += figures[i].second;
    }
    ++count_;
  }
  Figures take() {
    for (auto& [name, sum] : sums_) {
      sum /= static_cast<double>(count_);
    }
    count_ = 0;
    return std::exchange(sums_, {});
  }

 private:
  Figures sums_;
  int count_ = 0;
};

// One run of the training loop.
class Run {
 public:
  Run(Task& task, const TrainingOptions& options) : task_(task), options_(options) {
    std::error_code error;
    std::filesystem::create_directories(options.run, error);
    if (!std::filesystem::is_directory(options.run)) {
      throw Error(ErrorCode::unwritable_file,
                  fmt::format("{}: cannot be created; choose another --run", options.run.string()));
    }
    remove_partial_files();
    resume();
  }

  void execute() {
    task_.start(step_);
    last_tick_ = Clock::now();
    double next_log = minutes_ + options_.log_minutes;
    double next_validation = minutes_ + options_.validate_minutes;
    double next_checkpoint = minutes_ + options_.checkpoint_minutes;
    while (!is_done() && stop_requested == 0) {
      const Moment moment{step_, minutes_, rate_factor(minutes_, options_.minutes)};
      const Figures figures = task_.step(moment);
      ++step_;
      images_ += options_.batch;
      tick();
      mean_.add(figures);
      show(figures);
      if (minutes_ >= next_log) {
        log(moment);
        next_log = minutes_ + options_.log_minutes;
      }
      if (minutes_ >= next_validation) {
        validate();
        next_validation = minutes_ + options_.validate_minutes;
      }
      if (minutes_ >= next_checkpoint) {
        checkpoint();
        next_checkpoint = minutes_ + options_.checkpoint_minutes;
      }
    }
    if (stop_requested == 0) {
      validate();
    }
    checkpoint();
  }

 private:
  bool is_done() const {
    return minutes_ >= options_.minutes || (options_.steps > 0 && step_ >= options_.steps);
  }

  void tick() {
    const Clock::time_point now = Clock::now();
    minutes_ += std::chrono::duration<double, std::ratio<60>>(now - last_tick_).count();
    last_tick_ = now;
  }

  Figures position() const {
    return {{"step", static_cast<double>(step_)},
            {"images", static_cast<double>(images_)},
            {"minutes", minutes_}};
  }

  void show(const Figures& figures) {
    std::string text = fmt::format("step {}", step_);
    for (const auto& [name, value] : figures) {
      text += fmt::format("  {} {:.4f}", name, value);
    }
    progress_.show_fraction(minutes_ / options_.minutes, text);
  }

  void log(const Moment& moment) {
    Figures row = position();
    row.emplace_back("rate", options_.learning_rate * moment.rate_factor);
    for (const auto& figure : mean_.take()) {
      row.push_back(figure);
    }
    append_row(options_.run / "log.csv", row);
  }

  void validate() {
    Figures row = position();
    {
      const torch::NoGradGuard no_grad;
      const AverageScope averaged(*task_.learners().front());
      for (const auto& figure : task_.validate(options_.run)) {
        row.push_back(figure);
      }
    }
    append_row(options_.run / "validation.csv", row);
    std::string line;
    for (const auto& [name, value] : row) {
      line += fmt::format("{} {:.5g}  ", name, value);
    }
    fmt::print("{}\n", line);
    std::fflush(stdout);
    tick();
  }

  std::filesystem::path checkpoint_file() const { return options_.run / "checkpoint.pt"; }

  void checkpoint() {
    torch::serialize::OutputArchive archive;
    archive.write("step", c10::IValue(step_));
    archive.write("images", c10::IValue(images_));
    archive.write("minutes", c10::IValue(minutes_));
    const std::vector<Learner*> learners = task_.learners();
    for (std::size_t i = 0; i < learners.size(); ++i) {
      torch::serialize::OutputArchive part;
      learners[i]->save(part);
      archive.write(fmt::format("learner{}", i), part);
    }
    try {
      io::write_whole_file(checkpoint_file(), [&](const std::filesystem::path& temporary) {
        archive.save_to(temporary.string());
      });
      const std::vector<std::string> names = task_.file_names();
      for (std::size_t i = 0; i < names.size(); ++i) {
        learners[i]->export_average(options_.run / (names[i] + ".pt"));
      }
    } catch (const std::exception& error) {
      throw Error(ErrorCode::unwritable_file,
                  fmt::format("{}: the checkpoint was not written ({}); free disk space",
                              options_.run.string(), error.what()));
    }
    tick();
  }

  // Removes files left by a run that was killed while writing.
  void remove_partial_files() const {
    io::remove_partial_files(checkpoint_file());
    for (const std::string& name : task_.file_names()) {
      io::remove_partial_files(options_.run / (name + ".pt"));
    }
  }

  void resume() {
    if (!std::filesystem::exists(checkpoint_file())) {
      return;
    }
    try {
      torch::serialize::InputArchive archive;
      archive.load_from(checkpoint_file().string(), c10::Device(options_.device));
      c10::IValue value;
      archive.read("step", value);
      step_ = value.toInt();
      images_ = archive.try_read("images", value) ? value.toInt() : step_ * options_.batch;
      archive.read("minutes", value);
      minutes_ = value.toDouble();
      const std::vector<Learner*> learners = task_.learners();
      for (std::size_t i = 0; i < learners.size(); ++i) {
        torch::serialize::InputArchive part;
        archive.read(fmt::format("learner{}", i), part);
        learners[i]->load(part);
      }
    } catch (const c10::Error& error) {
      throw Error(ErrorCode::model_invalid,
                  fmt::format("{}: not a checkpoint of this network ({}); choose another --run",
                              checkpoint_file().string(), error.what_without_backtrace()));
    }
    fmt::print("resumed at step {}, {:.1f} minutes\n", step_, minutes_);
    std::fflush(stdout);
  }

  Task& task_;
  const TrainingOptions& options_;
  std::int64_t step_ = 0;
  std::int64_t images_ = 0;
  double minutes_ = 0.0;
  Clock::time_point last_tick_;
  RunningMean mean_;
  programs::ProgressLine progress_;
};

bool has_bfloat16(const c10::Device& device) {
  if (!device.is_cpu()) {
    return true;
  }
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx512bf16") != 0;
#else
  return false;
#endif
}

}  // namespace

void train(Task& task, const TrainingOptions& options) {
  std::signal(SIGINT, request_stop);
  std::signal(SIGTERM, request_stop);
  Run(task, options).execute();
}

void prepare_torch(const TrainingOptions& options) {
  const bool known = options.device == "cpu" || options.device.rfind("cuda", 0) == 0;
  if (!known || (options.device != "cpu" && !torch::cuda::is_available())) {
    throw Error(ErrorCode::device_unavailable,
                fmt::format("{}: this LibTorch has no such device here; choose --device cpu",
                            options.device));
  }
  at::set_num_threads(options.threads);
  torch::manual_seed(options.seed);
  torch::jit::setGraphExecutorOptimize(false);
}

AutocastScope::AutocastScope(const c10::Device& device)
    : active_(has_bfloat16(device)), autocast_(device, active_) {
  if (active_) {
    at::autocast::increment_nesting();
  }
}

// Autocast caches rounded weights for all calls in a scope; the next step has new weights.
AutocastScope::~AutocastScope() {
  if (active_ && at::autocast::decrement_nesting() == 0) {
    at::autocast::clear_cache();
  }
}

at::Tensor to_tensor(ImageBatch& batch) {
  const at::Tensor bytes = torch::from_blob(
      batch.data(), {batch.count(), batch.size(), batch.size(), batch.channels()}, at::kByte);
  return bytes.permute({0, 3, 1, 2})
      .to(at::kFloat)
      .div_(255.0)
      .contiguous(at::MemoryFormat::ChannelsLast);
}

cv::Mat to_picture(const at::Tensor& image) {
  const at::Tensor bytes = image.mul(255.0)
                               .round()
                               .clamp(0.0, 255.0)
                               .to(at::kByte)
                               .permute({1, 2, 0})
                               .contiguous()
                               .cpu();
  return cv::Mat(static_cast<int>(bytes.size(0)), static_cast<int>(bytes.size(1)),
                 CV_8UC(static_cast<int>(bytes.size(2))), bytes.data_ptr())
      .clone();
}

void write_sheet(const std::filesystem::path& file, const std::vector<at::Tensor>& kinds,
                 std::int64_t per_row) {
  constexpr std::int64_t max_items = 16;
  const std::int64_t side = kinds.front().size(2);
  const std::int64_t items = std::min(max_items, kinds.front().size(0)) / per_row * per_row;
  if (items == 0) {
    return;
  }
  std::vector<at::Tensor> all;
  for (const at::Tensor& kind : kinds) {
    all.push_back(kind.slice(0, 0, items));
  }
  const auto columns = per_row * static_cast<std::int64_t>(kinds.size());
  const at::Tensor sheet = torch::stack(all, 1)
                               .reshape({items / per_row, columns, 3, side, side})
                               .permute({2, 0, 3, 1, 4})
                               .flip({0})  // OpenCV writes BGR
                               .reshape({3, items / per_row * side, columns * side});
  cv::imwrite(file.string(), to_picture(sheet));
}

}  // namespace demask::training
