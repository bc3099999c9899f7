// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <optional>
#include <system_error>

#include "data/csv.hpp"
#include "data/labeled_image.hpp"
#include "dataset/commands.hpp"

namespace demask::training {
namespace {

namespace fs = std::filesystem;

// A text column with more distinct values than this is summarized by their number.
constexpr std::size_t max_kinds = 24;

std::optional<std::vector<double>> as_numbers(const std::vector<std::string>& values) {
  std::vector<double> numbers;
  for (const std::string& value : values) {
    char* end = nullptr;
    numbers.push_back(std::strtod(value.c_str(), &end));
    if (end == value.c_str() || *end != '\0') {
      return std::nullopt;
    }
  }
  return numbers;
}

void print_numbers(std::vector<double> numbers) {
  std::sort(numbers.begin(), numbers.end());
  const auto at = [&](double share) {
    return numbers[static_cast<std::size_t>(share * static_cast<double>(numbers.size() - 1))];
  };
  fmt::print("min {:g}, 10 % {:g}, median {:g}, 90 % {:g}, max {:g}", at(0.0), at(0.1), at(0.5),
             at(0.9), at(1.0));
}

void print_column(const std::string& name, const std::vector<std::string>& values,
                  std::size_t missing) {
  std::map<std::string, std::size_t> kinds;
  for (const std::string& value : values) {
    ++kinds[value];
  }
  fmt::print("  {:<16} ", name);
  const auto numbers = as_numbers(values);
  if (values.empty()) {
    fmt::print("empty");
  } else if (numbers && kinds.size() > 2) {
    print_numbers(*numbers);
  } else if (kinds.size() <= max_kinds) {
    bool first = true;
    for (const auto& [kind, count] : kinds) {
      fmt::print("{}{} {}", first ? "" : ", ", kind, count);
      first = false;
    }
  } else {
    fmt::print("{} different", kinds.size());
  }
  fmt::print("{}\n", missing > 0 && !values.empty() ? fmt::format("; {} unknown", missing) : "");
}

// Whether a column holds coordinates of points, whose statistics over a set mean nothing.
bool is_coordinate(const std::string& name) {
  const std::size_t digits = name.find_first_not_of("xy");
  const bool numbered = digits == 1 && name.find_first_not_of("0123456789", 1) == std::string::npos;
  const bool suffixed = name.size() > 2 && (name.compare(name.size() - 2, 2, "_x") == 0 ||
                                            name.compare(name.size() - 2, 2, "_y") == 0);
  return numbered || suffixed;
}

void describe(const fs::path& file, const std::string& split) {
  const CsvTable table = CsvTable::read(file);
  const bool by_split = table.has_column("split");
  if (!split.empty() && !by_split) {
    return;
  }
  std::vector<std::size_t> rows;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (split.empty() || table.text(row, table.column("split")) == split) {
      rows.push_back(row);
    }
  }
  fmt::print("{}: {} rows\n", file.string(), rows.size());
  for (const std::string& name : table.header()) {
    if (is_coordinate(name)) {
      continue;
    }
    std::vector<std::string> values;
    for (const std::size_t row : rows) {
      const std::string& value = table.text(row, table.column(name));
      if (!value.empty()) {
        values.push_back(value);
      }
    }
    print_column(name, values, rows.size() - values.size());
  }
}

}  // namespace

void statistics(const StatisticsOptions& options) {
  std::vector<fs::path> tables = list_files(options.data, {".csv"});
  for (const fs::directory_entry& entry : fs::directory_iterator(options.data)) {
    std::error_code ignored;
    if (fs::exists(entry.path() / "index.csv", ignored)) {
      tables.push_back(entry.path() / "index.csv");
    }
  }
  for (const fs::path& table : tables) {
    describe(table, options.split);
  }
}

}  // namespace demask::training
