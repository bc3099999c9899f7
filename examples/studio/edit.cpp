// SPDX-License-Identifier: Apache-2.0
#include "edit.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <utility>
#include <vector>

#include "request_error.hpp"
#include "runs.hpp"

namespace demask::studio {
namespace {

using nlohmann::json;

template <typename Enum, std::size_t count>
using Names = std::array<std::pair<const char*, Enum>, count>;

constexpr Names<GenderChoice, 3> genders = {{{"auto", GenderChoice::automatic},
                                             {"female", GenderChoice::female},
                                             {"male", GenderChoice::male}}};
constexpr Names<Quality, 3> qualities = {
    {{"fast", Quality::fast}, {"fine", Quality::fine}, {"best", Quality::best}}};
constexpr Names<BlendMode, 3> blends = {
    {{"feather", BlendMode::feather}, {"poisson", BlendMode::poisson}, {"none", BlendMode::none}}};
constexpr Names<Expression, 4> expressions = {{{"as_found", Expression::as_found},
                                               {"neutral", Expression::neutral},
                                               {"smile", Expression::smile},
                                               {"open_mouth", Expression::open_mouth}}};

/// The value of a key; null if it is absent.
json value_of(const json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() ? json(nullptr) : *found;
}

template <typename Enum, std::size_t count>
void read_choice(const json& edit, const char* key, const Names<Enum, count>& names, Enum& choice) {
  const json value = value_of(edit, key);
  if (value.is_null()) {
    return;
  }
  std::vector<const char*> known;
  for (const auto& [name, meaning] : names) {
    if (value == name) {
      choice = meaning;
      return;
    }
    known.push_back(name);
  }
  throw bad_request(
      fmt::format("{}: is not one of its values; give one of {}", key, fmt::join(known, ", ")));
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

int read_variant(const json& value) {
  if (!value.is_number_integer() || value < 0 || value >= Edit::max_variants) {
    throw bad_request(fmt::format("variant: is no whole number in its range; give 0 to {}",
                                  Edit::max_variants - 1));
  }
  return value.get<int>();
}

int read_reference(const json& value) {
  if (!value.is_number_integer() || value < 1 || value > std::numeric_limits<int>::max()) {
    throw bad_request("reference: is no id; give the id of a photo of the session");
  }
  return value.get<int>();
}

}  // namespace

ReconstructOptions Edit::options() const {
  ReconstructOptions options;
  options.gender = gender;
  options.quality = quality;
  options.blend = blend;
  options.mask_dilation = dilation;
  options.expression = expression;
  options.variants = variant + 1;
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
  read_choice(edit, "expression", expressions, result.expression);
  if (const json variant = value_of(edit, "variant"); !variant.is_null()) {
    result.variant = read_variant(variant);
  }
  if (const json dilation = value_of(edit, "dilation"); !dilation.is_null()) {
    result.dilation = read_dilation(dilation);
  }
  if (const json landmarks = value_of(edit, "landmarks"); !landmarks.is_null()) {
    result.landmarks = read_landmarks(landmarks);
  }
  if (const json mask = value_of(edit, "mask"); !mask.is_null()) {
    result.mask = from_runs(mask, width, height);
  }
  if (const json reference = value_of(edit, "reference"); !reference.is_null()) {
    result.reference = read_reference(reference);
  }
  return result;
}

}  // namespace demask::studio
