// SPDX-License-Identifier: Apache-2.0
#include "tune/run_command.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <system_error>

#include "demask/error.hpp"

extern char** environ;  // NOLINT: POSIX names it.

namespace demask::training {
namespace {

// The file that a started program's outputs go to.
class OutputFile {
 public:
  explicit OutputFile(const std::filesystem::path& file) {
    posix_spawn_file_actions_init(&actions_);
    posix_spawn_file_actions_addopen(&actions_, STDOUT_FILENO, file.c_str(),
                                     O_WRONLY | O_CREAT | O_APPEND, 0644);
    posix_spawn_file_actions_adddup2(&actions_, STDOUT_FILENO, STDERR_FILENO);
  }
  ~OutputFile() { posix_spawn_file_actions_destroy(&actions_); }
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;
  const posix_spawn_file_actions_t* actions() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

}  // namespace

void run_command(const std::vector<std::string>& words, const std::filesystem::path& log) {
  std::vector<std::string> copies = words;
  std::vector<char*> arguments;
  for (std::string& word : copies) {
    arguments.push_back(word.data());
  }
  arguments.push_back(nullptr);

  const OutputFile output(log);
  pid_t process = 0;
  const int failure = posix_spawnp(&process, arguments.front(), output.actions(), nullptr,
                                   arguments.data(), environ);
  if (failure != 0) {
    throw Error(ErrorCode::internal,
                fmt::format("{}: cannot be started ({}); check the path", words.front(),
                            std::generic_category().message(failure)));
  }
  int status = 0;
  while (waitpid(process, &status, 0) < 0 && errno == EINTR) {
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    throw Error(ErrorCode::internal,
                fmt::format("{}: failed; see the end of {}", words.front(), log.string()));
  }
}

}  // namespace demask::training
