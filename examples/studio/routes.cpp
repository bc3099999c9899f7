// SPDX-License-Identifier: Apache-2.0
#include "routes.hpp"

#include <charconv>
#include <chrono>
#include <string>

#include "answers.hpp"
#include "assets.hpp"
#include "demask/image_io.hpp"
#include "demask/synthetic_mark.hpp"
#include "demask/version.hpp"
#include "file_names.hpp"
#include "head_checks.hpp"
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
         {"has_variants", bundle.has(Stage::shape_model)},
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
    workshop_.painter.cancel(
        [&](const Job& job) { return job.photo == removed || job.reference == removed; });
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
    if (const auto tag = body.find("tag"); tag != body.end()) {
      if (!tag->is_number_unsigned()) {
        throw bad_request("tag: is no whole number; give one, or leave it out");
      }
      job->tag = tag->get<std::uint64_t>();
    }
    set_edit(*job, body.value("edit", json::object()));
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
  void set_edit(Job& job, const json& edit) const {
    job.edit = read_edit(edit, job.photo->width(), job.photo->height());
    if (!job.face && (job.edit.mask || job.edit.landmarks || job.edit.reference)) {
      throw bad_request("edit: masks, landmarks and references belong to one face; give its index");
    }
    if (job.edit.reference) {
      job.reference = job.session->photo(*job.edit.reference);
    }
    if (job.edit.mask) {
      job.memory = workshop_.storage.memory.reserve(job.edit.mask->pixels.size_bytes());
      if (!job.memory) {
        throw RequestError(507, "out_of_memory",
                           "studio: its memory is used up; remove photos that are done");
      }
    }
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
    return refuse_by_head(workshop.access, workshop.limits, request, response)
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
