// SPDX-License-Identifier: Apache-2.0
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "../support/expect_error.hpp"
#include "demask/error.hpp"
#include "io/whole_file.hpp"
#include "temporary_folder.hpp"

namespace {

namespace fs = std::filesystem;
using demask::ErrorCode;
using demask::io::PartialFile;
using demask::io::write_whole_file;
using demask::test::expect_error;
using demask::test::read_bytes;
using demask::test::TemporaryFolder;

std::string text_of(const fs::path& path) {
  const std::vector<std::uint8_t> bytes = read_bytes(path);
  return {bytes.begin(), bytes.end()};
}

/// While it lives, no file of this process grows beyond `bytes`, as on a full disk.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit before_{};
  void (*handler_)(int);
};

}  // namespace

TEST_CASE("bytes, text and callbacks write whole files", "[whole_file]") {
  const TemporaryFolder folder;
  const fs::path path = folder / "file.txt";
  write_whole_file(path, std::vector<std::uint8_t>{'o', 'n', 'e'});
  CHECK(text_of(path) == "one");
  write_whole_file(path, "two");
  CHECK(text_of(path) == "two");
  write_whole_file(path, [&](const fs::path& temporary) {
    CHECK(temporary.parent_path() == folder.path());
    CHECK(fs::file_size(temporary) == 0);
    CHECK(text_of(path) == "two");
    std::ofstream(temporary) << "three";
  });
  CHECK(text_of(path) == "three");
  CHECK(folder.file_count() == 1);
}

TEST_CASE("a fill that fails leaves the old file and nothing else", "[whole_file]") {
  const TemporaryFolder folder;
  const fs::path path = folder / "file.txt";
  write_whole_file(path, "old");
  SECTION("its own errors are passed on") {
    CHECK_THROWS_AS(write_whole_file(path,
                                     [](const fs::path& temporary) {
                                       std::ofstream(temporary) << "half";
                                       throw std::runtime_error("no more");
                                     }),
                    std::runtime_error);
  }
  SECTION("errors of the system name the target") {
    expect_error(ErrorCode::unwritable_file, path.string(), [&] {
      write_whole_file(path, [&](const fs::path& temporary) {
        fs::copy_file(folder / "missing", temporary, fs::copy_options::overwrite_existing);
      });
    });
  }
  SECTION("a full disk") {
    const FileSizeLimit limit(1000);
    expect_error(ErrorCode::unwritable_file, path.string(),
                 [&] { write_whole_file(path, std::vector<std::uint8_t>(5000)); });
  }
  CHECK(text_of(path) == "old");
  CHECK(folder.file_count() == 1);
}

TEST_CASE("a disk without space asks for space", "[whole_file]") {
  const TemporaryFolder folder;
  const auto fill = [](const fs::path& /*temporary*/) {
    throw std::system_error(ENOSPC, std::generic_category());
  };
  expect_error(ErrorCode::unwritable_file, "free space on the disk",
               [&] { write_whole_file(folder / "file.txt", fill); });
  CHECK(folder.file_count() == 0);
}

TEST_CASE("targets that cannot be written fail before anything is made", "[whole_file]") {
  const TemporaryFolder folder;
  const auto require_unwritable = [](const fs::path& path, const std::string& text) {
    expect_error(ErrorCode::unwritable_file, text, [&] { PartialFile file(path); });
  };
  require_unwritable(folder / "missing" / "file.txt", "check that the folder exists");
  require_unwritable(folder.path(), "it is a folder");
  require_unwritable(folder.path() / "", "it names no file");
  require_unwritable("/dev/full", "it is not a regular file");
  require_unwritable(folder / std::string(300, 'n'), "give a shorter name");
  CHECK(folder.file_count() == 0);
}

TEST_CASE("the longest name that a file system allows can be written", "[whole_file]") {
  const TemporaryFolder folder;
  const fs::path path = folder / std::string(255, 'n');
  write_whole_file(path, "long");
  CHECK(text_of(path) == "long");
  CHECK(folder.file_count() == 1);
}

TEST_CASE("a written file has the mode of a new file", "[whole_file]") {
  const TemporaryFolder folder;
  const fs::path path = folder / "file.txt";
  const mode_t mask = ::umask(0027);
  write_whole_file(path, "new");
  ::umask(mask);
  CHECK((fs::status(path).permissions() & fs::perms::all) == fs::perms(0640));
}

TEST_CASE("a replaced file keeps its mode, and is private until it is whole", "[whole_file]") {
  const TemporaryFolder folder;
  const fs::path path = folder / "file.txt";
  const fs::path link = folder / "link";
  fs::create_symlink(path, link);
  for (const unsigned mode : {0600U, 0640U, 0400U, 0666U, 0751U}) {
    write_whole_file(path, "old");
    fs::permissions(path, fs::perms(mode));
    write_whole_file(link, [&](const fs::path& temporary) {
      CHECK(fs::status(temporary).permissions() == fs::perms(0600));
      std::ofstream(temporary) << "new";
      fs::permissions(temporary, fs::perms(0777));
    });
    CHECK(text_of(path) == "new");
    CHECK(fs::status(path).permissions() == fs::perms(mode));
    fs::remove(path);
  }
}

