// SPDX-License-Identifier: Apache-2.0
#include "journal.hpp"

#include <fmt/format.h>

#include <fstream>
#include <system_error>
#include <vector>

#include "demask/error.hpp"
#include "file_names.hpp"
#include "io/whole_file.hpp"

namespace demask::program {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// Returns the complete lines of a journal; the last line may have been cut off.
std::vector<json> read_lines(const fs::path& path) {
  std::vector<json> entries;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    json entry = json::parse(line, nullptr, false);
    if (entry.is_object()) {
      entries.push_back(std::move(entry));
    }
  }
  return entries;
}

std::vector<json> read_report(const fs::path& path) {
  std::ifstream file(path);
  const json report = json::parse(file, nullptr, false);
  const auto photos = report.is_object() ? report.find("photos") : report.end();
  if (photos == report.end() || !photos->is_array()) {
    return {};
  }
  return {photos->begin(), photos->end()};
}

}  // namespace

fs::path journal_of(const fs::path& report) {
  return report.parent_path() / fitting_name(report.filename().string(), ".partial");
}

Journal::Journal(const fs::path& report, bool resume) {
  if (report.empty()) {
    return;
  }
  std::error_code ignored;
  path_ = journal_of(report);
  if (resume) {
    for (const json& entry : read_report(report)) {
      remember(entry);
    }
    for (const json& entry : read_lines(path_)) {
      remember(entry);
    }
  } else {
    fs::remove(path_, ignored);
  }
}

void Journal::remember(const json& entry) {
  const auto output = entry.find("output");
  if (output != entry.end() && output->is_string()) {
    earlier_[output->get<std::string>()] = entry;
  }
}

void Journal::add(const json& entry) {
  if (path_.empty()) {
    return;
  }
  const std::lock_guard lock(mutex_);
  std::ofstream file(path_, std::ios::app);
  // Ends the unfinished line that a killed run may have left.
  file << '\n' << entry.dump(-1, ' ', false, json::error_handler_t::replace) << '\n';
  file.close();
  if (!file) {
    throw Error(ErrorCode::unwritable_file,
                fmt::format("{}: cannot be written; check that the folder may be written to and "
                            "has space",
                            path_.string()));
  }
}

std::optional<json> Journal::find(const PhotoJob& job) const {
  const auto found = earlier_.find(utf8_of(job.output));
  const bool is_same =
      found != earlier_.end() && found->second.value("input", json()) == json(utf8_of(job.input));
  return is_same ? std::optional<json>(found->second) : std::nullopt;
}

void Journal::finish() const {
  if (path_.empty()) {
    return;
  }
  std::error_code ignored;
  fs::remove(path_, ignored);
}

bool is_done(const PhotoJob& job) {
  std::error_code ignored;
  return fs::is_regular_file(job.output, ignored);
}

void remove_leftovers(const PhotoJob& job) {
  for (const fs::path& output : outputs_of(job)) {
    io::remove_partial_files(output);
  }
}

}  // namespace demask::program
