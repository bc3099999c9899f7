// SPDX-License-Identifier: Apache-2.0
#include "fresh_process.hpp"

#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <exception>

#include "demask/error.hpp"

namespace demask::benchmarks {
namespace {

constexpr double kilobytes_per_megabyte = 1024.0;

// Runs in the child process and never returns.
[[noreturn]] void run_and_report(const std::function<void()>& work, int pipe) {
  using Clock = std::chrono::steady_clock;
  try {
    const Clock::time_point start = Clock::now();
    work();
    const double elapsed = std::chrono::duration<double, std::milli>(Clock::now() - start).count();
    const bool written = write(pipe, &elapsed, sizeof elapsed) == sizeof elapsed;
    _exit(written ? 0 : 1);
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    _exit(1);
  }
}

}  // namespace

Footprint in_fresh_process(const std::function<void()>& work) {
  std::array<int, 2> ends{};
  if (pipe(ends.data()) != 0) {
    throw Error(ErrorCode::internal, "benchmark: cannot create a pipe to a child process");
  }
  const pid_t child = fork();
  if (child == 0) {
    run_and_report(work, ends[1]);
  }
  close(ends[1]);
  Footprint footprint;
  const bool told = read(ends[0], &footprint.milliseconds, sizeof(double)) ==
                    static_cast<ssize_t>(sizeof(double));
  close(ends[0]);
  rusage usage{};
  int status = 0;
  if (child < 0 || wait4(child, &status, 0, &usage) != child || status != 0 || !told) {
    throw Error(ErrorCode::internal, "benchmark: the child process failed; see above");
  }
  footprint.peak_megabytes = static_cast<double>(usage.ru_maxrss) / kilobytes_per_megabyte;
  return footprint;
}

}  // namespace demask::benchmarks
