// SPDX-License-Identifier: Apache-2.0
#include "standard_streams.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <iostream>
#include <system_error>

#include "demask/error.hpp"
#include "io/whole_file.hpp"

namespace demask::program {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void throw_unreadable() {
  throw Error(ErrorCode::unreadable_file,
              fmt::format("standard input: cannot be read ({}); name a file",
                          std::generic_category().message(errno)));
}

void write_all(int file, const char* bytes, std::size_t size) {
  while (size > 0) {
    const ssize_t count = ::write(file, bytes, size);
    if (count < 0 && errno != EINTR) {
      throw_unreadable();
    }
    if (count > 0) {
      bytes += count;
      size -= static_cast<std::size_t>(count);
    }
  }
}

/// Copies standard input into a file in memory, whose descriptor stays open. More than an image
/// file may hold is cut off, which the reader of the file reports.
fs::path copy_standard_input() {
  const int file = ::memfd_create("standard input", MFD_CLOEXEC);
  if (file < 0) {
    throw_unreadable();
  }
  std::array<char, std::size_t{1} << 16U> block{};
  for (std::size_t size = 0; size <= io::max_file_bytes;) {
    const ssize_t count = ::read(STDIN_FILENO, block.data(), block.size());
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count < 0) {
      throw_unreadable();
    }
    if (count == 0) {
      break;
    }
    write_all(file, block.data(), static_cast<std::size_t>(count));
    size += static_cast<std::size_t>(count);
  }
  return fmt::format("/proc/self/fd/{}", file);
}

const fs::path& copied_standard_input() {
  static const fs::path copy = copy_standard_input();
  return copy;
}

}  // namespace

void reserve_standard_streams() {
  constexpr int first_file = STDERR_FILENO + 1;
  for (int stream = STDIN_FILENO; stream < first_file; ++stream) {
    if (::fcntl(stream, F_GETFD) == -1 && errno == EBADF) {
      // The lowest free number is that of the stream. Using it the wrong way fails as on a closed
      // one; errors have nowhere to go.
      const int way = stream == STDIN_FILENO    ? O_WRONLY
                      : stream == STDERR_FILENO ? O_RDWR
                                                : O_RDONLY;
      static_cast<void>(::open("/dev/null", way));
    }
  }
  std::signal(SIGPIPE, SIG_IGN);
}

void check_standard_output() {
  errno = 0;
  std::cout.flush();
  const bool is_flushed = std::fflush(stdout) == 0;
  if (is_flushed && std::ferror(stdout) == 0 && std::cout.good()) {
    return;
  }
  const std::string reason =
      errno != 0 ? std::generic_category().message(errno) : "an earlier write failed";
  throw Error(ErrorCode::unwritable_file,
              fmt::format("standard output: cannot be written ({}); check that it is open and that "
                          "its disk has space",
                          reason));
}

bool is_standard_output(const fs::path& path) {
  return path == standard_stream || path == "/dev/stdout" || path == "/dev/fd/1" ||
         path == "/proc/self/fd/1";
}

fs::path readable_file(const fs::path& argument) {
  return argument == standard_stream ? copied_standard_input() : argument;
}

std::string with_stream_name(std::string text, const fs::path& file) {
  const std::size_t start = text.find(file.string());
  if (start != std::string::npos) {
    text.replace(start, file.native().size(), "standard input");
  }
  return text;
}

}  // namespace demask::program
