// SPDX-License-Identifier: Apache-2.0
#include "data/csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <istream>
#include <utility>

#include "demask/error.hpp"
#include "io/whole_file.hpp"

namespace demask::training {
namespace {

// Reads the records of a table, which span lines while a quoted field is open.
class RecordReader {
 public:
  RecordReader(std::istream& stream, std::string name) : stream_(stream), name_(std::move(name)) {}

  // Returns false at the end of the file. Throws if a quote is open there.
  bool next(std::string& record) {
    if (!std::getline(stream_, record)) {
      return false;
    }
    first_line_ = ++lines_;
    bool is_open = changes_quoting(record);
    for (std::string line; is_open; is_open ^= changes_quoting(line)) {
      if (!std::getline(stream_, line)) {
        throw Error(ErrorCode::unreadable_file,
                    fmt::format("{}: a quote of the record in line {} is never closed; close or "
                                "double the quote",
                                name_, first_line_));
      }
      ++lines_;
      record += '\n';
      record += line;
    }
    return true;
  }

  // The line of the file, from 1, in which the last record starts.
  std::size_t first_line() const noexcept { return first_line_; }

 private:
  static bool changes_quoting(const std::string& line) {
    return std::count(line.begin(), line.end(), '"') % 2 != 0;
  }

  std::istream& stream_;
  std::string name_;
  std::size_t lines_ = 0;
  std::size_t first_line_ = 0;
};

std::vector<std::string> split_record(const std::string& record) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (std::size_t i = 0; i < record.size(); ++i) {
    const char c = record[i];
    if (c == '"' && quoted && i + 1 < record.size() && record[i + 1] == '"') {
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

void append_record(const std::vector<std::string>& fields, std::string& text) {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) {
      text += ',';
    }
    if (fields[i].find_first_of(",\"\n") == std::string::npos) {
      text += fields[i];
      continue;
    }
    text += '"';
    for (const char c : fields[i]) {
      text += c == '"' ? std::string("\"\"") : std::string(1, c);
    }
    text += '"';
  }
  text += '\n';
}

}  // namespace

CsvTable CsvTable::read(const std::filesystem::path& file) {
  std::ifstream stream(file);
  RecordReader reader(stream, file.string());
  std::string record;
  if (!stream || !reader.next(record)) {
    throw Error(ErrorCode::unreadable_file,
                fmt::format("{}: missing or empty; --data must name a folder that holds this table",
                            file.string()));
  }
  CsvTable table;
  table.name_ = file.string();
  table.header_ = split_record(record);
  const std::vector<std::string>& header = table.header_;
  for (std::size_t i = 0; i < header.size(); ++i) {
    table.columns_[header[i]] = i;
  }
  while (reader.next(record)) {
    if (record.empty()) {
      continue;
    }
    std::vector<std::string> fields = split_record(record);
    if (fields.size() < header.size()) {
      throw Error(ErrorCode::unreadable_file,
                  fmt::format("{}: line {} has {} of {} fields; correct or remove the line",
                              table.name_, reader.first_line(), fields.size(), header.size()));
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
  if (field.empty()) {
    return missing;
  }
  char* end = nullptr;
  const float value = std::strtof(field.c_str(), &end);
  if (end == field.c_str() || *end != '\0') {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("{}: '{}' in data row {} is not a number; correct the table", name_,
                            field, row + 1));
  }
  return value;
}

void write_csv(const std::filesystem::path& file, const std::vector<std::string>& header,
               const std::vector<std::vector<std::string>>& rows) {
  std::string text;
  append_record(header, text);
  for (const std::vector<std::string>& row : rows) {
    append_record(row, text);
  }
  io::write_whole_file(file, text);
}

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
  if (fresh) {
    stream << header << '\n';
  }
  stream << line << '\n';
  if (!stream.flush()) {
    throw Error(ErrorCode::unwritable_file,
                fmt::format("{}: cannot be written; free disk space or choose another --run",
                            file.string()));
  }
}

}  // namespace demask::training
