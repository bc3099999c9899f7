// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// The requests that the page makes.
///
///     POST   /api/sessions                                    opens a session
///     DELETE /api/sessions/S                                  ends it
///     GET    /api/sessions/S/events                           its events, as server-sent events
///     POST   /api/sessions/S/photos?name=NAME                 a file to work on
///     DELETE /api/sessions/S/photos/P
///     GET    /api/sessions/S/photos/P/picture                 the photo as PNG
///     POST   /api/sessions/S/photos/P/jobs                    {"face", "tag", "edit"}
///     GET    /api/sessions/S/photos/P/versions/V              a painted face as PNG
///     POST   /api/sessions/S/photos/P/file                    {"versions": []}: the file to save
///     DELETE /api/sessions/S/jobs/J
///     GET    /api/mark                                        the mark as an XMP file
///
/// Bodies and answers are JSON where nothing else is said; errors are
/// {"error": {"code", "message"}}.

#include "access.hpp"
#include "http_server.hpp"
#include "painter.hpp"
#include "session.hpp"

namespace demask::studio {

/// What handlers work with; all of it outlives the server.
struct Workshop {
  const ModelBundle& bundle;
  const Limits& limits;
  const Access& access;
  const Storage& storage;
  Sessions& sessions;
  Painter& painter;
};

/// Sets the handlers of a server.
void add_routes(HttpServer& server, const Workshop& workshop);

}  // namespace demask::studio
