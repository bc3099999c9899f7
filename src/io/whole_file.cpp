// SPDX-License-Identifier: Apache-2.0
#include "io/whole_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <random>
#include <string>
#include <system_error>
#include <utility>

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

 private:
  int descriptor_;
};

[[noreturn]] void throw_unreadable(const fs::path& path, const std::string& reason,
                                   const char* remedy) {
  throw Error(ErrorCode::unreadable_file,
              fmt::format("{}: cannot be read ({}); {}", path.string(), reason, remedy));
}

/// The remedy for a write error.
const char* remedy_for(int error_number) {
  switch (error_number) {
    case ENAMETOOLONG:
      return "give a shorter name";
    case ENOSPC:
    case EDQUOT:
      return "free space on the disk";
    default:
      return "check that the folder exists, may be written to and has space";
  }
}

[[noreturn]] void throw_unwritable(const fs::path& path, const std::string& reason,
                                   const char* remedy) {
  throw Error(ErrorCode::unwritable_file,
              fmt::format("{}: cannot be written ({}); {}", path.string(), reason, remedy));
}

[[noreturn]] void throw_unwritable(const fs::path& path, int error_number) {
  throw_unwritable(path, describe(error_number), remedy_for(error_number));
}

/// Resolves a path to its file. Devices and folders are refused, because a rename onto one would
/// replace it or fail.
fs::path resolve_target(const fs::path& path) {
  if (!path.has_filename()) {
    throw_unwritable(path, "it names no file", "name a file");
  }
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  switch (status.type()) {
    case fs::file_type::not_found:
      return path;
    case fs::file_type::none:
      throw_unwritable(path, error.value());
    case fs::file_type::regular:
      return follow_links(path);
    case fs::file_type::directory:
      throw_unwritable(path, "it is a folder", "name a file");
    default:
      throw_unwritable(path, "it is not a regular file", "name a file");
  }
}

fs::path folder_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

/// The prefix of a target's temporary names.
std::string partial_prefix(const fs::path& target) {
  // File systems allow names of 255 bytes; the rest is left for the suffix.
  constexpr std::size_t max_length = 200;
  std::string name = target.filename().string();
  if (name.size() > max_length) {
    std::size_t length = max_length;
    // Some file systems refuse half a character of UTF-8.
    while (length > 0 && (static_cast<unsigned char>(name[length]) & 0xC0U) == 0x80U) {
      --length;
    }
    name.resize(length);
  }
  return fmt::format(".{}.", name);
}

constexpr std::string_view partial_suffix = ".partial";

fs::path partial_name(const fs::path& target, const std::string& extension) {
  std::random_device random;
  return target.parent_path() / fmt::format("{}{:08x}{:08x}{}{}", partial_prefix(target), random(),
                                            random(), partial_suffix, extension);
}

/// Whether a name has the form that partial_name() makes.
bool is_partial_name(std::string_view name, std::string_view prefix) {
  if (name.substr(0, prefix.size()) != prefix) {
    return false;
  }
  name.remove_prefix(prefix.size());
  const std::size_t digits = name.find_first_not_of("0123456789abcdef");
  return digits != 0 && digits != std::string_view::npos &&
         name.substr(digits, partial_suffix.size()) == partial_suffix;
}

/// Copies the list of users and groups that may access a file. Returns whether `to` has the list of
/// `from`, which may be none.
bool copy_access_list(const fs::path& from, int to) {
  constexpr const char* list = "system.posix_acl_access";
  std::vector<char> entries(std::size_t{1} << 16U);
  const ssize_t size = ::getxattr(from.c_str(), list, entries.data(), entries.size());
  return size <= 0 || ::fsetxattr(to, list, entries.data(), static_cast<std::size_t>(size), 0) == 0;
}

