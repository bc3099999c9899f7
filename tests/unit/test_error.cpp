// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <set>
#include <string>

#include "demask/error.hpp"
#include "demask/version.hpp"

using demask::Error;
using demask::ErrorCode;

TEST_CASE("Every error code has a name of its own", "[error]") {
  std::set<std::string> names;
  for (int code = 1; code <= static_cast<int>(ErrorCode::internal); ++code) {
    names.insert(demask::to_string(static_cast<ErrorCode>(code)));
  }
  CHECK(names.size() == 14);
  CHECK(names.count("unknown") == 0);
  CHECK(std::string(demask::to_string(static_cast<ErrorCode>(0))) == "unknown");
  CHECK(std::string(demask::to_string(static_cast<ErrorCode>(15))) == "unknown");
  CHECK(std::string(demask::to_string(ErrorCode::hash_mismatch)) == "hash_mismatch");
}

TEST_CASE("An error keeps its code and message when copied and caught by its base", "[error]") {
  const Error error(ErrorCode::cancelled, "thing: reason; mend");
  const Error copy = error;  // NOLINT(performance-unnecessary-copy-initialization)
  CHECK(copy.code() == ErrorCode::cancelled);
  CHECK(std::string(copy.what()) == "thing: reason; mend");
  CHECK_THROWS_AS(throw Error(error), std::runtime_error);
}

TEST_CASE("The linked library has the version of the headers", "[error]") {
  CHECK(std::string(demask::version()) == DEMASK_VERSION_STRING);
}
