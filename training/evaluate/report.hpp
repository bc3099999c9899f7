#pragma once

/// @file
/// The figures of an evaluation: means, table, JSON.

#include <cstddef>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace demask::training {

/// A mean that grows.
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
  /// @param samples that the figure was taken over.
  void add(const std::string& key, double value, std::size_t samples);
  /// Leaves the figure out if the mean is over nothing.
  void add(const std::string& key, const Mean& mean);
  /// Means by group, as keys KEY.GROUP.
  void add(const std::string& key, const std::map<std::string, Mean>& groups);
  /// Why a figure is missing, or what it leaves out.
  void note(const std::string& text) { notes_.push_back(text); }

  /// @throws Error invalid_argument if there is none.
  double value(const std::string& key) const;
  bool has(const std::string& key) const;

  /// The table for people.
  void print() const;
  /// Keys to numbers.
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
