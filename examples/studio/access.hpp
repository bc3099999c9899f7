// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Who may talk to the studio: only the page that it serves itself, opened with its link.

#include <httplib.h>

#include <string>

namespace demask::studio {

/// A secret of 32 hexadecimal digits from the system's random numbers. @throws std::runtime_error.
std::string make_secret();

/// Whether two texts are equal, in a time that does not tell where they differ.
bool is_same_secret(const std::string& a, const std::string& b);

/// The header that carries the secret of the link.
inline constexpr const char* token_header = "X-Demask-Token";

/// Decides which requests are answered. Immutable: any number of threads may ask.
class Access {
 public:
  /// @param port  The port on the loopback address at which the studio listens.
  explicit Access(int port);

  /// The link that opens the page. The secret is in its fragment, which browsers neither send nor
  /// log.
  std::string link() const;

  /// The status with which a request is refused: 403 for one that was meant for another host, or
  /// that a page of another origin sent; 401 for one without the secret, unless it asks for a file
  /// of the page. 0 if it is answered.
  int refusal(const httplib::Request& request) const;

 private:
  bool is_own_host(const httplib::Request& request) const;
  bool is_own_origin(const httplib::Request& request) const;

  int port_;
  std::string token_;
};

}  // namespace demask::studio
