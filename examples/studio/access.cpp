// SPDX-License-Identifier: Apache-2.0
#include "access.hpp"

#include <fmt/format.h>
#include <sys/random.h>

#include <array>
#include <cstdint>
#include <stdexcept>

namespace demask::studio {
namespace {

constexpr std::array<const char*, 2> own_names = {"127.0.0.1", "localhost"};

bool is_api(const std::string& path) { return path.rfind("/api/", 0) == 0; }

}  // namespace

std::string make_secret() {
  std::array<std::uint8_t, 16> bytes{};
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
    throw std::runtime_error("random numbers: the system gives none; try again");
  }
  return fmt::format("{:02x}", fmt::join(bytes, ""));
}

bool is_same_secret(const std::string& a, const std::string& b) {
  if (a.size() != b.size()) {
    return false;
  }
  unsigned difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference |= static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i]);
  }
  return difference == 0;
}

Access::Access(int port) : port_(port), token_(make_secret()) {}

std::string Access::link() const {
  return fmt::format("http://{}:{}/#token={}", own_names.front(), port_, token_);
}

int Access::refusal(const httplib::Request& request) const {
  if (!is_own_host(request) || !is_own_origin(request)) {
    return 403;
  }
  if (is_api(request.path) && (request.get_header_value_count(token_header) != 1 ||
                               !is_same_secret(request.get_header_value(token_header), token_))) {
    return 401;
  }
  return 0;
}

// A page of another site whose name was made to resolve to the loopback address sends that name.
bool Access::is_own_host(const httplib::Request& request) const {
  if (request.get_header_value_count("Host") != 1) {
    return false;
  }
  const std::string host = request.get_header_value("Host");
  for (const char* name : own_names) {
    // Browsers leave out the port that is usual for http.
    if (host == fmt::format("{}:{}", name, port_) || (port_ == 80 && host == name)) {
      return true;
    }
  }
  return false;
}

// Programs that are no browser send neither header.
bool Access::is_own_origin(const httplib::Request& request) const {
  if (request.has_header("Origin") &&
      request.get_header_value("Origin") != "http://" + request.get_header_value("Host")) {
    return false;
  }
  if (request.has_header("Sec-Fetch-Site")) {
    const std::string site = request.get_header_value("Sec-Fetch-Site");
    // A link in another program opens the page itself, but no page of another site may do more.
    return site == "same-origin" || site == "none" ||
           (!is_api(request.path) && request.get_header_value("Sec-Fetch-Mode") == "navigate");
  }
  return true;
}

}  // namespace demask::studio
