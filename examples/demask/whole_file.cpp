#include "whole_file.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <fstream>
#include <functional>
#include <random>
#include <system_error>

#include "demask/error.hpp"

namespace demask::program {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void throw_unwritable(const fs::path& path, const std::error_code& error) {
  throw Error(ErrorCode::unwritable_file,
              fmt::format("{}: cannot be written ({}); check that the folder exists, may be "
                          "written to and has space",
                          path.string(), error.message()));
}

std::error_code last_error() { return {errno != 0 ? errno : EIO, std::generic_category()}; }

/// Lets `fill` make a temporary file and renames that; `fill` reports by its error code.
void replace(const fs::path& path, const std::function<std::error_code(const fs::path&)>& fill) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (fs::exists(status) && !fs::is_regular_file(status)) {
    throw_unwritable(path,
                     std::make_error_code(fs::is_directory(status) ? std::errc::is_a_directory
                                                                   : std::errc::invalid_argument));
  }
  const fs::path target = fs::is_symlink(path, error) ? fs::weakly_canonical(path) : path;
  const fs::path temporary = temporary_name(target);
  error = fill(temporary);
  if (!error) fs::rename(temporary, target, error);
  if (!error) return;
  std::error_code ignored;
  fs::remove(temporary, ignored);
  throw_unwritable(path, error);
}

}  // namespace

fs::path temporary_name(const fs::path& path) {
  constexpr std::size_t longest_name = 200;
  std::random_device random;
  const std::string name = path.filename().string().substr(0, longest_name);
  return path.parent_path() / fmt::format(".{}.{:08x}.partial", name, random());
}

void write_text(const fs::path& path, const std::string& text) {
  replace(path, [&text](const fs::path& temporary) {
    errno = 0;
    std::ofstream file(temporary, std::ios::binary);
    file << text;
    file.close();
    return file ? std::error_code() : last_error();
  });
}

void copy_whole(const fs::path& from, const fs::path& to) {
  replace(to, [&from](const fs::path& temporary) {
    std::error_code error;
    fs::copy_file(from, temporary, error);
    return error;
  });
}

void make_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) throw_unwritable(folder, error);
}

}  // namespace demask::program
