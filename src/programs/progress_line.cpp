// SPDX-License-Identifier: Apache-2.0
#include "programs/progress_line.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <utility>

namespace demask::programs {
namespace {

std::size_t terminal_columns() {
  winsize size{};
  const bool is_known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return is_known ? size.ws_col : 80;
}

std::string clock_time(double seconds) {
  const auto whole = static_cast<long>(seconds + 0.5);
  if (whole >= 3600) {
    return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
  }
  return fmt::format("{:02}:{:02}", whole / 60, whole % 60);
}

/// "3.2/s" or, for slow work, "4.1 s each".
std::string pace(double seconds_each, const std::string& unit) {
  return seconds_each < 1.0 ? fmt::format("{:.1f}{}{}/s", 1.0 / std::max(seconds_each, 1e-6),
                                          unit.empty() ? "" : " ", unit)
                            : fmt::format("{:.1f} s each", seconds_each);
}

/// A bar of which a fraction in [0, 1] is filled.
std::string bar(double fraction) {
  constexpr std::size_t width = 24;
  const auto filled = static_cast<std::size_t>(fraction * static_cast<double>(width));
  return fmt::format("[{:#>{}}{:.>{}}]", "", filled, "", width - filled);
}

void clear() { std::fputs("\r\x1B[K", stderr); }

}  // namespace

ProgressLine::ProgressLine(std::size_t total, std::string unit)
    : total_(total),
      unit_(std::move(unit)),
      is_terminal_(::isatty(STDERR_FILENO) == 1),
      start_(std::chrono::steady_clock::now()) {}

ProgressLine::~ProgressLine() {
  if (is_terminal_) {
    clear();
  }
}

void ProgressLine::advance() {
  const std::lock_guard lock(mutex_);
  ++done_;
  draw();
}

void ProgressLine::show(const std::string& what) {
  const std::lock_guard lock(mutex_);
  what_ = what;
  draw();
}

void ProgressLine::show_fraction(double done, const std::string& what) {
  const std::lock_guard lock(mutex_);
  fraction_ = std::clamp(done, 0.0, 1.0);
  what_ = what;
  draw();
}

void ProgressLine::message(const std::string& text) {
  const std::lock_guard lock(mutex_);
  if (is_terminal_) {
    clear();
  }
  std::fputs((text + "\n").c_str(), stderr);
  draw();
}

double ProgressLine::rate() const {
  const std::lock_guard lock(mutex_);
  return static_cast<double>(done_) / elapsed_seconds();
}

double ProgressLine::elapsed_seconds() const {
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start_;
  return std::max(elapsed.count(), 1e-6);
}

std::string ProgressLine::counted_text() const {
  std::string text = fmt::format("{}", done_);
  const std::size_t left = total_ - std::min(done_, total_);
  if (total_ > 0) {
    const double fraction = 1.0 - static_cast<double>(left) / static_cast<double>(total_);
    text += fmt::format("/{} {}", total_, bar(fraction));
  }
  if (done_ > 0) {
    const double each = elapsed_seconds() / static_cast<double>(done_);
    text += " " + pace(each, unit_);
    if (total_ > 0) {
      text += fmt::format(", {} left", clock_time(each * static_cast<double>(left)));
    }
  }
  return text;
}

std::string ProgressLine::measured_text() const {
  return fmt::format("{} {:.0f} %", bar(fraction_), 100.0 * fraction_);
}

void ProgressLine::draw() const {
  if (!is_terminal_) {
    return;
  }
  std::string line = (fraction_ < 0.0 ? counted_text() : measured_text()) + "  " + what_;
  // A line that wraps could not be drawn over.
  line.resize(std::min(line.size(), terminal_columns() - 1));
  clear();
  std::fputs(line.c_str(), stderr);
  std::fflush(stderr);
}

}  // namespace demask::programs
