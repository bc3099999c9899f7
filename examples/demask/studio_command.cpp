// SPDX-License-Identifier: Apache-2.0
#include "studio_command.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <system_error>

#include "exit_codes.hpp"
#include "model_errors.hpp"
#include "studio/studio.hpp"

namespace demask::program {
namespace {

void print_link(const std::string& link) {
  std::fputs(fmt::format("Open this link in a browser on this computer:\n\n    {}\n\n"
                         "Photos stay in memory and go with the page. Ctrl-C ends the studio.\n",
                         link)
                 .c_str(),
             stdout);
  std::fflush(stdout);
}

}  // namespace

int run_studio(const StudioArguments& arguments) {
  const ModelBundle bundle = arguments.model.open_bundle();
  studio::StudioOptions options;
  options.port = arguments.port;
  options.runtime = arguments.model.runtime();
  options.limits.pixels = arguments.max_pixels;
  try {
    with_models([&] { studio::run_studio(bundle, options, print_link); });
  } catch (const std::system_error& error) {
    throw UsageError(
        fmt::format("--port: {} cannot be used ({}); give another, or 0 for any that is "
                    "free",
                    arguments.port, error.code().message()));
  }
  return ExitCode::all_done;
}

}  // namespace demask::program
