// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <string>

#include "programs/processors.hpp"
#include "temporary_folder.hpp"

namespace {

namespace fs = std::filesystem;
using demask::programs::processor_quota;
using demask::test::TemporaryFolder;

void write(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path) << text;
}

}  // namespace

TEST_CASE("the lowest limit of control groups counts", "[processors]") {
  const TemporaryFolder folder;
  const fs::path mount = folder / "cgroup";
  const std::string second_version = "0::/machine/job\n";
  CHECK_FALSE(processor_quota(second_version, mount));
  write(mount / "machine/job/cpu.max", "max 100000\n");
  CHECK_FALSE(processor_quota(second_version, mount));
  write(mount / "machine/cpu.max", "150000 100000\n");
  CHECK(processor_quota(second_version, mount) == 1.5);
  write(mount / "machine/job/cpu.max", "50000 100000\n");
  CHECK(processor_quota(second_version, mount) == 0.5);
  CHECK_FALSE(processor_quota("0::/other\n", mount));
  CHECK_FALSE(processor_quota("", mount));
  CHECK_FALSE(processor_quota("nonsense", mount));
}

TEST_CASE("control groups of version 1 limit processors too", "[processors]") {
  const TemporaryFolder folder;
  const fs::path mount = folder / "cgroup";
  const std::string first_version = "5:memory:/box\n4:cpu,cpuacct:/box\n0::/\n";
  write(mount / "cpu,cpuacct/box/cpu.cfs_quota_us", "-1\n");
  write(mount / "cpu,cpuacct/box/cpu.cfs_period_us", "100000\n");
  CHECK_FALSE(processor_quota(first_version, mount));
  write(mount / "cpu,cpuacct/box/cpu.cfs_quota_us", "250000\n");
  CHECK(processor_quota(first_version, mount) == 2.5);
  write(mount / "cpu,cpuacct/cpu.cfs_quota_us", "100000\n");
  write(mount / "cpu,cpuacct/cpu.cfs_period_us", "100000\n");
  CHECK(processor_quota(first_version, mount) == 1.0);
  CHECK_FALSE(processor_quota("5:memory:/box\n", mount));
}

TEST_CASE("this process has a processor", "[processors]") {
  CHECK(demask::programs::available_processors() >= 1);
}
