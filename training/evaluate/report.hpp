// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// The figures of an evaluation: means, table, JSON.

#include <cstddef>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace demask::training {

/// A running mean.
class Mean {
 public:
  void add(double value) {
    sum_ += value;
    ++count_;
  }
  std::size_t count() const noexcept { return count_; }
  /// NaN if nothing was added.
  double value() const noexcept { return sum_ / static_cast<double>(count_); }

 private:
  double sum_ = 0.0;
  std::size_t count_ = 0;
};

/// The figures of an evaluation by their keys.
class Report {
 public:
  /// Adds a figure. @param samples number of samples it was computed over.
  void add(const std::string& key, double value, std::size_t samples);
  /// Adds a mean; does nothing if the mean has no samples.
  void add(const std::string& key, const Mean& mean);
  /// Adds the mean of each group under the key KEY.GROUP.
  void add(const std::string& key, const std::map<std::string, Mean>& groups);
  /// Adds a note, such as why a figure is missing or what it leaves out.
  void note(const std::string& text) { notes_.push_back(text); }

  /// The figure with this key. @throws Error invalid_argument if there is none.
  double value(const std::string& key) const;
  bool has(const std::string& key) const;

  /// Prints the figures and notes as a table.
  void print() const;
  /// The figures as an object from keys to numbers.
  nlohmann::json json() const;

 private:
  struct Figure {
    std::string key;
    double value;
    std::size_t samples;
  };
  std::vector<Figure> figures_;
  std::vector<std::string> notes_;
};

}  // namespace demask::training
