// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Reads, writes and appends to tables in comma-separated files (RFC 4180).

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace demask::training {

/// A table of text with a header line, read whole. Fields are separated by commas; a field in
/// double quotes may hold commas, line breaks and doubled quotes.
class CsvTable {
 public:
  /// Reads a table. @throws Error unreadable_file if the file is missing or empty, a record has too
  /// few fields, or a quote is never closed.
  static CsvTable read(const std::filesystem::path& file);

  /// The names of the columns, in order.
  const std::vector<std::string>& header() const noexcept { return header_; }
  std::size_t rows() const noexcept { return rows_.size(); }
  bool has_column(const std::string& name) const { return columns_.count(name) != 0; }
  /// Index of a column by name. @throws Error invalid_argument if there is no such column.
  std::size_t column(const std::string& name) const;

  const std::string& text(std::size_t row, std::size_t column) const { return rows_[row][column]; }
  /// The field as a number; `missing` if it is empty. @throws Error invalid_argument if it is not
  /// a number.
  float number(std::size_t row, std::size_t column, float missing = 0.0F) const;

 private:
  std::string name_;
  std::vector<std::string> header_;
  std::map<std::string, std::size_t> columns_;
  std::vector<std::vector<std::string>> rows_;
};

/// Writes a table that CsvTable reads, under a temporary name that is then renamed into place.
/// @throws Error unwritable_file.
void write_csv(const std::filesystem::path& file, const std::vector<std::string>& header,
               const std::vector<std::vector<std::string>>& rows);

/// Appends a row of named numbers to a CSV file, with a header line if the file is new.
/// @throws Error unwritable_file.
void append_row(const std::filesystem::path& file,
                const std::vector<std::pair<std::string, double>>& row);

}  // namespace demask::training
