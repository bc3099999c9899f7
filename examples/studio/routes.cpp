// SPDX-License-Identifier: Apache-2.0
#include "routes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <chrono>
#include <new>
#include <optional>
#include <string>

#include "assets.hpp"
#include "demask/error.hpp"
#include "demask/image_io.hpp"
#include "demask/synthetic_mark.hpp"
#include "demask/version.hpp"
#include "request_error.hpp"

namespace demask::studio {
namespace {

using httplib::Request;
using httplib::Response;
using nlohmann::json;
using Bytes = std::vector<std::uint8_t>;

constexpr const char* png = "image/png";
// How often a stream of events is looked after, and how often it says that it is alive.
constexpr std::chrono::milliseconds stream_wait{250};
constexpr std::chrono::seconds sign_of_life{5};

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

void answer(Response& response, const json& value, int status = 200) {
  response.status = status;
  response.set_content(value.dump(-1, ' ', false, json::error_handler_t::replace),
                       "application/json");
}

void answer(Response& response, const Bytes& bytes, const char* media_type) {
  response.status = 200;
  response.set_content(reinterpret_cast<const char*>(bytes.data()), bytes.size(), media_type);
}

void refuse(Response& response, int status, const std::string& code, const std::string& message) {
  answer(response, {{"error", {{"code", code}, {"message", message}}}}, status);
}

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

/// Runs a handler and answers with its error if it throws one.
template <typename Action>
void guarded(Response& response, const Action& action) {
  try {
    action();
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

json read_json(const Request& request) {
  json body = json::parse(request.body, nullptr, false);
  if (!body.is_object()) {
    throw bad_request("body: is no JSON object; send one");
  }
  return body;
}

/// A whole number that a pattern has matched, such as the id of a photo.
int number_of(const std::string& digits) {
  int number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc() || end != digits.data() + digits.size()) {
    throw RequestError(404, "not_found", digits + ": names nothing; reload the page");
  }
  return number;
}

/// The size that a request declares for its body; absent if it is no number.
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

bool is_upload(const Request& request) {
  const std::string& path = request.path;
  constexpr std::string_view end = "/photos";
  return request.method == "POST" && path.size() > end.size() &&
         path.compare(path.size() - end.size(), end.size(), end) == 0;
}

/// Refuses a request by its head alone, before its body is read. Returns whether it did.
bool refuse_by_head(const Workshop& workshop, const Request& request, Response& response) {
  if (const int status = workshop.access.refusal(request); status != 0) {
    refuse(response, status, status == 401 ? "no_token" : "forbidden",
           status == 401 ? "link: its secret is missing or wrong; open the link that the program "
                           "printed"
                         : "request: it comes from another site; open the link that the program "
                           "printed");
    return true;
  }
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
  const std::size_t limit =
      is_upload(request) ? workshop.limits.photo_bytes : workshop.limits.json_bytes;
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

/// The last part of a name that a browser gives, without control characters.
std::string clean_name(const std::string& name) {
  std::string clean = name.substr(name.find_last_of("/\\") + 1);
  clean.erase(std::remove_if(clean.begin(), clean.end(),
                             [](unsigned char c) { return c < 0x20U || c == 0x7FU; }),
              clean.end());
  constexpr std::size_t max_length = 200;
  if (clean.size() > max_length) {
    clean.erase(0, clean.size() - max_length);
  }
  return clean.empty() || clean[0] == '.' ? "photo" + clean : clean;
}

/// A file name for a header: RFC 6266 and RFC 5987.
std::string attachment(const std::string& name) {
  std::string encoded;
  for (const unsigned char c : name) {
    const bool is_plain = std::isalnum(c) != 0 || c == '.' || c == '-' || c == '_';
    encoded += is_plain ? std::string(1, static_cast<char>(c)) : fmt::format("%{:02X}", c);
  }
  return "attachment; filename*=UTF-8''" + encoded;
}

class Routes {
 public:
  explicit Routes(const Workshop& workshop) : workshop_(workshop) {}

  void open_session(Response& response) const {
    const ModelBundle& bundle = workshop_.bundle;
    answer(
        response,
        {{"session", workshop_.sessions.open()->id()},
         {"version", version()},
         {"models",
          {{"name", bundle.name()}, {"version", bundle.version()}, {"license", bundle.license()}}},
         {"has_qualities", bundle.has(Stage::inpainter_prior)},
         {"extensions", image_extensions()},
         {"photo_bytes", workshop_.limits.photo_bytes},
         {"photos", workshop_.limits.photos}},
        201);
  }

  void close_session(const std::string& id, Response& response) const {
    const auto session = workshop_.sessions.find(id);
    workshop_.painter.cancel([&](const Job& job) { return job.session == session; });
    workshop_.sessions.close(id);
    answer(response, json::object());
  }

  void stream_events(const Request& request, const std::string& id, Response& response) const {
    const auto session = workshop_.sessions.find(id);
    if (!session->stream_opened()) {
      throw RequestError(429, "too_many_streams",
                         "session: its events are read already; use those");
    }
    // A page that lost its stream does not want to hear again what it has heard.
    const std::string heard = request.get_header_value("Last-Event-ID");
    const auto last = std::make_shared<std::size_t>(0);
    std::from_chars(heard.data(), heard.data() + heard.size(), *last);
    auto written = std::make_shared<std::chrono::steady_clock::time_point>();
    response.set_chunked_content_provider(
        "text/event-stream",
        [session, last, written](std::size_t, httplib::DataSink& sink) {
          std::string text = session->events().wait(*last, stream_wait);
          const auto now = std::chrono::steady_clock::now();
          if (text.empty() && now - *written > sign_of_life) {
            text = ": alive\n\n";
          }
          if (!sink.is_writable() || (!text.empty() && !sink.write(text.data(), text.size()))) {
            return false;
          }
          *written = text.empty() ? *written : now;
          if (session->events().is_closed()) {
            sink.done();
          }
          return true;
        },
        [this, session](bool) {
          if (session->stream_closed()) {
            workshop_.painter.cancel([&](const Job& job) { return job.session == session; });
          }
        });
  }

  void add_photo(const Request& request, const std::string& id, Response& response,
                 const httplib::ContentReader& read) const {
    const auto session = workshop_.sessions.find(id);
    const std::size_t size = declared_size(request).value_or(0);
    MemoryBudget::Reservation memory = workshop_.storage.memory.reserve(size);
    if (!memory) {
      throw RequestError(507, "out_of_memory",
                         "studio: its memory is used up; remove photos that are done");
    }
    Bytes file;
    file.reserve(size);
    const bool is_whole = read([&](const char* bytes, std::size_t count) {
      if (count > size - file.size()) {
        return false;
      }
      file.insert(file.end(), bytes, bytes + count);
      return true;
    });
    if (!is_whole || file.size() != size) {
      throw RequestError(408, "incomplete",
                         "photo: it did not arrive whole and in time; send it again");
    }
    const auto photo = std::make_shared<Photo>(
        session->next_photo_id(), clean_name(request.get_param_value("name")), std::move(file),
        std::move(memory), workshop_.storage);
    session->add(photo);
    answer(response, photo->to_json(), 201);
  }

  void remove_photo(const std::string& id, const std::string& photo, Response& response) const {
    const auto session = workshop_.sessions.find(id);
    const auto removed = session->photo(number_of(photo));
    workshop_.painter.cancel([&](const Job& job) { return job.photo == removed; });
    session->remove(removed->id());
    answer(response, json::object());
  }

  void add_job(const Request& request, const std::string& id, const std::string& photo,
               Response& response) const {
    auto job = std::make_shared<Job>();
    job->session = workshop_.sessions.find(id);
    job->photo = job->session->photo(number_of(photo));
    const json body = read_json(request);
    if (const auto face = body.find("face"); face != body.end() && !face->is_null()) {
      if (!face->is_number_unsigned()) {
        throw bad_request("face: is no index; give the index of a face, or null");
      }
      job->face = face->get<std::size_t>();
      job->photo->face(*job->face);  // Throws for an unknown face.
    }
    job->edit =
        read_edit(body.value("edit", json::object()), job->photo->width(), job->photo->height());
    if (!job->face && (job->edit.mask || job->edit.landmarks)) {
      throw bad_request("edit: masks and landmarks belong to one face; give its index");
    }
    if (job->edit.mask) {
      job->memory = workshop_.storage.memory.reserve(job->edit.mask->pixels.size_bytes());
      if (!job->memory) {
        throw RequestError(507, "out_of_memory",
                           "studio: its memory is used up; remove photos that are done");
      }
    }
    answer(response, {{"job", workshop_.painter.add(std::move(job))}}, 202);
  }

  void cancel_job(const std::string& id, const std::string& job, Response& response) const {
    const auto session = workshop_.sessions.find(id);
    const int number = number_of(job);
    workshop_.painter.cancel(
        [&](const Job& other) { return other.session == session && other.id == number; });
    answer(response, json::object());
  }

  void save(const Request& request, const std::string& id, const std::string& photo,
            Response& response) const {
    const auto found = workshop_.sessions.find(id)->photo(number_of(photo));
    const json body = read_json(request);
    std::vector<int> versions;
    for (const json& version : body.value("versions", json::array())) {
      if (!version.is_number_integer()) {
        throw bad_request("versions: one is no number; give numbers of versions");
      }
      versions.push_back(version.get<int>());
    }
    answer(response, found->file_with(versions), "application/octet-stream");
    const std::string name = found->file_name(!versions.empty());
    response.set_header("Content-Disposition", attachment(name));
    if (!versions.empty() && !holds_mark(name)) {
      response.set_header("X-Demask-Mark", "beside");
    }
  }

  std::shared_ptr<Photo> photo(const std::string& id, const std::string& photo) const {
    return workshop_.sessions.find(id)->photo(number_of(photo));
  }

 private:
  /// Whether the mark is inside a file of this name: BMP holds none, and without Exiv2 no file
  /// does.
  static bool holds_mark(std::string name) {
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return build_info().with_exiv2 && name.find(".bmp") != name.size() - 4;
  }

  Workshop workshop_;
};

void add_page(HttpServer& server) {
  server.Get("/.*", [](const Request& request, Response& response) {
    const Asset* asset = find_asset(request.path);
    if (asset == nullptr) {
      refuse(response, 404, "not_found", "page: it has no such file; open /");
      return;
    }
    response.set_content(asset->content.data(), asset->content.size(),
                         std::string(asset->media_type));
  });
}

}  // namespace

void add_routes(HttpServer& server, const Workshop& workshop) {
  const auto routes = std::make_shared<Routes>(workshop);
  server.set_default_headers(common_headers());
  server.set_payload_max_length(workshop.limits.photo_bytes);
  server.set_pre_routing_handler([workshop](const Request& request, Response& response) {
    return refuse_by_head(workshop, request, response)
               ? httplib::Server::HandlerResponse::Handled
               : httplib::Server::HandlerResponse::Unhandled;
  });
  server.set_error_handler([](const Request&, Response& response) {
    if (response.body.empty()) {
      refuse(response, response.status, "refused",
             "request: it is not understood; reload the page");
    }
  });

  // Each route names its session, and mostly a photo or a job of it.
  const auto handle = [routes](auto action) {
    return [routes, action](const Request& request, Response& response) {
      guarded(response, [&] { action(*routes, request, response); });
    };
  };
  const std::string session = "/api/sessions/([0-9a-f]{32})";
  const std::string photo = session + "/photos/([0-9]{1,9})";
  server.Post("/api/sessions", handle([](const Routes& to, const Request&, Response& response) {
                to.open_session(response);
              }));
  server.Delete(session, handle([](const Routes& to, const Request& from, Response& response) {
                  to.close_session(from.matches[1], response);
                }));
  server.Get(session + "/events",
             handle([](const Routes& to, const Request& from, Response& response) {
               to.stream_events(from, from.matches[1], response);
             }));
  server.Post(session + "/photos", [routes](const Request& from, Response& response,
                                            const httplib::ContentReader& read) {
    guarded(response, [&] { routes->add_photo(from, from.matches[1], response, read); });
  });
  server.Delete(photo, handle([](const Routes& to, const Request& from, Response& response) {
                  to.remove_photo(from.matches[1], from.matches[2], response);
                }));
  server.Get(photo + "/picture",
             handle([](const Routes& to, const Request& from, Response& response) {
               answer(response, to.photo(from.matches[1], from.matches[2])->picture(), png);
             }));
  server.Get(
      photo + "/versions/([0-9]{1,9})",
      handle([](const Routes& to, const Request& from, Response& response) {
        answer(
            response,
            to.photo(from.matches[1], from.matches[2])->version_picture(number_of(from.matches[3])),
            png);
      }));
  server.Post(photo + "/jobs",
              handle([](const Routes& to, const Request& from, Response& response) {
                to.add_job(from, from.matches[1], from.matches[2], response);
              }));
  server.Post(photo + "/file",
              handle([](const Routes& to, const Request& from, Response& response) {
                to.save(from, from.matches[1], from.matches[2], response);
              }));
  server.Delete(session + "/jobs/([0-9]{1,9})",
                handle([](const Routes& to, const Request& from, Response& response) {
                  to.cancel_job(from.matches[1], from.matches[2], response);
                }));
  server.Get("/api/mark", [](const Request&, Response& response) {
    response.set_content(synthetic_xmp_packet(), "application/rdf+xml");
  });
  add_page(server);
}

}  // namespace demask::studio
