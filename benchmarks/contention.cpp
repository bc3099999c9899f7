// SPDX-License-Identifier: Apache-2.0
#include "contention.hpp"

#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <list>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>

#include "demask/error.hpp"
#include "demask/face_reconstructor.hpp"
#include "demask/image_io.hpp"
#include "timing.hpp"

namespace demask::benchmarks {
namespace {

/// A process that keeps one core busy while the object lives. Start it before any thread.
class Neighbor {
 public:
  Neighbor() : process_(::fork()) {
    if (process_ == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      for (std::atomic<bool> is_busy{true}; is_busy;) {
      }
      ::_exit(0);
    }
    if (process_ < 0) {
      throw Error(ErrorCode::internal, "benchmark: cannot start a process; raise the limit");
    }
  }
  ~Neighbor() {
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
  }
  Neighbor(const Neighbor&) = delete;
  Neighbor& operator=(const Neighbor&) = delete;

 private:
  pid_t process_;
};

/// A file that is removed with the object.
class TemporaryFile {
 public:
  TemporaryFile()
      : path_(std::filesystem::temp_directory_path() /
              fmt::format("demask-bench-{}.json", ::getpid())) {}
  ~TemporaryFile() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// Keeps all cores but one busy, so that a second thread has to share its core.
class Neighbors {
 public:
  Neighbors() {
    const unsigned cores = std::thread::hardware_concurrency();
    for (unsigned i = 1; i < std::max(cores, 2U); ++i) {
      neighbors_.emplace_back();
    }
  }

 private:
  std::list<Neighbor> neighbors_;
};

FaceReconstructor load(const BenchOptions& options, int threads) {
  RuntimeOptions runtime;
  runtime.threads = threads;
  return FaceReconstructor(ModelBundle::open(options.models), runtime);
}

/// Replaces the process by this program, which measures contention and writes a JSON file.
[[noreturn]] void become_measurement(const BenchOptions& options, const std::string& json) {
  const bool overwrite = false;
  if (std::getenv("GOMP_SPINCOUNT") == nullptr) {
    ::setenv("OMP_WAIT_POLICY", "PASSIVE", overwrite);
  }
  const std::string repetitions = std::to_string(options.repetitions);
  ::execl("/proc/self/exe", "demask-bench", "--models", options.models.c_str(), "--photo",
          options.photo.c_str(), "--repetitions", repetitions.c_str(), "--part", "contention",
          "--json", json.c_str(), nullptr);
  ::_exit(1);
}

}  // namespace

std::vector<Figure> measure_contention(const BenchOptions& options) {
  const Neighbors neighbors;
  const Image photo = read_image(options.photo);
  const FaceReconstructor one_thread = load(options, 1);
  const FaceReconstructor two_threads = load(options, 2);
  const std::map<std::string, double> ms =
      time_each({{"one", [&] { static_cast<void>(one_thread.reconstruct(photo)); }},
                 {"two", [&] { static_cast<void>(two_threads.reconstruct(photo)); }}},
                options.repetitions);
  return {{"contention.ratio", ms.at("two") / ms.at("one"), "<= 1.2"},
          {"ms.contended_one_thread", ms.at("one"), ""},
          {"ms.contended_two_threads", ms.at("two"), ""}};
}

std::vector<Figure> measure_contention_as_program(const BenchOptions& options) {
  const TemporaryFile file;
  const pid_t child = ::fork();
  if (child == 0) {
    // The table of figures is this process's own.
    static_cast<void>(std::freopen("/dev/null", "w", stdout));
    become_measurement(options, file.path().string());
  }
  int status = 0;
  if (child < 0 || ::waitpid(child, &status, 0) != child || status != 0) {
    throw Error(ErrorCode::internal, "benchmark: the child process failed; see above");
  }
  std::ifstream stream(file.path());
  const nlohmann::json figures = nlohmann::json::parse(stream);
  return {{"contention.ratio", figures.at("contention.ratio"), "<= 1.2"},
          {"ms.contended_one_thread", figures.at("ms.contended_one_thread"), ""},
          {"ms.contended_two_threads", figures.at("ms.contended_two_threads"), ""}};
}

}  // namespace demask::benchmarks
