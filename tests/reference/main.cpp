// SPDX-License-Identifier: Apache-2.0

// usage: demask_reference write|check REFERENCE BUNDLE PORTRAIT
// Writes the results of a bundle's models for a fixed input, or compares them with a written file.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <exception>
#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "bundle/sha256.hpp"
#include "demask/image_io.hpp"
#include "demask/model_bundle.hpp"
#include "io/whole_file.hpp"
#include "model_results.hpp"

namespace {

using demask::test::Results;

constexpr double tolerance = 1e-3;
constexpr const char* renew =
    "renew it with the target demask_reference_results of a build with Debian's LibTorch";

/// Results and their origin.
struct Reference {
  std::string libtorch;                       ///< Version.
  std::map<std::string, std::string> inputs;  ///< SHA-256 by name of file.
  Results results;
};

Reference measure(const std::string& bundle_folder, const std::string& portrait) {
  const demask::ModelBundle bundle = demask::ModelBundle::open(bundle_folder);
  Reference reference;
  reference.libtorch = DEMASK_LIBTORCH_VERSION;
  const std::vector<std::uint8_t> bytes = demask::io::read_whole_file(portrait);
  reference.inputs["portrait"] = demask::bundle::sha256_hex(bytes.data(), bytes.size());
  for (const demask::ModelSpec& spec : bundle.models()) {
    reference.inputs[spec.file] = spec.sha256;
  }
  reference.results = demask::test::model_results(
      bundle, demask::convert(demask::read_image(portrait), demask::PixelFormat::rgb));
  return reference;
}

// One line per series, so that a diff shows what changed.
void write(const Reference& reference, const std::string& path) {
  std::ofstream file(path);
  file << "{\"libtorch\": \"" << reference.libtorch
       << "\",\n \"inputs\": " << nlohmann::json(reference.inputs).dump(2) << ",\n \"results\": {";
  const char* separator = "\n";
  for (const auto& [name, values] : reference.results) {
    file << separator << "  \"" << name << "\": [";
    for (std::size_t i = 0; i < values.size(); ++i) {
      file << (i == 0 ? "" : ", ") << fmt::format("{:.6g}", values[i]);
    }
    file << ']';
    separator = ",\n";
  }
  file << "\n }}\n";
  if (!file.flush()) {
    throw std::runtime_error(path + ": cannot be written; check the folder and its space");
  }
}

Reference read(const std::string& path) {
  std::ifstream file(path);
  if (!file) {
    throw std::runtime_error(path + ": cannot be opened; " + renew);
  }
  const nlohmann::json content = nlohmann::json::parse(file);
  return {content.at("libtorch"), content.at("inputs"), content.at("results")};
}

void require_same_inputs(const Reference& reference, const Reference& here,
                         const std::string& path) {
  for (const auto& [name, hash] : here.inputs) {
    const auto stored = reference.inputs.find(name);
    if (stored == reference.inputs.end() || stored->second != hash) {
      throw std::runtime_error(path + ": was made with another " + name + "; " + renew);
    }
  }
}

/// Prints how far a series is from its reference. Returns false if that is too far.
bool compare(const std::string& name, const std::vector<double>& expected,
             const std::vector<double>& found) {
  if (expected.size() != found.size()) {
    fmt::print("{}: {} values where the reference has {}\n", name, found.size(), expected.size());
    return false;
  }
  std::size_t worst = 0;
  std::size_t beyond = 0;
  const auto difference = [&](std::size_t i) { return std::abs(expected[i] - found[i]); };
  for (std::size_t i = 0; i < found.size(); ++i) {
    worst = difference(i) > difference(worst) ? i : worst;
    beyond += difference(i) <= tolerance ? 0 : 1;
  }
  fmt::print(
      "{}: {} of {} values differ by more than {}, the most by {:.2g} (value {}: {:.6g} where "
      "the reference has {:.6g})\n",
      name, beyond, found.size(), tolerance, difference(worst), worst, found[worst],
      expected[worst]);
  return beyond == 0;
}

int check(const Reference& reference, const Reference& here) {
  fmt::print("LibTorch {} against the reference of LibTorch {}\n", here.libtorch,
             reference.libtorch);
  std::set<std::string> names;
  for (const Results* results : {&reference.results, &here.results}) {
    for (const auto& series : *results) {
      names.insert(series.first);
    }
  }
  const auto values = [](const Results& results, const std::string& name) {
    const auto found = results.find(name);
    return found == results.end() ? std::vector<double>{} : found->second;
  };
  bool same = true;
  for (const std::string& name : names) {
    same = compare(name, values(reference.results, name), values(here.results, name)) && same;
  }
  if (!same) {
    fmt::print("Where the library was meant to change what it gives, and not LibTorch does, {}\n",
               renew);
  }
  return same ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string mode = argc == 5 ? argv[1] : "";
  if (mode != "write" && mode != "check") {
    std::cerr << "usage: demask_reference write|check REFERENCE BUNDLE PORTRAIT\n";
    return 2;
  }
  try {
    const Reference here = measure(argv[3], argv[4]);
    if (mode == "write") {
      write(here, argv[2]);
      return 0;
    }
    const Reference reference = read(argv[2]);
    require_same_inputs(reference, here, argv[2]);
    return check(reference, here);
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
