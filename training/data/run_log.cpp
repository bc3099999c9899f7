#include "data/run_log.hpp"

#include <fmt/format.h>

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

}  // namespace demask::training
