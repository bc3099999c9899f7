// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <map>

#include "data/csv.hpp"
#include "dataset/commands.hpp"
#include "dataset/person_split.hpp"
#include "demask/error.hpp"

namespace demask::training {

void split(const SplitOptions& options) {
  if (options.shares.test + options.shares.val >= 1.0) {
    throw Error(ErrorCode::invalid_argument,
                "split: --test and --val leave nothing to train on; lower them");
  }
  const CsvTable table = CsvTable::read(options.table);
  const std::size_t person = table.column("person");
  std::vector<std::string> header = table.header();
  const bool had_split = table.has_column("split");
  const std::size_t split_column = had_split ? table.column("split") : header.size();
  if (!had_split) {
    header.emplace_back("split");
  }

  std::map<std::string, std::size_t> counts;
  std::vector<std::vector<std::string>> rows;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    std::vector<std::string>& fields = rows.emplace_back();
    for (std::size_t c = 0; c < table.header().size(); ++c) {
      fields.push_back(table.text(row, c));
    }
    fields.resize(header.size());
    // Without a name, each image counts as a different person, named by its first column.
    const std::string& name = fields[person].empty() ? table.text(row, 0) : fields[person];
    fields[split_column] = split_of(name, options.shares, options.seed);
    ++counts[fields[split_column]];
  }
  write_csv(options.out, header, rows);
  for (const auto& [name, count] : counts) {
    fmt::print("{:<6}{:>8}\n", name, count);
  }
}

}  // namespace demask::training
