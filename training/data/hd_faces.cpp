// SPDX-License-Identifier: Apache-2.0
#include "data/hd_faces.hpp"

#include <fmt/format.h>

#include <map>
#include <utility>

#include "data/csv.hpp"
#include "demask/error.hpp"

namespace demask::training {
namespace {

constexpr std::size_t validation_stride = 16;

// The sharpness of each face, by file; empty without the table.
std::map<std::string, float> read_sharpness(const std::filesystem::path& folder) {
  std::map<std::string, float> sharpness;
  if (!std::filesystem::exists(folder / "crops.csv")) {
    return sharpness;
  }
  const CsvTable table = CsvTable::read(folder / "crops.csv");
  const std::size_t file = table.column("file");
  const std::size_t detail = table.column("detail");
  for (std::size_t row = 0; row < table.rows(); ++row) {
    sharpness.emplace((folder / table.text(row, file)).string(), table.number(row, detail));
  }
  return sharpness;
}

}  // namespace

std::vector<HdFace> read_hd_faces(const std::filesystem::path& data, const std::string& split) {
  const std::filesystem::path folder = data / "hd";
  const std::map<std::string, float> sharpness = read_sharpness(folder);
  std::vector<HdFace> faces;
  std::size_t sharp_faces = 0;
  for (FaceRecord& record : read_face_table(folder, split == "val" ? "train" : split)) {
    const auto found = sharpness.find(record.file.string());
    const bool sharp = found == sharpness.end() || found->second <= enlarged_psnr;
    const bool validation = sharp && sharp_faces++ % validation_stride == 0;
    if (split == "test" || validation == (split == "val")) {
      faces.push_back({faces.size(), std::move(record), sharp});
    }
  }
  if (faces.empty()) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("{}: no face in split '{}'; check the column 'split' of faces.csv",
                            folder.string(), split));
  }
  return faces;
}

}  // namespace demask::training
