// SPDX-License-Identifier: Apache-2.0
#include "report_file.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <fstream>
#include <system_error>

#include "demask/error.hpp"
#include "io/whole_file.hpp"
#include "standard_streams.hpp"

namespace demask::program {
namespace {

namespace fs = std::filesystem;

}  // namespace

bool is_file_report(const fs::path& report) {
  std::error_code error;
  return !report.empty() && !is_standard_output(report) &&
         (!fs::exists(report, error) || fs::is_regular_file(report, error));
}

void write_report(const fs::path& path, const std::string& text) {
  if (is_standard_output(path)) {
    std::fputs(text.c_str(), stdout);
    check_standard_output();
  } else if (is_file_report(path)) {
    io::write_whole_file(path, text);
  } else {
    std::ofstream stream(path, std::ios::binary);
    stream << text << std::flush;
    if (!stream) {
      throw Error(ErrorCode::unwritable_file,
                  fmt::format("{}: the report cannot be written; check that it is open and has "
                              "space, or name a file",
                              path.string()));
    }
  }
}

}  // namespace demask::program
