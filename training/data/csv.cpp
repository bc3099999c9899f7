#include "data/csv.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <fstream>

#include "demask/error.hpp"

namespace demask::training {
namespace {

std::vector<std::string> split_line(const std::string& line) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '"' && quoted && i + 1 < line.size() && line[i + 1] == '"') {
      fields.back() += '"';
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      fields.emplace_back();
    } else if (c != '\r') {
      fields.back() += c;
    }
  }
  return fields;
}

}  // namespace

CsvTable CsvTable::read(const std::filesystem::path& file) {
  std::ifstream stream(file);
  std::string line;
  if (!stream || !std::getline(stream, line)) {
    throw Error(ErrorCode::unreadable_file,
                fmt::format("{}: missing or empty; --data must name a folder that holds this table",
                            file.string()));
  }
  CsvTable table;
  table.name_ = file.string();
  table.header_ = split_line(line);
  const std::vector<std::string>& header = table.header_;
  for (std::size_t i = 0; i < header.size(); ++i) table.columns_[header[i]] = i;
  for (std::size_t number = 2; std::getline(stream, line); ++number) {
    if (line.empty()) continue;
    std::vector<std::string> fields = split_line(line);
    if (fields.size() < header.size()) {
      throw Error(ErrorCode::unreadable_file,
                  fmt::format("{}: line {} has {} of {} fields; repair or remove the line",
                              table.name_, number, fields.size(), header.size()));
    }
    table.rows_.push_back(std::move(fields));
  }
  return table;
}

std::size_t CsvTable::column(const std::string& name) const {
  const auto found = columns_.find(name);
  if (found == columns_.end()) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("{}: no column '{}'; add it to the table", name_, name));
  }
  return found->second;
}

float CsvTable::number(std::size_t row, std::size_t column, float missing) const {
  const std::string& field = rows_[row][column];
  if (field.empty()) return missing;
  char* end = nullptr;
  const float value = std::strtof(field.c_str(), &end);
  if (end == field.c_str() || *end != '\0') {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("{}: '{}' in data row {} is not a number; correct the table", name_,
                            field, row + 1));
  }
  return value;
}

}  // namespace demask::training
