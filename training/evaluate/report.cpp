// SPDX-License-Identifier: Apache-2.0
#include "evaluate/report.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "demask/error.hpp"

namespace demask::training {

void Report::add(const std::string& key, double value, std::size_t samples) {
  figures_.push_back({key, value, samples});
}

void Report::add(const std::string& key, const Mean& mean) {
  if (mean.count() > 0) {
    add(key, mean.value(), mean.count());
  }
}

void Report::add(const std::string& key, const std::map<std::string, Mean>& groups) {
  for (const auto& [group, mean] : groups) {
    add(key + "." + group, mean);
  }
}

bool Report::has(const std::string& key) const {
  return std::any_of(figures_.begin(), figures_.end(),
                     [&](const Figure& figure) { return figure.key == key; });
}

double Report::value(const std::string& key) const {
  for (const Figure& figure : figures_) {
    if (figure.key == key) {
      return figure.value;
    }
  }
  throw Error(ErrorCode::invalid_argument,
              fmt::format("report: no figure '{}'; evaluate its stage first", key));
}

void Report::print() const {
  std::size_t width = 6;
  for (const Figure& figure : figures_) {
    width = std::max(width, figure.key.size());
  }
  std::string stage;
  fmt::print("{:<{}} {:>10} {:>8}\n", "figure", width, "value", "samples");
  for (const Figure& figure : figures_) {
    const std::string its_stage = figure.key.substr(0, figure.key.find('.'));
    if (its_stage != stage) {
      fmt::print("{:-<{}}\n", "", width + 20);
    }
    stage = its_stage;
    fmt::print("{:<{}} {:>10.4f} {:>8}\n", figure.key, width, figure.value, figure.samples);
  }
  for (const std::string& text : notes_) {
    fmt::print("note: {}\n", text);
  }
}

nlohmann::json Report::json() const {
  nlohmann::json object = nlohmann::json::object();
  for (const Figure& figure : figures_) {
    object[figure.key] = figure.value;
  }
  return object;
}

}  // namespace demask::training
