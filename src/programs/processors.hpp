// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// How much processor time this process may use.

#include <filesystem>
#include <optional>
#include <string_view>

namespace demask::programs {

/// The number of processors that this process may run on, but not more than its control groups
/// (containers, systemd) give it time for, rounded up. At least 1.
int available_processors();

/// The processors' time that control groups allow, in processors; nothing if there is no limit. The
/// lowest limit of a group and those above it counts.
/// @param membership  The content of /proc/self/cgroup.
/// @param mount       Where the control groups are mounted: /sys/fs/cgroup.
std::optional<double> processor_quota(std::string_view membership,
                                      const std::filesystem::path& mount);

}  // namespace demask::programs
