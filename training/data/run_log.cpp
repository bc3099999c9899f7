#include "data/run_log.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <fstream>

#include "demask/error.hpp"

namespace demask::training {

void append_row(const std::filesystem::path& file,
                const std::vector<std::pair<std::string, double>>& row) {
  const bool fresh = !std::filesystem::exists(file);
  std::ofstream stream(file, std::ios::app);
  std::string header;
  std::string line;
  for (const auto& [name, value] : row) {
    header += (header.empty() ? "" : ",") + name;
    line += fmt::format("{}{:.6g}", line.empty() ? "" : ",", value);
  }
  if (fresh) stream << header << '\n';
  stream << line << '\n';
  if (!stream.flush()) {
    throw Error(
        ErrorCode::unwritable_file,
        fmt::format("{}: cannot be written; make room or choose another --run", file.string()));
  }
}

ProgressLine::ProgressLine() : terminal_(isatty(STDERR_FILENO) != 0) {}

ProgressLine::~ProgressLine() {
  if (terminal_) std::fputc('\n', stderr);
}

void ProgressLine::show(double fraction, const std::string& text) {
  if (!terminal_) return;
  constexpr std::size_t width = 30;
  const double clamped = std::clamp(fraction, 0.0, 1.0);
  const auto filled = static_cast<std::size_t>(clamped * static_cast<double>(width));
  const std::string line = fmt::format("\r\033[K[{}{}] {:3.0f} % {}", std::string(filled, '='),
                                       std::string(width - filled, ' '), 100.0 * clamped, text);
  std::fputs(line.c_str(), stderr);
}

}  // namespace demask::training
