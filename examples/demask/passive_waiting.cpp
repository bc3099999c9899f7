// SPDX-License-Identifier: Apache-2.0

/// @file
/// Lets threads that wait for each other sleep. GNU OpenMP lets them spin for milliseconds, unless
/// the environment says otherwise before the library is initialized. Beside other work, or with
/// less processor time than threads, spinning makes two threads many times slower than one.

#include <sys/auxv.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstring>

namespace {

constexpr std::size_t max_variables = 4096;
std::array<char, 24> policy = {"OMP_WAIT_POLICY=PASSIVE"};
std::array<char*, max_variables + 2> environment;

bool starts_with(const char* text, const char* prefix) {
  return std::strncmp(text, prefix, std::strlen(prefix)) == 0;
}

/// Whether the arguments name a command that may run networks with several threads. For the others,
/// starting again would be a waste.
bool has_threads(char** arguments) {
  const char* command = arguments[1];
  if (starts_with(command, "-") || std::strcmp(command, "version") == 0 ||
      std::strcmp(command, "models") == 0) {
    return false;
  }
  for (char** argument = arguments + 2; *argument != nullptr; ++argument) {
    const bool is_one = std::strcmp(*argument, "1") == 0;
    if (std::strcmp(*argument, "--threads=1") == 0 ||
        (is_one && std::strcmp(argument[-1], "--threads") == 0)) {
      return false;
    }
  }
  return true;
}

/// Starts the program again with OMP_WAIT_POLICY=PASSIVE, in the same process, unless the user has
/// chosen how threads wait. Runs before the libraries are initialized, which takes most of the time
/// of a start; only functions of the C library that need no initialization are called. If the
/// program cannot be started again, it goes on as it is.
void wait_passively(int argument_count, char** arguments, char** variables) {
  if (argument_count < 2 || !has_threads(arguments)) {
    return;
  }
  std::size_t count = 0;
  for (; variables[count] != nullptr; ++count) {
    if (count == max_variables || starts_with(variables[count], "OMP_WAIT_POLICY=") ||
        starts_with(variables[count], "GOMP_SPINCOUNT=")) {
      return;
    }
    environment[count] = variables[count];
  }
  // Without an interpreter, the program was started by naming the dynamic loader.
  if (::getauxval(AT_BASE) == 0 || ::getauxval(AT_SECURE) != 0) {
    return;
  }
  environment[count] = policy.data();
  ::execve("/proc/self/exe", arguments, environment.data());
}

}  // namespace

/// The dynamic loader calls it before it initializes the libraries.
[[gnu::section(".preinit_array"), gnu::used]] void (*first_step)(int, char**,
                                                                 char**) = wait_passively;
