// SPDX-License-Identifier: Apache-2.0
#include "evaluate/outlined_photos.hpp"

#include "data/labeled_image.hpp"
#include "demask/image_io.hpp"

namespace demask::training {

OutlinedPhotos::OutlinedPhotos(const EvaluationOptions& options, const std::string& folder)
    : root_(options.data / folder) {
  if (!std::filesystem::exists(root_ / "index.csv")) {
    return;
  }
  table_ = CsvTable::read(root_ / "index.csv");
  for (std::size_t row = 0; row < table_.rows(); ++row) {
    const bool wanted = table_.text(row, table_.column("split")) == options.split;
    if (wanted && (options.limit == 0 || rows_.size() < options.limit)) {
      rows_.push_back(row);
    }
  }
}

OutlinedPhoto OutlinedPhotos::read(std::size_t index) const {
  const std::size_t row = rows_.at(index);
  const std::filesystem::path file = root_ / table_.text(row, table_.column("image"));
  const std::filesystem::path mask = root_ / table_.text(row, table_.column("mask"));
  return {read_image(file), read_image_and_mask(file, mask).mask};
}

std::vector<std::string> OutlinedPhotos::groups_of(std::size_t index) const {
  std::vector<std::string> groups;
  for (const char* column : {"grade", "wear", "view", "kind"}) {
    if (!table_.has_column(column)) {
      continue;
    }
    const std::string& value = table_.text(rows_.at(index), table_.column(column));
    if (!value.empty()) {
      groups.push_back(std::string(column) + "_" + value);
    }
  }
  return groups;
}

}  // namespace demask::training
