// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Requires that a call throws a certain demask::Error.

#include <catch2/catch.hpp>
#include <string>

#include "demask/error.hpp"

namespace demask::test {

/// Calls `work` and requires that it throws demask::Error with this code and a message that
/// contains `text`. Returns the message.
template <typename Work>
std::string expect_error(ErrorCode code, const std::string& text, const Work& work) {
  try {
    work();
  } catch (const Error& error) {
    INFO(error.what());
    CHECK(std::string(to_string(error.code())) == to_string(code));
    CHECK_THAT(error.what(), Catch::Matchers::Contains(text));
    return error.what();
  }
  FAIL("no error was thrown, but expected: " << to_string(code) << " with '" << text << "'");
  return {};
}

}  // namespace demask::test
