#include "data/progress_line.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdio>

namespace demask::training {

ProgressLine::ProgressLine() : terminal_(isatty(STDERR_FILENO) != 0) {}

ProgressLine::~ProgressLine() {
  if (terminal_) {
    std::fputc('\n', stderr);
  }
}

void ProgressLine::show(double fraction, const std::string& text) {
  if (!terminal_) {
    return;
  }
  constexpr std::size_t width = 30;
  const double clamped = std::clamp(fraction, 0.0, 1.0);
  const auto filled = static_cast<std::size_t>(clamped * static_cast<double>(width));
  const std::string line = fmt::format("\r\033[K[{}{}] {:3.0f} % {}", std::string(filled, '='),
                                       std::string(width - filled, ' '), 100.0 * clamped, text);
  std::fputs(line.c_str(), stderr);
}

}  // namespace demask::training
