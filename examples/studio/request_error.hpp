// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// What is wrong with a request.

#include <stdexcept>
#include <string>

namespace demask::studio {

/// Ends a request with an HTTP status, a code for programs and a text for people.
class RequestError : public std::runtime_error {
 public:
  /// `message` has the form "thing: reason; remedy".
  RequestError(int status, std::string code, const std::string& message)
      : std::runtime_error(message), status_(status), code_(std::move(code)) {}
  int status() const noexcept { return status_; }
  const std::string& code() const noexcept { return code_; }

 private:
  int status_;
  std::string code_;
};

/// An error of a request that is malformed.
inline RequestError bad_request(const std::string& message) {
  return {400, "invalid_request", message};
}

}  // namespace demask::studio
