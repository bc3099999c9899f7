// SPDX-License-Identifier: Apache-2.0
#include "head_checks.hpp"

#include <fmt/format.h>

#include <charconv>
#include <string>
#include <string_view>

#include "answers.hpp"

namespace demask::studio {
namespace {

using httplib::Request;
using httplib::Response;

bool is_upload(const Request& request) {
  const std::string& path = request.path;
  constexpr std::string_view end = "/photos";
  return request.method == "POST" && path.size() > end.size() &&
         path.compare(path.size() - end.size(), end.size(), end) == 0;
}

bool refuse_stranger(const Access& access, const Request& request, Response& response) {
  const int status = access.refusal(request);
  if (status == 401) {
    refuse(response, status, "no_token",
           "link: its secret is missing or wrong; open the link that the program printed");
  } else if (status != 0) {
    refuse(response, status, "forbidden",
           "request: it comes from another site; open the link that the program printed");
  }
  return status != 0;
}

bool refuse_body(const Limits& limits, const Request& request, Response& response) {
  const bool has_length = request.has_header("Content-Length");
  if (request.has_header("Transfer-Encoding") ||
      (!has_length && request.method != "GET" && request.method != "HEAD" &&
       request.method != "DELETE")) {
    refuse(response, 411, "length_required", "body: its length is missing; send Content-Length");
    return true;
  }
  if (request.has_header("Content-Encoding")) {
    refuse(response, 415, "unsupported_encoding", "body: is compressed; send it as it is");
    return true;
  }
  const std::optional<std::size_t> size = declared_size(request);
  const std::size_t limit = is_upload(request) ? limits.photo_bytes : limits.json_bytes;
  if (!size) {
    refuse(response, 400, "invalid_request", "Content-Length: is no number; send one");
    return true;
  }
  if (*size > limit) {
    refuse(response, 413, "too_large",
           fmt::format("body: has more bytes than the limit of {} MiB; give a smaller file",
                       limit >> 20U));
    return true;
  }
  return false;
}

}  // namespace

std::optional<std::size_t> declared_size(const Request& request) {
  if (!request.has_header("Content-Length")) {
    return 0;
  }
  const std::string text = request.get_header_value("Content-Length");
  std::size_t size = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size);
  if (error != std::errc() || end != text.data() + text.size() ||
      request.get_header_value_count("Content-Length") != 1) {
    return std::nullopt;
  }
  return size;
}

bool refuse_by_head(const Access& access, const Limits& limits, const Request& request,
                    Response& response) {
  // Parts are not served (RFC 9110, section 14.2, lets a server ignore them): a short header may
  // name the same bytes thousands of times. The server made the request and does not keep it const.
  const_cast<Request&>(request).ranges.clear();
  return refuse_stranger(access, request, response) || refuse_body(limits, request, response);
}

}  // namespace demask::studio
