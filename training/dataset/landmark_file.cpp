// SPDX-License-Identifier: Apache-2.0
#include "dataset/landmark_file.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "data/json_file.hpp"
#include "demask/error.hpp"

namespace demask::training {

std::vector<Landmarks> read_landmark_file(const std::filesystem::path& file) {
  nlohmann::json faces = read_json(file);
  try {
    if (faces.at(0).at(0).is_number()) {
      faces = nlohmann::json::array({faces});
    }
    std::vector<Landmarks> all;
    for (const nlohmann::json& face : faces) {
      Landmarks& landmarks = all.emplace_back();
      for (const nlohmann::json& point : face) {
        landmarks.points.push_back({point.at(0).get<float>(), point.at(1).get<float>()});
      }
      if (landmarks.points.size() != 68) {
        throw Error(ErrorCode::invalid_argument,
                    fmt::format("{}: a face has {} points; give the 68 of the iBUG order",
                                file.string(), landmarks.points.size()));
      }
    }
    return all;
  } catch (const nlohmann::json::exception&) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("{}: not a list of 68 points [x, y], or of such lists; correct it",
                            file.string()));
  }
}

}  // namespace demask::training
