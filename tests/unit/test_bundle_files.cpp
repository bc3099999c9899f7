// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "../support/expect_error.hpp"
#include "bundle/bundle_files.hpp"
#include "temporary_folder.hpp"

using demask::ErrorCode;
using demask::bundle::bundle_file_size;
using demask::bundle::read_bundle_file;
using demask::bundle::read_manifest;
using demask::test::expect_error;
using demask::test::TemporaryFolder;
using demask::test::write_bytes;
using Bytes = std::vector<std::uint8_t>;

namespace {

namespace fs = std::filesystem;

// A bundle folder with a secret beside it.
class Places {
 public:
  Places() {
    fs::create_directories(bundle() / "inner");
    write_bytes(secret(), Bytes{1, 2, 3});
    write_bytes(bundle() / "model.pt", Bytes{4, 5});
  }
  fs::path bundle() const { return folder_ / "bundle"; }
  fs::path secret() const { return folder_ / "secret"; }
  const TemporaryFolder& folder() const { return folder_; }

 private:
  TemporaryFolder folder_;
};

}  // namespace

TEST_CASE("Files of a bundle are read unchanged", "[bundle_files]") {
  const Places places;
  CHECK(bundle_file_size(places.bundle(), "model.pt") == 2);
  CHECK(read_bundle_file(places.bundle(), "model.pt") == Bytes{4, 5});
  fs::create_symlink("../model.pt", places.bundle() / "inner" / "link");
  fs::create_symlink("inner/link", places.bundle() / "link");
  CHECK(read_bundle_file(places.bundle(), "link") == Bytes{4, 5});
  // The folder itself may be reached through a link.
  fs::create_directory_symlink(places.bundle(), places.folder() / "other");
  CHECK(read_bundle_file(places.folder() / "other", "model.pt") == Bytes{4, 5});
}

TEST_CASE("No name leads out of a bundle", "[bundle_files]") {
  const Places places;
  const fs::path link = places.bundle() / "link";
  std::string name = "link";
  SECTION("relative link") { fs::create_symlink("../secret", link); }
  SECTION("absolute link") { fs::create_symlink(places.secret(), link); }
  SECTION("link to a link") {
    fs::create_symlink("../secret", places.bundle() / "inner" / "first");
    fs::create_symlink(places.folder() / "second", link);
    fs::create_symlink(places.secret(), places.folder() / "second");
  }
  SECTION("link to a sibling whose name starts the same way") {
    fs::create_directory(places.folder() / "bundle2");
    write_bytes(places.folder() / "bundle2" / "secret", Bytes{1});
    fs::create_symlink("../bundle2/secret", link);
  }
  SECTION("dots") { name = "../secret"; }
  SECTION("absolute") { name = places.secret().string(); }
  expect_error(ErrorCode::bundle_invalid, "outside the bundle",
               [&] { read_bundle_file(places.bundle(), name); });
  expect_error(ErrorCode::bundle_invalid, "outside the bundle",
               [&] { bundle_file_size(places.bundle(), name); });
}

TEST_CASE("Only regular files are read", "[bundle_files]") {
  const Places places;
  fs::create_symlink("nowhere", places.bundle() / "dangling");
  REQUIRE(::mkfifo((places.bundle() / "pipe").c_str(), 0600) == 0);
  for (const char* name : {"dangling", "pipe", "inner", "missing"}) {
    expect_error(ErrorCode::unreadable_file, name,
                 [&] { read_bundle_file(places.bundle(), name); });
  }
}

TEST_CASE("A manifest lies in its bundle and is small", "[bundle_files]") {
  const Places places;
  fs::create_symlink("../secret", places.bundle() / "manifest.json");
  expect_error(ErrorCode::bundle_invalid, "outside the bundle",
               [&] { read_manifest(places.bundle()); });
  fs::remove(places.bundle() / "manifest.json");
  write_bytes(places.bundle() / "manifest.json", Bytes((4U << 20U) + 1, ' '));
  expect_error(ErrorCode::bundle_invalid, "larger than", [&] { read_manifest(places.bundle()); });
}