/// Gives a file the owner, group and access rights of the one that it will replace.
void copy_access(const fs::path& from, int to) {
  struct stat before {};
  struct stat now {};
  if (::stat(from.c_str(), &before) != 0 || ::fstat(to, &now) != 0) {
    return;
  }
  constexpr auto same = static_cast<uid_t>(-1);
  const bool is_group_kept = before.st_gid == now.st_gid || ::fchown(to, same, before.st_gid) == 0;
  // Only root may give files away; for others the owner changes.
  [[maybe_unused]] const bool is_owner_kept =
      before.st_uid == now.st_uid || ::fchown(to, before.st_uid, same) == 0;
  const mode_t mode = before.st_mode & 0777U;
  ::fchmod(to, mode);
  // Without its group or its list, the rights of the group would be those of others.
  if (!is_group_kept || !copy_access_list(from, to)) {
    ::fchmod(to, mode & ~static_cast<mode_t>(S_IRWXG));
  }
}

void flush_folder_of(const fs::path& path) {
  const FileHandle handle(::open(folder_of(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
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

fs::path follow_links(const fs::path& path) {
  std::error_code error;
  if (!fs::is_symlink(path, error)) {
    return path;
  }
  const fs::path target = fs::canonical(path, error);
  return error ? path : target;
}

PartialFile::PartialFile(const fs::path& target, const std::string& extension)
    : name_(target), target_(resolve_target(target)), path_(partial_name(target_, extension)) {
  std::error_code ignored;
  is_replacement_ = fs::is_regular_file(target_, ignored);
  // What replaces a private file is private from the start.
  const mode_t mode = is_replacement_ ? 0600 : 0666;
  descriptor_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (descriptor_ < 0) {
    throw_unwritable(name_, errno);
  }
  struct stat status {};
  mode_ = ::fstat(descriptor_, &status) == 0 ? status.st_mode & 0777U : 0600;
}

PartialFile::~PartialFile() {
  if (descriptor_ >= 0) {
    ::close(descriptor_);
  }
  if (!is_renamed_) {
    ::unlink(path_.c_str());
  }
}

void PartialFile::append(const void* bytes, std::size_t size) {
  const char* next = static_cast<const char*>(bytes);
  while (size > 0) {
    const ssize_t count = ::write(descriptor_, next, size);
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count < 0) {
      throw_unwritable(name_, errno);
    }
    next += count;
    size -= static_cast<std::size_t>(count);
  }
}

void PartialFile::commit() {
  // A writer that was given the name may have changed the mode.
  ::fchmod(descriptor_, mode_);
  if (is_replacement_) {
    copy_access(target_, descriptor_);
  }
  if (::fsync(descriptor_) != 0) {
    throw_unwritable(name_, errno);
  }
  const int descriptor = std::exchange(descriptor_, -1);
  if (::close(descriptor) != 0 || ::rename(path_.c_str(), target_.c_str()) != 0) {
    throw_unwritable(name_, errno);
  }
  is_renamed_ = true;
  flush_folder_of(target_);
}

void write_whole_file(const fs::path& path, const std::function<void(const fs::path&)>& fill) {
  PartialFile file(path);
  try {
    fill(file.path());
  } catch (const std::system_error& error) {
    const bool has_number = error.code().category() == std::generic_category() ||
                            error.code().category() == std::system_category();
    throw_unwritable(path, error.code().message(),
                     remedy_for(has_number ? error.code().value() : 0));
  }
  file.commit();
}

void write_whole_file(const fs::path& path, const std::vector<std::uint8_t>& bytes) {
  PartialFile file(path);
  file.append(bytes.data(), bytes.size());
  file.commit();
}

void write_whole_file(const fs::path& path, std::string_view text) {
  PartialFile file(path);
  file.append(text.data(), text.size());
  file.commit();
}

void remove_partial_files(const fs::path& target) {
  std::error_code ignored;
  const fs::path resolved = follow_links(target);
  const std::string prefix = partial_prefix(resolved);
  fs::directory_iterator entry(folder_of(resolved), ignored);
  for (const fs::directory_iterator end; !ignored && entry != end; entry.increment(ignored)) {
    if (is_partial_name(entry->path().filename().string(), prefix)) {
      std::error_code unremovable;
      fs::remove(entry->path(), unremovable);
    }
  }
}

}  // namespace demask::io
