#include "io/whole_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <random>
#include <string>
#include <system_error>

#include "demask/error.hpp"

namespace demask::io {
namespace {

namespace fs = std::filesystem;

std::string describe(int error_number) { return std::generic_category().message(error_number); }

/// An open file that closes itself.
class FileHandle {
 public:
  explicit FileHandle(int descriptor) : descriptor_(descriptor) {}
  ~FileHandle() {
    if (descriptor_ >= 0) {
      ::close(descriptor_);
    }
  }
  FileHandle(const FileHandle&) = delete;
  FileHandle& operator=(const FileHandle&) = delete;

  bool is_open() const { return descriptor_ >= 0; }
  int get() const { return descriptor_; }
  /// Closes and says whether everything had been taken.
  bool close() {
    const int descriptor = descriptor_;
    descriptor_ = -1;
    return ::close(descriptor) == 0;
  }

 private:
  int descriptor_;
};

/// A file that is removed unless it is renamed into place.
class TemporaryFile {
 public:
  explicit TemporaryFile(const fs::path& target) : path_(name_beside(target)) {}
  ~TemporaryFile() {
    if (!is_renamed_) {
      ::unlink(path_.c_str());
    }
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  const fs::path& path() const { return path_; }
  bool rename_to(const fs::path& target) {
    is_renamed_ = ::rename(path_.c_str(), target.c_str()) == 0;
    return is_renamed_;
  }

 private:
  static fs::path name_beside(const fs::path& target) {
    // File systems allow 255 bytes a name; the rest is for the random part.
    constexpr std::size_t longest_name = 200;
    std::random_device random;
    const std::string name = target.filename().string().substr(0, longest_name);
    return target.parent_path() / fmt::format(".{}.{:08x}{:08x}.partial", name, random(), random());
  }

  fs::path path_;
  bool is_renamed_ = false;
};

[[noreturn]] void throw_unreadable(const fs::path& path, const std::string& reason,
                                   const char* mend) {
  throw Error(ErrorCode::unreadable_file,
              fmt::format("{}: cannot be read ({}); {}", path.string(), reason, mend));
}

[[noreturn]] void throw_unwritable(const fs::path& path, const std::string& reason) {
  throw Error(ErrorCode::unwritable_file,
              fmt::format("{}: cannot be written ({}); check that the folder exists, may be "
                          "written to and has space",
                          path.string(), reason));
}

bool write_all(int descriptor, const std::vector<std::uint8_t>& bytes) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t count = ::write(descriptor, bytes.data() + done, bytes.size() - done);
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count < 0) {
      return false;
    }
    done += static_cast<std::size_t>(count);
  }
  return true;
}

/// The file that a path leads to. A rename onto a device or a folder would replace or fail on
/// something that is no file.
fs::path resolve_target(const fs::path& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (status.type() == fs::file_type::not_found || status.type() == fs::file_type::none) {
    return path;
  }
  if (status.type() != fs::file_type::regular) {
    throw_unwritable(path, status.type() == fs::file_type::directory ? "it is a folder"
                                                                     : "it is not a regular file");
  }
  return fs::is_symlink(path, error) ? fs::canonical(path) : path;
}

void flush_folder_of(const fs::path& path) {
  const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  const FileHandle handle(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (handle.is_open()) {
    ::fsync(handle.get());
  }
}

}  // namespace

std::vector<std::uint8_t> read_whole_file(const fs::path& path) {
  const FileHandle file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) {
    throw_unreadable(path, describe(errno), "check the path and its permissions");
  }
  struct stat status {};
  if (::fstat(file.get(), &status) == 0 && S_ISDIR(status.st_mode)) {
    throw_unreadable(path, "it is a folder", "name an image file");
  }
  constexpr std::size_t block = std::size_t{1} << 20U;
  const std::size_t expected = status.st_size > 0 ? static_cast<std::size_t>(status.st_size) : 0;
  std::vector<std::uint8_t> bytes(std::min(expected, max_file_bytes) + 1);
  std::size_t filled = 0;
  while (true) {
    if (filled == bytes.size()) {
      bytes.resize(filled + block);
    }
    const ssize_t count = ::read(file.get(), bytes.data() + filled, bytes.size() - filled);
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count < 0) {
      throw_unreadable(path, describe(errno), "check the disk and the permissions");
    }
    if (count == 0) {
      break;
    }
    filled += static_cast<std::size_t>(count);
    if (filled > max_file_bytes) {
      throw_unreadable(path, fmt::format("it is larger than {} MiB", max_file_bytes >> 20U),
                       "store the image in a smaller file");
    }
  }
  if (filled == 0) {
    throw_unreadable(path, "it is empty", "name an image file");
  }
  bytes.resize(filled);
  return bytes;
}

void write_whole_file(const fs::path& path, const std::vector<std::uint8_t>& bytes) {
  if (!path.has_filename()) {
    throw_unwritable(path, "it names no file");
  }
  const fs::path target = resolve_target(path);
  TemporaryFile temporary(target);
  FileHandle file(::open(temporary.path().c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (!file.is_open()) {
    throw_unwritable(path, describe(errno));
  }
  const bool is_stored = write_all(file.get(), bytes) && ::fsync(file.get()) == 0 && file.close();
  if (!is_stored || !temporary.rename_to(target)) {
    throw_unwritable(path, describe(errno));
  }
  flush_folder_of(target);
}

}  // namespace demask::io
