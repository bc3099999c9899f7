#include "progress_bar.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <utility>

namespace demask::program {
namespace {

std::size_t terminal_columns() {
  winsize size{};
  const bool is_known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return is_known ? size.ws_col : 80;
}

std::string clock_time(double seconds) {
  const auto whole = static_cast<long>(seconds + 0.5);
  if (whole >= 3600)
    return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
  return fmt::format("{:02}:{:02}", whole / 60, whole % 60);
}

/// "3.2/s" or, for slow work, "4.1 s each".
std::string pace(double seconds_each, const std::string& unit) {
  return seconds_each < 1.0 ? fmt::format("{:.1f}{}{}/s", 1.0 / std::max(seconds_each, 1e-6),
                                          unit.empty() ? "" : " ", unit)
                            : fmt::format("{:.1f} s each", seconds_each);
}

}  // namespace

ProgressBar::ProgressBar(std::size_t total, std::string unit)
    : total_(total),
      unit_(std::move(unit)),
      is_terminal_(::isatty(STDERR_FILENO) == 1),
      start_(std::chrono::steady_clock::now()) {}

ProgressBar::~ProgressBar() {
  if (is_terminal_) clear();
}

void ProgressBar::show(const std::string& what) {
  const std::lock_guard lock(mutex_);
  what_ = what;
  draw();
}

void ProgressBar::advance() {
  const std::lock_guard lock(mutex_);
  ++done_;
  draw();
}

void ProgressBar::message(const std::string& text) {
  const std::lock_guard lock(mutex_);
  if (is_terminal_) clear();
  std::fputs((text + "\n").c_str(), stderr);
  draw();
}

void ProgressBar::clear() const { std::fputs("\r\x1B[K", stderr); }

double ProgressBar::rate() const {
  const std::lock_guard lock(mutex_);
  return done_ == 0 ? 0.0 : 1.0 / seconds_each();
}

double ProgressBar::seconds_each() const {
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start_;
  return std::max(elapsed.count(), 1e-6) / static_cast<double>(done_);
}

void ProgressBar::draw() {
  if (!is_terminal_) return;
  constexpr std::size_t bar_width = 24;
  // A total may be an estimate.
  const std::size_t left = total_ - std::min(done_, total_);
  const std::size_t filled = total_ == 0 ? 0 : bar_width - bar_width * left / total_;
  std::string line = fmt::format("{}", done_);
  if (total_ > 0) {
    line += fmt::format("/{} [{:#>{}}{:.>{}}]", total_, "", filled, "", bar_width - filled);
  }
  if (done_ > 0) {
    const double each = seconds_each();
    line += " " + pace(each, unit_);
    if (total_ > 0) line += fmt::format(", {} left", clock_time(each * static_cast<double>(left)));
  }
  line += "  " + what_;
  // A line that wraps could not be drawn over.
  line.resize(std::min(line.size(), terminal_columns() - 1));
  clear();
  std::fputs(line.c_str(), stderr);
  std::fflush(stderr);
}

}  // namespace demask::program
