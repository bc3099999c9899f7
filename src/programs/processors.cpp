// SPDX-License-Identifier: Apache-2.0
#include "programs/processors.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

namespace demask::programs {
namespace {

namespace fs = std::filesystem;

std::string read_text(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Reads the whole number at the start of a text; nothing for other texts, such as "max".
std::optional<long> leading_number(std::string_view text) {
  long number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() ? std::optional(number) : std::nullopt;
}

std::optional<double> ratio(std::optional<long> quota, std::optional<long> period) {
  if (!quota || !period || *quota <= 0 || *period <= 0) {
    return std::nullopt;
  }
  return static_cast<double>(*quota) / static_cast<double>(*period);
}

/// The limit of one group: cpu.max in version 2, two files in version 1.
std::optional<double> group_quota(const fs::path& group) {
  const std::string limit = read_text(group / "cpu.max");
  if (!limit.empty()) {
    const std::size_t space = std::min(limit.find(' '), limit.size() - 1);
    return ratio(leading_number(limit), leading_number(std::string_view(limit).substr(space + 1)));
  }
  return ratio(leading_number(read_text(group / "cpu.cfs_quota_us")),
               leading_number(read_text(group / "cpu.cfs_period_us")));
}

/// Whether a comma-separated list of controllers, empty in version 2, limits processor time.
bool limits_processors(std::string_view controllers) {
  return controllers.empty() ||
         ("," + std::string(controllers) + ",").find(",cpu,") != std::string::npos;
}

/// The paths of the groups that a process belongs to, from lines "ID:CONTROLLERS:PATH".
std::vector<fs::path> groups_of(std::string_view membership) {
  std::vector<fs::path> groups;
  while (!membership.empty()) {
    const std::string_view line = membership.substr(0, membership.find('\n'));
    membership.remove_prefix(std::min(line.size() + 1, membership.size()));
    const std::size_t first = line.find(':');
    const std::size_t second = line.find(':', first + 1);
    if (first != std::string_view::npos && second != std::string_view::npos &&
        limits_processors(line.substr(first + 1, second - first - 1))) {
      groups.push_back(fs::path(line.substr(second + 1)).relative_path());
    }
  }
  return groups;
}

}  // namespace

std::optional<double> processor_quota(std::string_view membership, const fs::path& mount) {
  std::optional<double> lowest;
  for (const fs::path& group : groups_of(membership)) {
    for (const char* hierarchy : {"", "unified", "cpu", "cpu,cpuacct"}) {
      // In a container, the group's path may be that of the host, and only its root is mounted.
      for (fs::path path = group;; path = path.parent_path()) {
        const std::optional<double> quota = group_quota(mount / hierarchy / path);
        if (quota) {
          lowest = std::min(lowest.value_or(*quota), *quota);
        }
        if (path.empty()) {
          break;
        }
      }
    }
  }
  return lowest;
}

int available_processors() {
  const int processors = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  const std::optional<double> quota =
      processor_quota(read_text("/proc/self/cgroup"), "/sys/fs/cgroup");
  if (!quota) {
    return processors;
  }
  return std::clamp(static_cast<int>(std::ceil(*quota)), 1, processors);
}

}  // namespace demask::programs
