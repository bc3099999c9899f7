// SPDX-License-Identifier: Apache-2.0
#include "data/json_file.hpp"

#include <fmt/format.h>

#include <string>
#include <vector>

#include "demask/error.hpp"
#include "io/whole_file.hpp"

namespace demask::training {

nlohmann::json read_json(const std::filesystem::path& file) {
  const std::vector<std::uint8_t> bytes = io::read_whole_file(file);
  try {
    return nlohmann::json::parse(bytes.begin(), bytes.end());
  } catch (const nlohmann::json::exception& error) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("{}: not JSON ({}); correct it", file.string(), error.what()));
  }
}

void write_json(const std::filesystem::path& file, const nlohmann::json& value) {
  const std::string text = value.dump(2) + "\n";
  io::write_whole_file(file, text);
}

}  // namespace demask::training
