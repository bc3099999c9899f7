// SPDX-License-Identifier: Apache-2.0
#include "edit.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <string>
#include <utility>

#include "request_error.hpp"
#include "runs.hpp"

namespace demask::studio {
namespace {

using nlohmann::json;

template <typename Enum>
using Names = std::array<std::pair<const char*, Enum>, 3>;

constexpr Names<GenderChoice> genders = {{{"auto", GenderChoice::automatic},
                                          {"female", GenderChoice::female},
                                          {"male", GenderChoice::male}}};
constexpr Names<Quality> qualities = {
    {{"fast", Quality::fast}, {"fine", Quality::fine}, {"best", Quality::best}}};
constexpr Names<BlendMode> blends = {
    {{"feather", BlendMode::feather}, {"poisson", BlendMode::poisson}, {"none", BlendMode::none}}};

/// The value of a key; null if it is absent.
json value_of(const json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() ? json(nullptr) : *found;
}

template <typename Enum>
void read_choice(const json& edit, const char* key, const Names<Enum>& names, Enum& choice) {
  const json value = value_of(edit, key);
  if (value.is_null()) {
    return;
  }
  for (const auto& [name, meaning] : names) {
    if (value == name) {
      choice = meaning;
      return;
    }
  }
  throw bad_request(fmt::format("{}: is not one of its values; give {}, {} or {}", key,
                                names[0].first, names[1].first, names[2].first));
}

Landmarks read_landmarks(const json& points) {
  Landmarks landmarks;
  if (!points.is_array() || (points.size() != 68 && points.size() != 98)) {
    throw bad_request("landmarks: are not 68 or 98 points; give all of them");
  }
  landmarks.scheme = points.size() == 68 ? LandmarkScheme::ibug68 : LandmarkScheme::wflw98;
  for (const json& point : points) {
    if (!point.is_array() || point.size() != 2 || !point[0].is_number() || !point[1].is_number() ||
        !(std::abs(point[0].get<double>()) < 1e6) || !(std::abs(point[1].get<double>()) < 1e6)) {
      throw bad_request("landmarks: a point is not [x, y] in pixels; give two numbers");
    }
    landmarks.points.push_back({point[0].get<float>(), point[1].get<float>()});
  }
  return landmarks;
}

float read_dilation(const json& value) {
  if (!value.is_number() || !(value.get<double>() >= 0.0) || !(value.get<double>() <= 0.25)) {
    throw bad_request("dilation: is no number in its range; give 0 to 0.25");
  }
  return value.get<float>();
}

}  // namespace

ReconstructOptions Edit::options() const {
  ReconstructOptions options;
  options.gender = gender;
  options.quality = quality;
  options.blend = blend;
  options.mask_dilation = dilation;
  return options;
}

Edit read_edit(const json& edit, int width, int height) {
  if (!edit.is_object()) {
    throw bad_request("edit: is no object; give one, which may be empty");
  }
  Edit result;
  read_choice(edit, "gender", genders, result.gender);
  read_choice(edit, "quality", qualities, result.quality);
  read_choice(edit, "blend", blends, result.blend);
  if (const json dilation = value_of(edit, "dilation"); !dilation.is_null()) {
    result.dilation = read_dilation(dilation);
  }
  if (const json landmarks = value_of(edit, "landmarks"); !landmarks.is_null()) {
    result.landmarks = read_landmarks(landmarks);
  }
  if (const json mask = value_of(edit, "mask"); !mask.is_null()) {
    result.mask = from_runs(mask, width, height);
  }
  return result;
}

}  // namespace demask::studio
