// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// The studio: a page in the browser, served on the loopback address.

#include <functional>
#include <string>

#include "demask/model_bundle.hpp"
#include "demask/runtime_options.hpp"
#include "limits.hpp"

namespace demask::studio {

struct StudioOptions {
  int port = 8765;  ///< 0 for any that is free.
  RuntimeOptions runtime;
  Limits limits;
};

/// Serves the page until SIGINT or SIGTERM. Nothing is written to disk: photos are in memory and go
/// with the page that opened them.
/// @param announce  Gets the link to the page once it is served.
/// @throws Error as FaceReconstructor::load_all(); std::system_error if the port cannot be used.
void run_studio(const ModelBundle& bundle, const StudioOptions& options,
                const std::function<void(const std::string& link)>& announce);

}  // namespace demask::studio
