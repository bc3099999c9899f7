// SPDX-License-Identifier: Apache-2.0
#include "answers.hpp"

#include <exception>
#include <new>

#include "demask/error.hpp"
#include "request_error.hpp"

namespace demask::studio {
namespace {

using httplib::Response;
using nlohmann::json;

int status_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::unreadable_file:
    case ErrorCode::unsupported_format:
      return 415;
    case ErrorCode::image_too_large:
      return 413;
    case ErrorCode::invalid_argument:
    case ErrorCode::invalid_image:
      return 400;
    case ErrorCode::out_of_memory:
      return 507;
    default:
      return 500;
  }
}

}  // namespace

const httplib::Headers& common_headers() {
  static const httplib::Headers headers = {
      {"Content-Security-Policy",
       "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
       "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
       "require-trusted-types-for 'script'; trusted-types 'none'"},
      {"X-Content-Type-Options", "nosniff"},
      {"X-Frame-Options", "DENY"},
      {"Referrer-Policy", "no-referrer"},
      {"Cross-Origin-Opener-Policy", "same-origin"},
      {"Cross-Origin-Embedder-Policy", "require-corp"},
      {"Cross-Origin-Resource-Policy", "same-origin"},
      {"Permissions-Policy", "camera=(), microphone=(), geolocation=()"},
      {"Cache-Control", "no-store"}};
  return headers;
}

void answer(Response& response, const json& value, int status) {
  response.status = status;
  response.set_content(value.dump(-1, ' ', false, json::error_handler_t::replace),
                       "application/json");
}

void answer(Response& response, const std::vector<std::uint8_t>& bytes, const char* media_type) {
  response.status = 200;
  response.set_content(reinterpret_cast<const char*>(bytes.data()), bytes.size(), media_type);
}

void refuse(Response& response, int status, const std::string& code, const std::string& message) {
  answer(response, {{"error", {{"code", code}, {"message", message}}}}, status);
}

void guarded(Response& response, const std::function<void()>& handler) {
  try {
    handler();
  } catch (const RequestError& error) {
    refuse(response, error.status(), error.code(), error.what());
  } catch (const Error& error) {
    refuse(response, status_of(error.code()), to_string(error.code()), error.what());
  } catch (const std::bad_alloc&) {
    refuse(response, 507, to_string(ErrorCode::out_of_memory),
           "studio: there is not enough memory; give a smaller photo");
  } catch (const std::exception& error) {
    refuse(response, 500, to_string(ErrorCode::internal), error.what());
  }
}

}  // namespace demask::studio