TEST_CASE("a replaced file keeps its owner and its access control list", "[whole_file]") {
  const TemporaryFolder folder;
  const fs::path path = folder / "file.txt";
  write_whole_file(path, "old");
  struct stat before {};
  if (::geteuid() == 0) {
    REQUIRE(::chown(path.c_str(), 12345, 54321) == 0);
  }
  // Version 2: the owner may read and write, user 7 may read, the group nothing (see acl(5)).
  const std::vector<std::uint8_t> list = {2,   0,   0,   0,   1,   0,   6,  0,   255, 255, 255,
                                          255, 2,   0,   4,   0,   7,   0,  0,   0,   4,   0,
                                          0,   0,   255, 255, 255, 255, 16, 0,   4,   0,   255,
                                          255, 255, 255, 32,  0,   0,   0,  255, 255, 255, 255};
  const bool has_list =
      ::setxattr(path.c_str(), "system.posix_acl_access", list.data(), list.size(), 0) == 0;
  REQUIRE(::stat(path.c_str(), &before) == 0);
  write_whole_file(path, "new");
  struct stat after {};
  REQUIRE(::stat(path.c_str(), &after) == 0);
  CHECK(after.st_uid == before.st_uid);
  CHECK(after.st_gid == before.st_gid);
  CHECK(after.st_mode == before.st_mode);
  std::vector<std::uint8_t> kept(list.size());
  const ssize_t size =
      ::getxattr(path.c_str(), "system.posix_acl_access", kept.data(), kept.size());
  CHECK((size == static_cast<ssize_t>(list.size()) && kept == list) == has_list);
}

TEST_CASE("names that are cut for temporary files stay UTF-8", "[whole_file]") {
  const TemporaryFolder folder;
  std::string name;
  for (int i = 0; i < 85; ++i) {
    name += "\xE2\x82\xAC";  // the euro sign
  }
  const PartialFile file(folder / name);
  const std::string partial = file.path().filename().string();
  CHECK(partial.substr(1, 198) == name.substr(0, 198));
  CHECK(partial[199] == '.');
}

TEST_CASE("a partial file is renamed only by commit", "[whole_file]") {
  const TemporaryFolder folder;
  const fs::path path = folder / "clip.mp4";
  const bool is_committed = GENERATE(true, false);
  {
    PartialFile file(path, ".mp4");
    CHECK(file.path().extension() == ".mp4");
    CHECK(fs::exists(file.path()));
    file.append("frames", 6);
    CHECK_FALSE(fs::exists(path));
    if (is_committed) {
      file.commit();
    }
  }
  CHECK(fs::exists(path) == is_committed);
  CHECK(folder.file_count() == (is_committed ? 1 : 0));
}

TEST_CASE("a link is followed, and a broken link is replaced", "[whole_file]") {
  const TemporaryFolder folder;
  fs::create_directory(folder / "there");
  write_whole_file(folder / "there" / "file.txt", "old");
  fs::create_symlink(folder / "there" / "file.txt", folder / "link");
  write_whole_file(folder / "link", "new");
  CHECK(fs::is_symlink(folder / "link"));
  CHECK(text_of(folder / "there" / "file.txt") == "new");
  fs::remove(folder / "there" / "file.txt");
  write_whole_file(folder / "link", "own");
  CHECK_FALSE(fs::is_symlink(folder / "link"));
  CHECK(text_of(folder / "link") == "own");
}

TEST_CASE("the leftovers of a killed writer are removed, and nothing else", "[whole_file]") {
  const TemporaryFolder folder;
  const std::vector<std::string> leftovers = {".photo.png.0123abcd.partial",
                                              ".photo.png.0123456789abcdef.partial",
                                              ".photo.png.0123abcd.partial.mp4"};
  const std::vector<std::string> others = {"photo.png", ".photo.png.partial", ".photo.png.partial2",
                                           ".photo.png.old.0123abcd.partial",
                                           ".other.png.0123abcd.partial"};
  for (const std::vector<std::string>* names : {&leftovers, &others}) {
    for (const std::string& name : *names) {
      std::ofstream(folder / name) << "half";
    }
  }
  demask::io::remove_partial_files(folder / "photo.png");
  CHECK(folder.file_count() == others.size());
  for (const std::string& name : others) {
    CHECK(fs::exists(folder / name));
  }
  demask::io::remove_partial_files(folder / "missing" / "photo.png");
}
